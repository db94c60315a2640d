package io.convoy.spark;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.serve.ImageInput;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelFolder;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Image files of several sizes and colour spaces, JPEG and PNG in turn, and the scores that the engine gives them in a plain JVM, one
 * after the other: what every other way of scoring is compared with.
 *
 * @param files in order
 */
public record DrawnImages(List<Drawn> files) {
    /** How many the ways of scoring are compared on. */
    public static final int MANY = 1_000;

    private static final int[][] SIZES = {{16, 20}, {32, 32}, {61, 40}, {17, 90}, {120, 75}};

    /**
     * One file.
     *
     * @param name such as {@code 0007.png}
     * @param bytes all of it
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Drawn(String name, byte[] bytes) {}

    /** The first {@code count}; the same ones every time. */
    public static DrawnImages of(int count) throws IOException {
        List<Drawn> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String format = i % 2 == 0 ? "jpg" : "png";
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            if (!ImageIO.write(picture(i), format, out)) {
                throw new IOException("Nobody writes " + format + ".");
            }
            files.add(new Drawn(String.format("%04d.%s", i, format), out.toByteArray()));
        }
        return new DrawnImages(files);
    }

    private static BufferedImage picture(int number) {
        Random random = new Random(number);
        int[] size = SIZES[number % SIZES.length];
        int type = number % 2 == 1 && number % 3 == 0 ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB;
        BufferedImage image =
                new BufferedImage(size[0], size[1], number % 7 == 0 ? BufferedImage.TYPE_BYTE_GRAY : type);
        Graphics2D pen = image.createGraphics();
        for (int stroke = 0; stroke < 6; stroke++) {
            pen.setColor(new Color(random.nextInt(1 << 24)));
            pen.fillOval(
                    random.nextInt(size[0]), random.nextInt(size[1]), 4 + random.nextInt(30), 4 + random.nextInt(30));
        }
        pen.dispose();
        return image;
    }

    /** Writes them into {@code folder}, each hundred into one of its own. */
    public void writeTo(Path folder) throws IOException {
        for (Drawn file : files) {
            Path path = folder.resolve(path(file.name()));
            Files.createDirectories(path.getParent());
            Files.write(path, file.bytes());
        }
    }

    /** Where {@link #writeTo} puts the file called {@code name}. */
    public static String path(String name) {
        return name.substring(0, 2) + "/" + name;
    }

    /** What the model in {@code folder} scores in float32, one image at a time: [file][score]. */
    public List<float[]> scores(Path folder) throws IOException {
        return scores(folder, Precision.FLOAT32);
    }

    /** The same in another precision. */
    public List<float[]> scores(Path folder, Precision precision) throws IOException {
        Model model = Model.read(ModelFolder.local(folder));
        ImageInput input = new ImageInput(model.card());
        List<float[]> scores = new ArrayList<>();
        try (InferenceModel inference = InferenceModel.of(model, precision)) {
            float[] image = new float[input.floats()];
            for (Drawn file : files) {
                input.put(input.decode(file.bytes()), image, 0);
                scores.add(inference.scores(image, 1));
            }
        }
        return scores;
    }
}
