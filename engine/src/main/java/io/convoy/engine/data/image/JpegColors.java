package io.convoy.engine.data.image;

/** From the components of a JPEG to red, green and blue, in fixed point with 16 bits behind the point (JFIF 1.02). */
final class JpegColors {
    private static final int CR_RED = 91881;
    private static final int CB_GREEN = 22554;
    private static final int CR_GREEN = 46802;
    private static final int CB_BLUE = 116130;
    private static final int HALF = 1 << 15;

    private JpegColors() {}

    /** Overwrites {@code pixels} from three planes of its size. */
    static void three(byte[][] planes, boolean luma, byte[] pixels) {
        int plane = pixels.length / 3;
        if (!luma) {
            for (int c = 0; c < 3; c++) {
                System.arraycopy(planes[c], 0, pixels, c * plane, plane);
            }
            return;
        }
        byte[] y = planes[0];
        byte[] cb = planes[1];
        byte[] cr = planes[2];
        for (int i = 0; i < plane; i++) {
            int light = y[i] & 0xFF;
            int blue = (cb[i] & 0xFF) - 128;
            int red = (cr[i] & 0xFF) - 128;
            pixels[i] = clamped(light + ((CR_RED * red + HALF) >> 16));
            pixels[plane + i] = clamped(light + ((HALF - CB_GREEN * blue - CR_GREEN * red) >> 16));
            pixels[2 * plane + i] = clamped(light + ((CB_BLUE * blue + HALF) >> 16));
        }
    }

    /**
     * Overwrites {@code pixels} from cyan, magenta, yellow and black, without a colour profile: red = (1 − cyan) · (1 − black).
     *
     * @param luma whether the first three are a luma and two chromas of the complement
     * @param inverted whether they say how much light is left instead of how much ink there is, as Adobe's do
     */
    static void four(byte[][] planes, boolean luma, boolean inverted, byte[] pixels) {
        int plane = pixels.length / 3;
        three(planes, luma, pixels);
        // The complement of ink is light.
        boolean light = luma != inverted;
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < plane; i++) {
                int at = c * plane + i;
                int left = light ? pixels[at] & 0xFF : 255 - (pixels[at] & 0xFF);
                int rest = inverted ? planes[3][i] & 0xFF : 255 - (planes[3][i] & 0xFF);
                pixels[at] = (byte) ((left * rest + 127) / 255);
            }
        }
    }

    private static byte clamped(int value) {
        return (byte) ((value & ~0xFF) == 0 ? value : ~value >> 31);
    }
}
