package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.data.ArchiveTree;
import io.convoy.engine.data.ColorJitter;
import io.convoy.engine.data.Cutout;
import io.convoy.engine.data.HorizontalFlip;
import io.convoy.engine.data.ImageFiles;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Mixup;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.RandomResizedCrop;
import io.convoy.engine.data.Split;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** From files to a trained network: JPEGs of three shapes in a zip. */
class ImageTrainingTest {
    private static final Seed SEED = new Seed(11);
    private static final Shape IMAGE = Shape.of(3, 16, 16);

    @Test
    void aNetworkLearnsClassesFromJpegsAndMixtures() throws Exception {
        Split split = Split.stratified(shapes(), 0.75, SEED);
        Preprocessing preprocessing = Preprocessing.measure(split.train());
        InputPipeline train = new InputPipeline(
                split.train(),
                preprocessing,
                List.of(
                        new HorizontalFlip(0.5),
                        new RandomResizedCrop(0.6, 0.8),
                        new ColorJitter(0.1, 0.1, 0.1, 0.02),
                        new Cutout(3, 0.5)),
                Optional.of(new Mixup(0.1)),
                SEED);
        InputPipeline test = new InputPipeline(split.test(), preprocessing, List.of(), SEED);
        TrainingPlan plan = new TrainingPlan(
                Zoo.network("resnet8", IMAGE, 3),
                new CrossEntropy(),
                new Sgd(0.9, 0, 1e-4, false),
                new Constant(0.05),
                16,
                8,
                12,
                1,
                SEED);
        List<float[]> weights = new ArrayList<>();
        double[] accuracy = new double[1];
        for (int cores = 1; cores <= 2; cores++) {
            Listener listener = new Listener() {
                @Override
                public void step(StepReport report) {}

                @Override
                public void epoch(long epoch, Evaluation evaluation) {
                    accuracy[0] = evaluation.accuracy().value();
                }
            };
            weights.add(new LocalTrainer(plan, train, test, cores)
                    .fit(plan.initialState(), listener)
                    .weights());
        }
        assertThat(weights.get(1)).isEqualTo(weights.get(0));
        assertThat(accuracy[0]).isGreaterThan(0.8);
    }

    private static io.convoy.engine.data.Dataset shapes() throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < 120; i++) {
                zip.putNextEntry(new ZipEntry(List.of("bar", "disc", "square").get(i % 3) + "/" + i + ".jpg"));
                zip.write(jpeg(i));
            }
        }
        ImageFiles.Limits limits = new ImageFiles.Limits(10_000, 10_000, 1 << 20, 0);
        return new ImageFiles(IMAGE, new Fit(Fit.Kind.SQUASH, 1), "", 1, limits)
                .load(
                        "shapes",
                        new ArchiveTree("shapes.zip", () -> new ByteArrayInputStream(bytes.toByteArray())),
                        Optional.empty(),
                        2)
                .dataset();
    }

    private static byte[] jpeg(int number) throws IOException {
        RandomStream random = SEED.child(number).stream();
        BufferedImage image = new BufferedImage(20, 24, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(random.nextInt(60), random.nextInt(60), random.nextInt(60)));
        graphics.fillRect(0, 0, 20, 24);
        graphics.setColor(new Color(150 + random.nextInt(100), 150 + random.nextInt(100), 150 + random.nextInt(100)));
        int x = 2 + random.nextInt(5);
        int y = 2 + random.nextInt(7);
        switch (number % 3) {
            case 0 -> graphics.fillRect(0, y + 3, 20, 4);
            case 1 -> graphics.fillOval(x, y, 13, 13);
            default -> graphics.drawRect(x, y, 11, 11);
        }
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", out);
        return out.toByteArray();
    }
}
