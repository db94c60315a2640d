package io.convoy.engine.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.FolderTree;
import io.convoy.engine.data.ImageDataset;
import io.convoy.engine.data.ImageFiles;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.data.image.ImageException;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client sends becomes the input that training saw, bit for bit. */
class ImageInputTest {
    private static final Shape SHAPE = Shape.of(3, 8, 6);
    private static final int FLOATS = 3 * 8 * 6;
    private static final Fit FIT = new Fit(Fit.Kind.CROP, 0.875);
    private static final Preprocessing PREPROCESSING =
            new Preprocessing(List.of(0.4f, 0.5f, 0.6f), List.of(0.2f, 0.3f, 0.1f));

    @TempDir
    Path folder;

    private static ImageInput input(long maxPixels) {
        ModelCard card = new ModelCard(
                "m",
                "n",
                SHAPE,
                List.of(Head.embedding(1)),
                FIT,
                "",
                PREPROCESSING,
                Accuracy.NONE,
                0,
                0,
                "",
                new TreeMap<>());
        return new ImageInput(card, maxPixels);
    }

    private static byte[] picture(int width, int height, int type) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, ((x * 7) << 16) | ((y * 11) << 8) | ((x * y) & 0xFF));
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }

    @Test
    void aFileBecomesWhatTrainingSawOfIt() throws Exception {
        byte[] colour = picture(31, 22, BufferedImage.TYPE_INT_RGB);
        byte[] gray = picture(9, 17, BufferedImage.TYPE_BYTE_GRAY);
        Files.createDirectories(folder.resolve("a"));
        Files.write(folder.resolve("a/1.png"), colour);
        Files.write(folder.resolve("a/2.png"), gray);
        ImageDataset dataset = new ImageFiles(SHAPE, FIT, "", 1, ImageFiles.Limits.defaults())
                .load("pictures", new FolderTree(folder), Optional.empty(), 1)
                .dataset();
        InputPipeline.Reader trained = new InputPipeline(dataset, PREPROCESSING, List.of(), new Seed(1)).reader();
        ImageInput input = input(1000);
        float[] expected = new float[FLOATS];
        float[] actual = new float[FLOATS + 2];
        for (int i = 0; i < 2; i++) {
            trained.fillPlain(i, expected, 0);
            input.put(input.decode(i == 0 ? colour : gray), actual, 1);
            assertThat(actual).startsWith(0).endsWith(0);
            assertThat(actual).containsSequence(expected);
        }
    }

    @Test
    void valuesOnTheScaleOfOneAreNormalisedAsTheirPixelsAre() {
        byte[] pixels = new byte[FLOATS];
        float[] values = new float[FLOATS];
        for (int i = 0; i < FLOATS; i++) {
            pixels[i] = (byte) (i * 5);
            values[i] = (pixels[i] & 0xFF) / 255f;
        }
        float[] fromPixels = new float[FLOATS];
        float[] fromValues = new float[FLOATS];
        input(1).put(pixels, fromPixels, 0);
        input(1).put(values, fromValues, 0);
        assertThat(fromValues).containsExactly(fromPixels);
        assertThat(fromPixels[0]).isEqualTo((0 - 0.4f) / 0.2f);
    }

    @Test
    void whatIsNoPictureOrTooLargeIsRefusedWithItsReason() throws IOException {
        byte[] picture = picture(40, 30, BufferedImage.TYPE_INT_RGB);
        assertThatThrownBy(() -> input(1199).decode(picture))
                .isInstanceOf(ImageException.class)
                .hasMessage("its 40×30 pixels are more than the limit of 1,199");
        assertThatThrownBy(() -> input(1200).decode(new byte[0]))
                .isInstanceOf(ImageException.class)
                .hasMessage("it is empty");
    }
}
