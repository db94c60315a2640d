package io.convoy.engine.data.image;

import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Decodes JPEG as cameras and the web have it (ITU-T T.81) with the JDK's reader: Huffman-coded, sequential or progressive, 8 bits
 * a sample; gray, YCbCr, RGB, and the CMYK and YCCK of printers. The reader gets a copy of the file with just what the samples
 * depend on and one mark that says what the components are. It would guess them in another way than others do, apply some colour
 * profiles but not all, and stumble over damaged notes of cameras. A file that is damaged or cut off is refused, never half
 * decoded. Of several pictures the first counts.
 */
final class Jpeg {
    private static final int MOST_SCANS = 1000;
    private static final int ADOBE_UNKNOWN = 0;
    private static final int ADOBE_YCC = 1;
    private static final int ADOBE_YCCK = 2;

    private final byte[] file;
    private final long maxPixels;
    /** Tables, frame and scans, as they are in the file. */
    private final ByteArrayOutputStream kept;

    private int position = 2;
    private int width;
    private int height;
    private byte[] components = {};
    private long scanned;
    private int scans;
    private boolean progressive;
    private boolean restarts;
    private boolean jfif;
    private int adobe = -1;
    private Orientation orientation = Orientation.UPRIGHT;
    private boolean oriented;

    private Jpeg(byte[] file, long maxPixels) {
        this.file = file;
        this.maxPixels = maxPixels;
        kept = new ByteArrayOutputStream(file.length);
    }

    /** Whether {@code file} begins like a JPEG. */
    static boolean begins(byte[] file) {
        return file.length >= 3 && file[0] == -1 && file[1] == (byte) 0xD8 && file[2] == -1;
    }

    /**
     * Decodes {@code file}.
     *
     * @param maxPixels refused before any memory is taken if it says that it has more
     */
    static Picture decode(byte[] file, long maxPixels) {
        Jpeg jpeg = new Jpeg(file, maxPixels);
        jpeg.segments();
        return jpeg.orientation.apply(jpeg.picture());
    }

    private void segments() {
        while (true) {
            int marker = marker();
            if (marker == 0xD9) {
                break;
            }
            segment(marker);
            if (marker == 0xDA && !progressive && complete()) {
                // Some writers leave the end marker out.
                break;
            }
        }
        if (components.length == 0 || !complete()) {
            throw new ImageException("it ends before its picture does");
        }
    }

    private boolean complete() {
        return scanned == (1L << components.length) - 1;
    }

    /** The next marker; bytes in front of it that mean nothing are passed over. */
    private int marker() {
        int at = nextMarker(position);
        if (at == file.length) {
            throw new ImageException("its compressed data ends too early");
        }
        position = at + 2;
        return file[at + 1] & 0xFF;
    }

    /** Where the next marker is from {@code from} on that is none of a scan, or the file's length. */
    private int nextMarker(int from) {
        for (int at = from; at + 1 < file.length; at++) {
            if (file[at] == -1) {
                int code = file[at + 1] & 0xFF;
                if (code != 0xFF && code != 0 && (code & 0xF8) != 0xD0) {
                    return at;
                }
            }
        }
        return file.length;
    }

    private void segment(int marker) {
        if (marker == 0x01 || marker == 0xD8) {
            return;
        }
        int begin = position + 2;
        int length = position + 1 < file.length ? unsigned16(position) : 0;
        int end = position + length;
        if (length < 2 || end > file.length) {
            throw new ImageException(
                    length < 2 && begin <= file.length
                            ? "its structure is damaged"
                            : "it ends before its picture does");
        }
        switch (marker) {
            case 0xC0, 0xC1, 0xC2 -> {
                frame(marker == 0xC2, begin, end);
                keep(end);
            }
            case 0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF ->
                throw new ImageException("it is a lossless or hierarchical JPEG, which is not supported");
            case 0xC9, 0xCA -> throw new ImageException("it is a JPEG with arithmetic coding, which is not supported");
            case 0xDC -> throw new ImageException("it is a JPEG that tells its height late, which is not supported");
            case 0xC4, 0xDB -> keep(end);
            case 0xDD -> {
                restarts = true;
                keep(end);
            }
            case 0xDA -> {
                scan(begin, end);
                keep(nextMarker(end));
            }
            case 0xE0 -> jfif |= startsWith("JFIF\0", begin, end);
            case 0xE1 -> exif(begin, end);
            case 0xEE -> {
                if (startsWith("Adobe", begin, end) && end - begin >= 12) {
                    adobe = file[begin + 11] & 0xFF;
                }
            }
            default -> {
                // Comments, thumbnails, colour profiles.
            }
        }
        position = Math.max(position, end);
    }

    /** Keeps the segment whose marker has just been read, to {@code end}. */
    private void keep(int end) {
        kept.write(file, position - 2, end - position + 2);
        position = end;
    }

    private int unsigned16(int at) {
        return (file[at] & 0xFF) << 8 | (file[at + 1] & 0xFF);
    }

    private boolean startsWith(String text, int begin, int end) {
        return end - begin >= text.length()
                && text.equals(new String(file, begin, text.length(), StandardCharsets.ISO_8859_1));
    }

    private void exif(int begin, int end) {
        if (!oriented && startsWith("Exif\0\0", begin, end)) {
            orientation = Orientation.read(file, begin + 6, end);
            oriented = true;
        }
    }

    private void frame(boolean isProgressive, int begin, int end) {
        int count = end - begin < 6 ? 0 : file[begin + 5] & 0xFF;
        if (components.length > 0 || end - begin < 6 || end - begin != 6 + 3 * count) {
            throw new ImageException("its structure is damaged");
        }
        if (file[begin] != 8) {
            throw new ImageException(
                    "it is a JPEG of " + (file[begin] & 0xFF) + " bits a sample, which is not supported: 8 are");
        }
        progressive = isProgressive;
        height = unsigned16(begin + 1);
        width = unsigned16(begin + 3);
        Limits.require(width, height, maxPixels);
        if (count != 1 && count != 3 && count != 4) {
            throw new ImageException(
                    "it is a JPEG of " + count + " components, which is not supported: 1, 3 and 4 are");
        }
        components = new byte[count];
        for (int i = 0; i < count; i++) {
            components[i] = file[begin + 6 + 3 * i];
        }
    }

    private void scan(int begin, int end) {
        int count = end - begin < 4 ? 0 : file[begin] & 0xFF;
        if (components.length == 0 || count < 1 || end - begin != 4 + 2 * count) {
            throw new ImageException("its structure is damaged");
        }
        if (++scans > MOST_SCANS) {
            throw new ImageException("it has more than " + MOST_SCANS + " scans");
        }
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < components.length; c++) {
                if (components[c] == file[begin + 1 + 2 * i]) {
                    scanned |= 1L << c;
                }
            }
        }
    }

    private Picture picture() {
        JdkReader.Answer answer = JdkReader.JPEG.read(plain(), components.length < 4);
        for (String warning : answer.warnings()) {
            if (warning.contains("premature end") || warning.contains("EOI")) {
                throw new ImageException("its compressed data ends too early");
            }
            // Some writers fill up behind the picture. Between restarts it might hide that something is missing.
            if (restarts || !warning.contains("extraneous bytes before marker 0xd9")) {
                throw new ImageException("its compressed data is damaged (" + warning + ")");
            }
        }
        Raster samples = answer.samples();
        if (samples.getWidth() != width || samples.getHeight() != height) {
            throw new ImageException("its structure is damaged");
        }
        byte[] planes = planes(samples);
        return switch (components.length) {
            case 1 -> new Picture(1, height, width, planes);
            case 3 -> new Picture(3, height, width, planes);
            default -> new Picture(3, height, width, JpegInk.colors(planes, transform() == ADOBE_YCCK, adobe >= 0));
        };
    }

    /** The file with what the samples depend on, and what its components are in one mark of Adobe's. */
    private byte[] plain() {
        ByteArrayOutputStream plain = new ByteArrayOutputStream(kept.size() + 32);
        plain.writeBytes(new byte[] {-1, (byte) 0xD8});
        if (components.length > 1) {
            plain.writeBytes(
                    new byte[] {-1, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform()});
        }
        plain.writeBytes(kept.toByteArray());
        plain.writeBytes(new byte[] {-1, (byte) 0xD9});
        return plain.toByteArray();
    }

    /** Whether the components are a luma and two chromas, and of what, by the rules of libjpeg. */
    private byte transform() {
        if (components.length == 4) {
            return (byte) (adobe > ADOBE_YCC ? ADOBE_YCCK : ADOBE_UNKNOWN);
        }
        boolean named = components[0] == 'R' && components[1] == 'G' && components[2] == 'B';
        boolean luma = jfif || (adobe >= 0 ? adobe != ADOBE_UNKNOWN : !named);
        return (byte) (luma ? ADOBE_YCC : ADOBE_UNKNOWN);
    }

    /** Pixels beside each other as planes beside each other. */
    private static byte[] planes(Raster samples) {
        int width = samples.getWidth();
        int height = samples.getHeight();
        int bands = samples.getNumBands();
        ComponentSampleModel model = (ComponentSampleModel) samples.getSampleModel();
        byte[] from = ((DataBufferByte) samples.getDataBuffer()).getData();
        byte[] planes = new byte[Math.multiplyExact(bands, width * height)];
        int step = model.getPixelStride();
        for (int band = 0; band < bands; band++) {
            for (int y = 0; y < height; y++) {
                int at = y * model.getScanlineStride() + model.getBandOffsets()[band];
                int into = (band * height + y) * width;
                for (int x = 0; x < width; x++, at += step) {
                    planes[into + x] = from[at];
                }
            }
        }
        return planes;
    }
}
