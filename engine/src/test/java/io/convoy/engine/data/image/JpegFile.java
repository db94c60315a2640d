package io.convoy.engine.data.image;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Writes small JPEG files of any kind, whose codes are as simple as can be: a symbol's code is the symbol. */
final class JpegFile {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int width;
    private final int height;
    /** For each component its id, and its horizontal and vertical sampling. */
    private final int[][] components;

    private int restart;
    private int seed = 1;
    private long buffer;
    private int count;

    JpegFile(int width, int height, int[]... components) {
        this.width = width;
        this.height = height;
        this.components = components;
        out.writeBytes(new byte[] {-1, (byte) 0xD8});
    }

    JpegFile segment(int marker, byte[] data) {
        out.write(0xFF);
        out.write(marker);
        word(data.length + 2);
        out.writeBytes(data);
        return this;
    }

    JpegFile adobe(int transform) {
        return segment(0xEE, new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform});
    }

    JpegFile exif(int orientation, boolean little) {
        byte[] big = {
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0
        };
        byte[] small = {
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'I',
            'I',
            42,
            0,
            8,
            0,
            0,
            0,
            1,
            0,
            0x12,
            1,
            3,
            0,
            1,
            0,
            0,
            0,
            (byte) orientation,
            0,
            0,
            0
        };
        return segment(0xE1, little ? small : big);
    }

    JpegFile restart(int units) {
        restart = units;
        return segment(0xDD, new byte[] {(byte) (units >> 8), (byte) units});
    }

    JpegFile seed(int value) {
        seed = value;
        return this;
    }

    private void word(int value) {
        out.write(value >> 8);
        out.write(value);
    }

    private void tables(int sof, int precision) {
        byte[] steps = new byte[65];
        Arrays.fill(steps, 1, 65, (byte) 1);
        steps[1] = 8;
        segment(0xDB, steps);
        byte[] firsts = new byte[17 + 12];
        firsts[4] = 12;
        byte[] others = new byte[17 + 255];
        others[0] = 0x10;
        others[8] = (byte) 255;
        for (int i = 0; i < 255; i++) {
            others[17 + i] = (byte) i;
            firsts[17 + Math.min(i, 11)] = (byte) Math.min(i, 11);
        }
        segment(0xC4, firsts);
        segment(0xC4, others);
        byte[] frame = new byte[6 + 3 * components.length];
        frame[0] = (byte) precision;
        frame[1] = (byte) (height >> 8);
        frame[2] = (byte) height;
        frame[3] = (byte) (width >> 8);
        frame[4] = (byte) width;
        frame[5] = (byte) components.length;
        byte[] scan = new byte[4 + 2 * components.length];
        scan[0] = (byte) components.length;
        for (int c = 0; c < components.length; c++) {
            frame[6 + 3 * c] = (byte) components[c][0];
            frame[7 + 3 * c] = (byte) (components[c][1] << 4 | components[c][2]);
            scan[1 + 2 * c] = (byte) components[c][0];
        }
        scan[scan.length - 2] = 63;
        segment(sof, frame);
        segment(0xDA, scan);
    }

    /** The levels of a component's blocks, row-major over all whole units; null for noise in all frequencies. */
    byte[] write(int[]... levels) {
        return write(0xC0, 8, levels);
    }

    /** All but the picture. */
    byte[] header() {
        tables(0xC0, 8);
        return out.toByteArray();
    }

    byte[] write(int sof, int precision, int[]... levels) {
        tables(sof, precision);
        int most = Arrays.stream(components).mapToInt(c -> c[1]).max().orElse(1);
        int down = Arrays.stream(components).mapToInt(c -> c[2]).max().orElse(1);
        boolean alone = components.length == 1;
        int perRow = alone ? (width + 7) / 8 : (width + 8 * most - 1) / (8 * most);
        int rows = alone ? (height + 7) / 8 : (height + 8 * down - 1) / (8 * down);
        int[] predicted = new int[components.length];
        for (int unit = 0; unit < perRow * rows; unit++) {
            if (restart > 0 && unit > 0 && unit % restart == 0) {
                flush();
                out.write(0xFF);
                out.write(0xD0 + (unit / restart - 1) % 8);
                Arrays.fill(predicted, 0);
            }
            for (int c = 0; c < components.length; c++) {
                int across = alone ? 1 : components[c][1];
                int deep = alone ? 1 : components[c][2];
                for (int b = 0; b < across * deep; b++) {
                    int row = unit / perRow * deep + b / across;
                    int column = unit % perRow * across + b % across;
                    int level = levels.length == 0
                            ? draw(200) + 28
                            : levels[c][(row * perRow * across + column) % levels[c].length];
                    number(4, level - 128 - predicted[c], 0);
                    predicted[c] = level - 128;
                    if (levels.length == 0) {
                        for (int k = 1; k < 40; k++) {
                            int value = draw(41) - 20;
                            number(8, value == 0 ? 1 : value, 0);
                        }
                    }
                    bits(0, 8);
                }
            }
        }
        flush();
        out.writeBytes(new byte[] {-1, (byte) 0xD9});
        return out.toByteArray();
    }

    private int draw(int bound) {
        seed = seed * 1103515245 + 12345;
        return (seed >>> 8) % bound;
    }

    private void number(int codeLength, int value, int run) {
        int size = 32 - Integer.numberOfLeadingZeros(Math.abs(value));
        bits(run << 4 | size, codeLength);
        bits(value < 0 ? value + (1 << size) - 1 : value, size);
    }

    private void bits(int value, int length) {
        buffer = (buffer << length) | (value & ((1L << length) - 1));
        count += length;
        while (count >= 8) {
            count -= 8;
            int next = (int) (buffer >> count) & 0xFF;
            out.write(next);
            if (next == 0xFF) {
                out.write(0);
            }
        }
    }

    private void flush() {
        if (count > 0) {
            bits(0x7F, 8 - count);
        }
    }
}
