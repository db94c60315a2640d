package io.convoy.engine.data.image;

/**
 * A decoded image.
 *
 * @param channels 1 for gray, 3 for red, green and blue
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 * @param pixels [C, H, W] unsigned bytes, row-major; not a copy
 */
@SuppressWarnings("ArrayRecordComponent")
public record Picture(int channels, int height, int width, byte[] pixels) {
    public Picture {
        if ((channels != 1 && channels != 3) || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "Picture expects 1 or 3 channels, and a height and a width of at least 1, but it got " + channels
                            + " channels, height " + height + " and width " + width + ".");
        }
        if (pixels.length != (long) channels * height * width) {
            throw new IllegalArgumentException("Picture expects " + (long) channels * height * width
                    + " bytes for [" + channels + ", " + height + ", " + width + "], but it got " + pixels.length
                    + ".");
        }
    }

    /** The same image in {@code wanted} channels: gray becomes three equal ones, colours their luma (ITU-R BT.601). */
    public Picture withChannels(int wanted) {
        if (wanted == channels) {
            return this;
        }
        int plane = height * width;
        byte[] converted = new byte[Math.multiplyExact(wanted, plane)];
        if (channels == 1) {
            for (int c = 0; c < wanted; c++) {
                System.arraycopy(pixels, 0, converted, c * plane, plane);
            }
        } else {
            for (int i = 0; i < plane; i++) {
                int red = pixels[i] & 0xFF;
                int green = pixels[plane + i] & 0xFF;
                int blue = pixels[2 * plane + i] & 0xFF;
                // 0.299, 0.587 and 0.114 in units of 2⁻¹⁶.
                converted[i] = (byte) ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
            }
        }
        return new Picture(wanted, height, width, converted);
    }
}
