package io.convoy.engine.data.image;

import java.nio.charset.StandardCharsets;

/**
 * Decodes image files: JPEG and PNG, told apart by their content, whatever they are called. Pictures are as they are meant to be
 * seen: turned as their Exif data says, on white where they are transparent. Colour profiles are not applied. The decoders are
 * the JDK's, so that a file has the same pixels wherever the same JDK runs. Between JDKs those of a JPEG may differ a little,
 * as some builds bring a libjpeg of their own and others take the system's.
 */
public final class Images {
    /** Which decoders these are, by name and version, {@code javax.imageio of Java 17.0.15+6, Eclipse Adoptium}. */
    public static final String DECODER =
            "javax.imageio of Java " + Runtime.version() + ", " + System.getProperty("java.vendor", "unknown vendor");

    /** The most pixels where nobody sets another limit; a picture of 24 megapixels stays below it. */
    public static final long MAX_PIXELS = 1 << 25;

    private Images() {}

    /**
     * Decodes a file.
     *
     * @param maxPixels width × height from which on it is refused, before any memory is taken for it
     * @throws ImageException if it is no image that can be used, and why: empty, cut off, damaged, too large, of another format
     */
    public static Picture decode(byte[] file, long maxPixels) {
        try {
            if (Jpeg.begins(file)) {
                return Jpeg.decode(file, maxPixels);
            }
            if (Png.begins(file)) {
                return Png.decode(file, maxPixels);
            }
        } catch (ArithmeticException | NegativeArraySizeException e) {
            // Its planes are larger than a Java array, which a limit beyond MAX_PIXELS lets through.
            throw new ImageException("it has more pixels than fit in memory");
        }
        throw new ImageException(
                file.length == 0 ? "it is empty" : "it is " + kind(file) + ", but only JPEG and PNG are supported");
    }

    private static String kind(byte[] file) {
        String start = new String(file, 0, Math.min(16, file.length), StandardCharsets.ISO_8859_1);
        if (start.startsWith("GIF8")) {
            return "a GIF";
        }
        if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
            return "a WebP";
        }
        if (start.startsWith("BM")) {
            return "a BMP";
        }
        if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
            return "a TIFF";
        }
        if (start.startsWith("ftyp", 4)) {
            return "a HEIF, an AVIF or a film";
        }
        return "no image";
    }
}
