package io.convoy.engine.data.image;

/**
 * Brings a coarsely sampled component of a JPEG to the image's size. Twice as many samples are interpolated, each from the
 * nearest ones by 3 : 1 along each axis, with the roundings of libjpeg-turbo; other ratios repeat samples.
 */
final class Upsampling {
    private Upsampling() {}

    /** The component's samples at [height, width], {@code across} and {@code down} times as many as it has. */
    static byte[] plane(JpegComponent component, int across, int down, int width, int height) {
        byte[] plane = new byte[width * height];
        boolean smoothAcross = across == 2 && component.width > 2;
        if (across == 1 && down == 1) {
            for (int y = 0; y < height; y++) {
                System.arraycopy(component.samples, y * component.stride(), plane, y * width, width);
            }
        } else if (smoothAcross && down == 1) {
            doubledAcross(component, plane, width, height);
        } else if (across == 1 && down == 2) {
            doubledDown(component, plane, width, height);
        } else if (smoothAcross && down == 2) {
            doubled(component, plane, width, height);
        } else {
            for (int y = 0; y < height; y++) {
                int row = y / down * component.stride();
                for (int x = 0; x < width; x++) {
                    plane[y * width + x] = component.samples[row + x / across];
                }
            }
        }
        return plane;
    }

    private static void doubledAcross(JpegComponent component, byte[] plane, int width, int height) {
        byte[] from = component.samples;
        int samples = component.width;
        byte[] row = new byte[2 * samples];
        for (int y = 0; y < height; y++) {
            int at = y * component.stride();
            row[0] = from[at];
            row[2 * samples - 1] = from[at + samples - 1];
            for (int i = 0; i < samples - 1; i++) {
                int left = from[at + i] & 0xFF;
                int right = from[at + i + 1] & 0xFF;
                row[2 * i + 1] = (byte) ((3 * left + right + 2) >> 2);
                row[2 * i + 2] = (byte) ((3 * right + left + 1) >> 2);
            }
            System.arraycopy(row, 0, plane, y * width, width);
        }
    }

    /** The row next to the one that sample row {@code y} of the image lies in, on its side; the border repeats itself. */
    private static int neighbour(JpegComponent component, int y) {
        int row = y / 2 + (y % 2 == 0 ? -1 : 1);
        return Math.min(Math.max(row, 0), component.height - 1) * component.stride();
    }

    private static void doubledDown(JpegComponent component, byte[] plane, int width, int height) {
        byte[] from = component.samples;
        for (int y = 0; y < height; y++) {
            int near = y / 2 * component.stride();
            int far = neighbour(component, y);
            int round = y % 2 == 0 ? 1 : 2;
            for (int x = 0; x < width; x++) {
                plane[y * width + x] = (byte) ((3 * (from[near + x] & 0xFF) + (from[far + x] & 0xFF) + round) >> 2);
            }
        }
    }

    private static void doubled(JpegComponent component, byte[] plane, int width, int height) {
        byte[] from = component.samples;
        int samples = component.width;
        int[] sums = new int[samples];
        byte[] row = new byte[2 * samples];
        for (int y = 0; y < height; y++) {
            int near = y / 2 * component.stride();
            int far = neighbour(component, y);
            for (int i = 0; i < samples; i++) {
                sums[i] = 3 * (from[near + i] & 0xFF) + (from[far + i] & 0xFF);
            }
            row[0] = (byte) ((4 * sums[0] + 8) >> 4);
            row[2 * samples - 1] = (byte) ((4 * sums[samples - 1] + 7) >> 4);
            for (int i = 0; i < samples - 1; i++) {
                row[2 * i + 1] = (byte) ((3 * sums[i] + sums[i + 1] + 7) >> 4);
                row[2 * i + 2] = (byte) ((3 * sums[i + 1] + sums[i] + 8) >> 4);
            }
            System.arraycopy(row, 0, plane, y * width, width);
        }
    }
}
