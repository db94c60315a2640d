package io.convoy.engine.data.image;

import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Decodes PNG (ISO/IEC 15948) with the JDK's reader: every colour type and depth, interlaced or not. 16 bits become 8 by rounding,
 * fewer than 8 are stretched to 0 … 255, palettes are looked up, and what is transparent lies on white. Of an animation the still
 * picture counts. Chunks that matter have to be whole and their checksums right, which the reader doesn't look at; the others,
 * texts and profiles, are kept from it.
 */
final class Png {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GRAY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;

    /** Where a chunk's data lies in the file. */
    private record Chunk(int begin, int length) {}

    private final byte[] file;
    private final long maxPixels;
    /** The chunks that the samples depend on. */
    private final List<Chunk> kept = new ArrayList<>();

    private boolean compressed;
    private int width;
    private int height;
    private int depth;
    private int colors;
    private byte[] palette = {};
    private byte[] transparency = {};
    private Orientation orientation = Orientation.UPRIGHT;

    private Png(byte[] file, long maxPixels) {
        this.file = file;
        this.maxPixels = maxPixels;
    }

    /** Whether {@code file} begins like a PNG. */
    static boolean begins(byte[] file) {
        return file.length >= SIGNATURE.length
                && Arrays.equals(file, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /**
     * Decodes {@code file}.
     *
     * @param maxPixels refused before any memory is taken if it says that it has more
     */
    static Picture decode(byte[] file, long maxPixels) {
        Png png = new Png(file, maxPixels);
        png.chunks();
        return png.orientation.apply(png.picture());
    }

    private void chunks() {
        int position = SIGNATURE.length;
        boolean ended = false;
        while (!ended) {
            if (position > file.length - 12) {
                throw new ImageException("it ends before its picture does");
            }
            int length = integer(position);
            if (length < 0 || length > file.length - position - 12) {
                throw new ImageException("it ends before its picture does");
            }
            String type = new String(file, position + 4, 4, StandardCharsets.ISO_8859_1);
            if (!type.matches("[A-Za-z]{4}")) {
                throw new ImageException("its structure is damaged");
            }
            boolean critical = Character.isUpperCase(type.charAt(0));
            if (critical && integer(position + 8 + length) != checksum(position + 4, length + 4)) {
                throw new ImageException("the checksum of its " + type + " chunk is wrong");
            }
            ended = chunk(type, critical, position + 8, length);
            if (critical) {
                kept.add(new Chunk(position + 8, length));
            }
            position += 12 + length;
        }
        if (!compressed || (colors == PALETTE && palette.length == 0)) {
            throw new ImageException("it has no " + (compressed ? "palette" : "picture"));
        }
    }

    private boolean chunk(String type, boolean critical, int begin, int length) {
        if (width == 0 && !type.equals("IHDR")) {
            throw new ImageException("its structure is damaged");
        }
        switch (type) {
            case "IHDR" -> header(begin, length);
            case "PLTE" -> {
                if (length == 0 || length > 768 || length % 3 != 0) {
                    throw new ImageException("its palette is damaged");
                }
                palette = Arrays.copyOfRange(file, begin, begin + length);
            }
            case "tRNS" -> transparency = Arrays.copyOfRange(file, begin, begin + length);
            case "IDAT" -> compressed = true;
            case "eXIf" -> orientation = Orientation.read(file, begin, begin + length);
            case "IEND" -> {
                return true;
            }
            default -> {
                if (critical) {
                    throw new ImageException("it has a chunk " + type + ", which is not supported");
                }
            }
        }
        return false;
    }

    private void header(int begin, int length) {
        if (width != 0 || length != 13) {
            throw new ImageException("its structure is damaged");
        }
        long across = integer(begin) & 0xFFFFFFFFL;
        long down = integer(begin + 4) & 0xFFFFFFFFL;
        if (across > Integer.MAX_VALUE || down > Integer.MAX_VALUE) {
            throw new ImageException("its structure is damaged");
        }
        Limits.require(across, down, maxPixels);
        width = (int) across;
        height = (int) down;
        depth = file[begin + 8];
        colors = file[begin + 9];
        List<Integer> depths = switch (colors) {
            case GRAY -> List.of(1, 2, 4, 8, 16);
            case PALETTE -> List.of(1, 2, 4, 8);
            case RGB, GRAY_ALPHA, RGB_ALPHA -> List.of(8, 16);
            default -> List.of();
        };
        if (!depths.contains(depth) || file[begin + 10] != 0 || file[begin + 11] != 0 || (file[begin + 12] & ~1) != 0) {
            throw new ImageException("its structure is damaged");
        }
    }

    private int integer(int at) {
        return file[at] << 24 | (file[at + 1] & 0xFF) << 16 | (file[at + 2] & 0xFF) << 8 | (file[at + 3] & 0xFF);
    }

    private int checksum(int begin, int length) {
        CRC32 crc = new CRC32();
        crc.update(file, begin, length);
        return (int) crc.getValue();
    }

    private int samplesPerPixel() {
        return switch (colors) {
            case RGB -> 3;
            case GRAY_ALPHA -> 2;
            case RGB_ALPHA -> 4;
            default -> 1;
        };
    }

    private Picture picture() {
        Raster samples = JdkReader.PNG.read(plain(), true).samples();
        int channels = colors == GRAY || colors == GRAY_ALPHA ? 1 : 3;
        if (samples.getWidth() != width
                || samples.getHeight() != height
                || samples.getNumBands() != samplesPerPixel()) {
            throw new ImageException("its structure is damaged");
        }
        byte[] pixels = new byte[Math.multiplyExact(channels, width * height)];
        int[] row = new int[Math.multiplyExact(width, samplesPerPixel())];
        for (int y = 0; y < height; y++) {
            put(samples.getPixels(0, y, width, 1, row), pixels, y * width);
        }
        return new Picture(channels, height, width, pixels);
    }

    /** The file with what the samples depend on: how transparent they are is told apart from them. */
    private byte[] plain() {
        ByteArrayOutputStream plain = new ByteArrayOutputStream(file.length);
        plain.writeBytes(SIGNATURE);
        for (Chunk chunk : kept) {
            plain.write(file, chunk.begin() - 8, chunk.length() + 12);
        }
        return plain.toByteArray();
    }

    /** Writes a row of samples to {@code at} and behind it, as bytes and on white. */
    private void put(int[] row, byte[] pixels, int at) {
        int plane = width * height;
        int perPixel = samplesPerPixel();
        int shown = perPixel >= 3 ? 3 : 1;
        boolean keyed = transparency.length >= 2 * shown && (colors == GRAY || colors == RGB);
        int most = (1 << depth) - 1;
        for (int x = 0; x < width; x++) {
            int first = x * perPixel;
            if (colors == PALETTE) {
                palette(row[first], pixels, at + x, plane);
                continue;
            }
            int alpha = most;
            if (colors == GRAY_ALPHA || colors == RGB_ALPHA) {
                alpha = row[first + shown];
            } else if (keyed) {
                boolean hidden = true;
                for (int c = 0; c < shown; c++) {
                    int key = (transparency[2 * c] & 0xFF) << 8 | (transparency[2 * c + 1] & 0xFF);
                    hidden &= row[first + c] == key;
                }
                alpha = hidden ? 0 : most;
            }
            for (int c = 0; c < shown; c++) {
                pixels[c * plane + at + x] = onWhite(bits8(row[first + c]), bits8(alpha));
            }
        }
    }

    private void palette(int index, byte[] pixels, int into, int plane) {
        if (3 * index + 3 > palette.length) {
            throw new ImageException("it uses colour " + index + " of a palette of " + palette.length / 3);
        }
        int alpha = index < transparency.length ? transparency[index] & 0xFF : 255;
        for (int c = 0; c < 3; c++) {
            pixels[c * plane + into] = onWhite(palette[3 * index + c] & 0xFF, alpha);
        }
    }

    /** 0 … 2ᵈ − 1 as 0 … 255, to the nearest. */
    private int bits8(int sample) {
        int most = (1 << depth) - 1;
        return depth == 8 ? sample : (sample * 255 + most / 2) / most;
    }

    private static byte onWhite(int value, int alpha) {
        return (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
