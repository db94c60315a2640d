package io.convoy.engine.data.image;

/**
 * From the four components of a printer's JPEG to red, green and blue, without a colour profile, which the JDK's reader leaves to
 * its caller; in fixed point with 16 bits behind the point (JFIF 1.02).
 */
final class JpegInk {
    private static final int CR_RED = 91881;
    private static final int CB_GREEN = 22554;
    private static final int CR_GREEN = 46802;
    private static final int CB_BLUE = 116130;
    private static final int HALF = 1 << 15;

    private JpegInk() {}

    /**
     * Red = (1 − cyan) · (1 − black), and so on.
     *
     * @param planes cyan, magenta, yellow and black
     * @param luma whether the first three are a luma and two chromas of the complement
     * @param inverted whether they say how much light is left instead of how much ink there is, as Adobe's do
     */
    static byte[] colors(byte[] planes, boolean luma, boolean inverted) {
        int plane = planes.length / 4;
        byte[] pixels = new byte[3 * plane];
        for (int i = 0; i < plane; i++) {
            int first = planes[i] & 0xFF;
            int second = planes[plane + i] & 0xFF;
            int third = planes[2 * plane + i] & 0xFF;
            int rest = inverted ? planes[3 * plane + i] & 0xFF : 255 - (planes[3 * plane + i] & 0xFF);
            if (luma) {
                int blue = second - 128;
                int red = third - 128;
                second = clamped(first + ((HALF - CB_GREEN * blue - CR_GREEN * red) >> 16));
                third = clamped(first + ((CB_BLUE * blue + HALF) >> 16));
                first = clamped(first + ((CR_RED * red + HALF) >> 16));
            }
            // The complement of ink is light.
            boolean light = luma != inverted;
            pixels[i] = lit(first, light, rest);
            pixels[plane + i] = lit(second, light, rest);
            pixels[2 * plane + i] = lit(third, light, rest);
        }
        return pixels;
    }

    private static byte lit(int value, boolean light, int rest) {
        return (byte) (((light ? value : 255 - value) * rest + 127) / 255);
    }

    private static int clamped(int value) {
        return Math.min(255, Math.max(0, value));
    }
}
