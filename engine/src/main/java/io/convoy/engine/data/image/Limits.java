package io.convoy.engine.data.image;

import java.util.Locale;

/** What an image may ask for, looked at before any memory is taken for it. */
final class Limits {
    private Limits() {}

    static void require(long width, long height, long maxPixels) {
        if (width < 1 || height < 1) {
            throw new ImageException("its size is " + width + "×" + height);
        }
        // Both are below 2³¹, so the product fits.
        if (width * height > maxPixels) {
            throw new ImageException(String.format(
                    Locale.ROOT, "its %d×%d pixels are more than the limit of %,d", width, height, maxPixels));
        }
    }
}
