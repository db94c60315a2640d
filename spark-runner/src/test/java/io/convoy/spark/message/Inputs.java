package io.convoy.spark.message;

import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.ImageInput;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** What the tests of messages share: a card, and pictures. */
final class Inputs {
    private Inputs() {}

    static ModelCard card(Shape image, Head... heads) {
        int channels = image.size(0);
        Preprocessing preprocessing = channels == 1
                ? new Preprocessing(List.of(0.4f), List.of(0.2f))
                : new Preprocessing(List.of(0.4f, 0.5f, 0.6f), List.of(0.2f, 0.3f, 0.1f));
        return new ModelCard(
                "small",
                "lenet5",
                image,
                List.of(heads),
                new Fit(Fit.Kind.CROP, 1),
                "",
                preprocessing,
                Accuracy.NONE,
                0,
                0,
                "",
                new TreeMap<>());
    }

    static ImageInput input(Shape image) {
        return new ImageInput(card(image, Head.embedding(1)));
    }

    static byte[] png(int width, int height, int seed) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, ((x * 7 + seed) << 16) | ((y * 11) << 8) | ((x * y + seed) & 0xFF));
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }
}
