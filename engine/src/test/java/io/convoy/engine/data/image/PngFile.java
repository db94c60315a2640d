package io.convoy.engine.data.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Writes PNG files of every kind from samples, each row with another filter. */
final class PngFile {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PngFile(int width, int height, int depth, int colors, boolean interlaced) {
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) depth)
                        .put((byte) colors)
                        .put(12, (byte) (interlaced ? 1 : 0))
                        .array());
    }

    PngFile chunk(String type, byte[] data) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        return this;
    }

    byte[] end() {
        return chunk("IEND", new byte[0]).out.toByteArray();
    }

    /** Writes the checksums anew that belong to a PNG's chunks, as far as they can be followed. */
    static void repair(byte[] file) {
        if (file.length < 8 || file[0] != (byte) 0x89) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(file);
        for (long at = 8; at + 12 <= file.length; ) {
            int length = bytes.getInt((int) at);
            if (length < 0 || at + 12 + length > file.length) {
                return;
            }
            CRC32 crc = new CRC32();
            crc.update(file, (int) at + 4, length + 4);
            bytes.putInt((int) at + 8 + length, (int) crc.getValue());
            at += 12L + length;
        }
    }

    /** A whole file; {@code samples} are [height, width, perPixel]. */
    static byte[] of(PngFile file, int width, int height, int depth, int perPixel, boolean interlaced, int[] samples) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            int[][] passes = interlaced
                    ? new int[][] {
                        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
                    }
                    : new int[][] {{0, 0, 1, 1}};
            for (int[] pass : passes) {
                byte[] above = new byte[0];
                for (int y = pass[1], number = 0; y < height; y += pass[3], number++) {
                    int across = (width - pass[0] + pass[2] - 1) / pass[2];
                    if (across < 1) {
                        break;
                    }
                    byte[] row = new byte[(across * perPixel * depth + 7) / 8];
                    for (int i = 0; i < across * perPixel; i++) {
                        int x = pass[0] + i / perPixel * pass[2];
                        int value = samples[(y * width + x) * perPixel + i % perPixel];
                        if (depth == 16) {
                            row[2 * i] = (byte) (value >> 8);
                            row[2 * i + 1] = (byte) value;
                        } else {
                            row[i * depth / 8] |= (byte) (value << (8 - depth - i * depth % 8));
                        }
                    }
                    if (above.length == 0) {
                        above = new byte[row.length];
                    }
                    int filter = number % 5;
                    deflater.write(filter);
                    int distance = Math.max(1, perPixel * depth / 8);
                    for (int i = 0; i < row.length; i++) {
                        int left = i >= distance ? row[i - distance] & 0xFF : 0;
                        int up = above[i] & 0xFF;
                        int corner = i >= distance ? above[i - distance] & 0xFF : 0;
                        int told = switch (filter) {
                            case 1 -> left;
                            case 2 -> up;
                            case 3 -> (left + up) / 2;
                            case 4 -> paeth(left, up, corner);
                            default -> 0;
                        };
                        deflater.write(row[i] - told);
                    }
                    above = row;
                }
            }
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        byte[] data = packed.toByteArray();
        // In two chunks, of which the first is short.
        int cut = Math.min(3, data.length);
        file.chunk("IDAT", java.util.Arrays.copyOf(data, cut));
        return file.chunk("IDAT", java.util.Arrays.copyOfRange(data, cut, data.length))
                .end();
    }

    private static int paeth(int a, int b, int c) {
        int p = a + b - c;
        int pa = Math.abs(p - a);
        int pb = Math.abs(p - b);
        int pc = Math.abs(p - c);
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
}
