package io.convoy.engine.data.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes PNG (ISO/IEC 15948): every colour type and depth, interlaced or not. 16 bits become 8 by rounding, fewer than 8 are
 * stretched to 0 … 255, palettes are looked up, and what is transparent lies on white. Of an animation the still picture counts.
 * Chunks that matter have to be whole and their checksums right.
 */
final class Png {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GRAY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;

    /** Adam7: where each pass begins and how far its pixels lie apart: x, y, dx, dy. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] WHOLE = {{0, 0, 1, 1}};

    /** Where a chunk's data lies in the file. */
    private record Chunk(int begin, int length) {}

    private final byte[] file;
    private final long maxPixels;
    private final List<Chunk> compressed = new ArrayList<>();
    private int width;
    private int height;
    private int depth;
    private int colors;
    private boolean interlaced;
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
            String type = new String(file, position + 4, 4, java.nio.charset.StandardCharsets.ISO_8859_1);
            boolean critical = Character.isUpperCase(type.charAt(0));
            if (critical && integer(position + 8 + length) != checksum(position + 4, length + 4)) {
                throw new ImageException("the checksum of its " + type + " chunk is wrong");
            }
            ended = chunk(type, critical, position + 8, length);
            position += 12 + length;
        }
        if (compressed.isEmpty() || (colors == PALETTE && palette.length == 0)) {
            throw new ImageException("it has no " + (compressed.isEmpty() ? "picture" : "palette"));
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
            case "IDAT" -> compressed.add(new Chunk(begin, length));
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
        interlaced = file[begin + 12] == 1;
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
        int channels = colors == GRAY || colors == GRAY_ALPHA ? 1 : 3;
        byte[] pixels = new byte[Math.multiplyExact(channels, width * height)];
        int bitsPerPixel = samplesPerPixel() * depth;
        Inflater inflater = new Inflater();
        try {
            int next = 0;
            for (int[] pass : interlaced ? PASSES : WHOLE) {
                int across = (width - pass[0] + pass[2] - 1) / pass[2];
                int down = (height - pass[1] + pass[3] - 1) / pass[3];
                if (across < 1 || down < 1) {
                    continue;
                }
                int bytes = Math.toIntExact(((long) across * bitsPerPixel + 7) / 8);
                byte[] row = new byte[bytes + 1];
                byte[] above = new byte[bytes + 1];
                for (int y = 0; y < down; y++) {
                    next = inflate(inflater, next, row);
                    unfilter(row, above, Math.max(1, bitsPerPixel / 8));
                    put(row, across, pixels, (pass[1] + y * pass[3]) * width + pass[0], pass[2]);
                    byte[] swapped = above;
                    above = row;
                    row = swapped;
                }
            }
        } catch (DataFormatException e) {
            throw new ImageException("its compressed data is damaged");
        } finally {
            inflater.end();
        }
        return new Picture(channels, height, width, pixels);
    }

    /** Fills {@code row}; returns the chunk to go on with when the inflater needs more. */
    private int inflate(Inflater inflater, int chunk, byte[] row) throws DataFormatException {
        int next = chunk;
        int filled = 0;
        while (filled < row.length) {
            int count = inflater.inflate(row, filled, row.length - filled);
            filled += count;
            if (count == 0) {
                if (inflater.finished() || inflater.needsDictionary() || next == compressed.size()) {
                    throw new ImageException("its compressed data ends too early");
                }
                Chunk data = compressed.get(next++);
                inflater.setInput(file, data.begin(), data.length());
            }
        }
        return next;
    }

    /** Undoes the filter of a row (clause 9), whose kind is the first byte; {@code distance} bytes lie between pixels. */
    private static void unfilter(byte[] row, byte[] above, int distance) {
        int filter = row[0];
        // The first byte is no sample, so above it and left of the first pixel there is nothing.
        switch (filter) {
            case 0 -> {}
            case 1 -> {
                for (int i = 1 + distance; i < row.length; i++) {
                    row[i] += row[i - distance];
                }
            }
            case 2 -> {
                for (int i = 1; i < row.length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> {
                for (int i = 1; i < row.length; i++) {
                    int left = i > distance ? row[i - distance] & 0xFF : 0;
                    row[i] += (byte) ((left + (above[i] & 0xFF)) >> 1);
                }
            }
            case 4 -> {
                for (int i = 1; i < row.length; i++) {
                    int left = i > distance ? row[i - distance] & 0xFF : 0;
                    int corner = i > distance ? above[i - distance] & 0xFF : 0;
                    row[i] += (byte) nearest(left, above[i] & 0xFF, corner);
                }
            }
            default -> throw new ImageException("its compressed data is damaged");
        }
    }

    /** Paeth's predictor. */
    private static int nearest(int left, int up, int corner) {
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }

    /** Writes the pixels of a row to {@code at}, {@code at + step} and so on. */
    private void put(byte[] row, int across, byte[] pixels, int at, int step) {
        int plane = width * height;
        int perPixel = samplesPerPixel();
        int shown = perPixel >= 3 ? 3 : 1;
        boolean keyed = colors != PALETTE && transparency.length >= 2 * shown && (colors == GRAY || colors == RGB);
        int most = (1 << depth) - 1;
        for (int x = 0; x < across; x++) {
            int into = at + x * step;
            int first = x * perPixel;
            if (colors == PALETTE) {
                palette(sample(row, first), pixels, into, plane);
                continue;
            }
            int alpha = most;
            if (colors == GRAY_ALPHA || colors == RGB_ALPHA) {
                alpha = sample(row, first + shown);
            } else if (keyed) {
                boolean hidden = true;
                for (int c = 0; c < shown; c++) {
                    int key = (transparency[2 * c] & 0xFF) << 8 | (transparency[2 * c + 1] & 0xFF);
                    hidden &= sample(row, first + c) == key;
                }
                alpha = hidden ? 0 : most;
            }
            for (int c = 0; c < shown; c++) {
                pixels[c * plane + into] = onWhite(bits8(sample(row, first + c)), bits8(alpha));
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

    private int sample(byte[] row, int index) {
        if (depth == 8) {
            return row[1 + index] & 0xFF;
        }
        if (depth == 16) {
            return (row[1 + 2 * index] & 0xFF) << 8 | (row[2 + 2 * index] & 0xFF);
        }
        int bit = index * depth;
        return row[1 + bit / 8] >> (8 - depth - bit % 8) & ((1 << depth) - 1);
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
