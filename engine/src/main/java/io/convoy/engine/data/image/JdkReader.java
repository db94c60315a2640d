package io.convoy.engine.data.image;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The image readers that come with the JDK, whatever others have been added to its registry. They see files that have been
 * prepared for them, without anything that they would treat in a way of their own.
 */
final class JdkReader {
    static final JdkReader JPEG = new JdkReader("jpeg");
    static final JdkReader PNG = new JdkReader("png");

    private final ImageReaderSpi provider;

    private JdkReader(String format) {
        provider = provider(format);
    }

    /** Whose reader it is. */
    static ImageReaderSpi provider(String format) {
        Iterator<ImageReaderSpi> providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (providers.hasNext()) {
            ImageReaderSpi one = providers.next();
            if (one.getClass().getModule() == ImageIO.class.getModule()
                    && List.of(one.getFormatNames()).contains(format)) {
                return one;
            }
        }
        throw new IllegalStateException("Decoding images expects a JDK with a reader for " + format
                + ", but it has none. Maybe use one with the module java.desktop.");
    }

    /** What a reader has to say of a file, and the samples that it read. */
    record Answer(Raster samples, List<String> warnings) {}

    /**
     * Reads the first picture of {@code file}.
     *
     * @param converted whether a JPEG's luma and chromas are to become colours
     * @throws ImageException whatever goes wrong
     */
    Answer read(byte[] file, boolean converted) {
        List<String> warnings = new ArrayList<>();
        ImageReader reader = null;
        try (MemoryCacheImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader = provider.createReaderInstance();
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            reader.setInput(input, true, true);
            Raster samples = converted ? reader.read(0).getRaster() : reader.readRaster(0, null);
            return new Answer(samples, warnings);
        } catch (IOException | RuntimeException e) {
            if (e.getCause() instanceof OutOfMemoryError memory) {
                // Says nothing about the file.
                throw memory;
            }
            throw new ImageException("its data is damaged (" + reason(e) + ")", e);
        } finally {
            if (reader != null) {
                reader.dispose();
            }
        }
    }

    private static String reason(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null || message.isBlank()
                ? root.getClass().getSimpleName()
                : message.strip().replaceAll("\\s+", " ");
    }
}
