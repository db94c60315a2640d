package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.data.RandomShift.Fill;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationsTest {
    private static final Shape SHAPE = Shape.of(3, 9, 12);
    private static final int PLANE = 9 * 12;

    static List<Augmentation> all() {
        return List.of(
                new RandomShift(3, Fill.EDGE),
                new HorizontalFlip(0.5),
                new RandomResizedCrop(0.08, 0.75),
                new RandomRotation(30, Fill.ZERO),
                new RandomRotation(180, Fill.EDGE),
                new ColorJitter(0.4, 0.4, 0.4, 0.2),
                new Cutout(4, 0.5));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aSampleIsAFunctionOfItsStreamAlone(Augmentation augmentation) {
        TreeSet<String> different = new TreeSet<>();
        float[] larger = new float[4000];
        for (int i = 0; i < 200; i++) {
            float[] once = image(i % 7);
            augmentation.apply(once, SHAPE, turn(new Seed(3).child(i)));
            // Something else in between, of another size, leaves no trace.
            augmentation.apply(larger, Shape.of(1, 40, 100), turn(new Seed(9).child(i)));
            float[] again = image(i % 7);
            augmentation.apply(again, SHAPE, turn(new Seed(3).child(i)));
            assertThat(again).isEqualTo(once);
            for (float value : once) {
                assertThat(value).isBetween(0f, 1f);
            }
            different.add(Arrays.toString(once));
        }
        assertThat(different).hasSizeGreaterThan(12);
    }

    @Test
    void anyThreadInAnyOrderSeesTheSameBits() throws Exception {
        Dataset data = dataset();
        InputPipeline pipeline =
                new InputPipeline(data, Preprocessing.measure(data), all(), Optional.of(new Mixup(0.4)), new Seed(5));
        List<float[]> expected = new ArrayList<>();
        InputPipeline.Reader reader = pipeline.reader();
        for (int i = 0; i < data.size(); i++) {
            float[] into = new float[3 * PLANE];
            reader.fill(4, i, into, 0);
            expected.add(into);
        }
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = data.size() - 1; i >= 0; i--) {
                int sample = i;
                results.add(threads.submit(() -> {
                    float[] into = new float[3 * PLANE];
                    pipeline.reader().fill(4, sample, into, 0);
                    return into;
                }));
            }
            Collections.reverse(results);
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).isEqualTo(expected.get(i));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aResizedCropIsAPartOfTheImage() {
        // A ramp stays a ramp: its steps shrink by the part's share of the width.
        TreeSet<Integer> widths = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            float[] values = new float[PLANE];
            for (int p = 0; p < PLANE; p++) {
                values[p] = p % 12 / 12f;
            }
            new RandomResizedCrop(0.25, 0.75).apply(values, Shape.of(1, 9, 12), turn(new Seed(i)));
            float step = values[6] - values[5];
            assertThat(values[7] - values[6]).isCloseTo(step, within(1e-5f));
            widths.add(Math.round(step * 144));
            assertThat(values[11]).isLessThan(12 / 12f);
        }
        // From √(0.25 · 0.75) to all of the width.
        assertThat(widths).contains(5, 6, 7, 8, 9, 10, 11, 12).doesNotContain(4, 13);
    }

    @Test
    void theWholeImageIsAPartToo() {
        float[] values = image(1);
        new RandomResizedCrop(1, 1).apply(values, SHAPE, turn(new Seed(1)));
        assertThat(values).isEqualTo(image(1));
    }

    @Test
    void aRotationTurnsPixelsAboutTheMiddle() {
        double degrees = 90;
        boolean left = false;
        boolean right = false;
        for (int i = 0; i < 400; i++) {
            Seed seed = new Seed(i);
            double angle = Math.toRadians(seed.stream().nextDouble(-degrees, degrees));
            float[] values = new float[81];
            // A dot of 3×3 whose middle lies three pixels to the right.
            for (int p = 0; p < 9; p++) {
                values[(3 + p / 3) * 9 + 6 + p % 3] = 1;
            }
            new RandomRotation(degrees, Fill.ZERO).apply(values, Shape.of(1, 9, 9), turn(seed));
            double sum = 0;
            double x = 0;
            double y = 0;
            for (int p = 0; p < 81; p++) {
                sum += values[p];
                x += values[p] * (p % 9 - 4);
                y += values[p] * (p / 9 - 4);
            }
            assertThat(x / sum).isCloseTo(3 * Math.cos(angle), within(0.25));
            assertThat(y / sum).isCloseTo(3 * Math.sin(angle), within(0.25));
            left |= angle < 0;
            right |= angle > 0;
        }
        assertThat(left && right).isTrue();
    }

    @Test
    void whatTurnsInIsBlackOrTheEdge() {
        float[] black = filled(0.7f);
        new RandomRotation(45, Fill.ZERO).apply(black, SHAPE, turn(new Seed(2)));
        assertThat(black[0]).isZero();
        assertThat(black[4 * 12 + 6]).isCloseTo(0.7f, within(1e-6f));
        float[] edge = filled(0.7f);
        new RandomRotation(45, Fill.EDGE).apply(edge, SHAPE, turn(new Seed(2)));
        for (float value : edge) {
            assertThat(value).isCloseTo(0.7f, within(1e-6f));
        }
        float[] still = image(3);
        new RandomRotation(0, Fill.ZERO).apply(still, SHAPE, turn(new Seed(2)));
        assertThat(still).isEqualTo(image(3));
    }

    @Test
    void aCutoutCoversOneSquareInAllChannels() {
        TreeSet<Integer> sizes = new TreeSet<>();
        for (int i = 0; i < 2000; i++) {
            float[] values = filled(0);
            new Cutout(4, 0.25).apply(values, SHAPE, turn(new Seed(i)));
            int covered = 0;
            for (int p = 0; p < PLANE; p++) {
                assertThat(values[p + PLANE]).isEqualTo(values[p]);
                assertThat(values[p + 2 * PLANE]).isEqualTo(values[p]);
                covered += values[p] == 0.25f ? 1 : 0;
            }
            sizes.add(covered);
        }
        // Whole, or cut by one border or by two.
        assertThat(sizes).containsExactly(4, 6, 8, 9, 12, 16);
    }

    @Test
    void brightnessMultipliesAndContrastGoesAboutTheMean() {
        for (int i = 0; i < 50; i++) {
            RandomStream drawn = new Seed(i).stream();
            float factor = (float) drawn.nextDouble(0.5, 1.5);
            float[] bright = filled(0.4f);
            new ColorJitter(0.5, 0, 0, 0).apply(bright, SHAPE, turn(new Seed(i)));
            assertThat(bright[5]).isCloseTo(0.4f * factor, within(1e-6f));
            float[] contrast = new float[] {0.3f, 0.5f};
            new ColorJitter(0, 0.5, 0, 0).apply(contrast, Shape.of(1, 1, 2), turn(new Seed(i)));
            assertThat(contrast[0] + contrast[1]).isCloseTo(0.8f, within(1e-6f));
            assertThat(contrast[1] - contrast[0]).isBetween(0.1f, 0.3f);
        }
    }

    @Test
    void aThirdOfTheCircleMakesGreenOfRed() {
        boolean seen = false;
        for (int i = 0; i < 3000; i++) {
            RandomStream drawn = new Seed(i).stream();
            drawn.nextDouble();
            drawn.nextDouble();
            drawn.nextDouble();
            double turn = drawn.nextDouble(-0.5, 0.5);
            if (Math.abs(turn - 1 / 3.0) < 1e-3) {
                float[] red = {0.8f, 0.2f, 0.2f};
                new ColorJitter(0, 0, 0, 0.5).apply(red, Shape.of(3, 1, 1), turn(new Seed(i)));
                assertThat(red[0]).isCloseTo(0.2f, within(0.01f));
                assertThat(red[1]).isCloseTo(0.8f, within(0.01f));
                assertThat(red[2]).isCloseTo(0.2f, within(0.01f));
                seen = true;
            }
        }
        assertThat(seen).isTrue();
    }

    @Test
    void saturationKeepsTheLumaAndGrayHasNeitherItNorHue() {
        float[] colour = {0.6f, 0.4f, 0.5f};
        new ColorJitter(0, 0, 0.5, 0).apply(colour, Shape.of(3, 1, 1), turn(new Seed(4)));
        assertThat(colour[0]).isNotCloseTo(0.6f, within(1e-4f));
        assertThat(0.299f * colour[0] + 0.587f * colour[1] + 0.114f * colour[2])
                .isCloseTo(0.299f * 0.6f + 0.587f * 0.4f + 0.114f * 0.5f, within(1e-6f));
        float[] gray = {0.1f, 0.9f};
        new ColorJitter(0, 0, 0.5, 0.5).apply(gray, Shape.of(1, 1, 2), turn(new Seed(4)));
        assertThat(gray).containsExactly(0.1f, 0.9f);
    }

    @Test
    void aMixtureIsOfImagesAndOfTheirClasses() {
        Dataset data = dataset();
        Preprocessing unit = Preprocessing.unit(3);
        InputPipeline pipeline = new InputPipeline(data, unit, List.of(), Optional.of(new Mixup(0.5)), new Seed(5));
        assertThat(pipeline.targetShape()).isEqualTo(Shape.of(4));
        InputPipeline.Reader reader = pipeline.reader();
        TreeSet<Integer> partners = new TreeSet<>();
        for (int sample = 0; sample < data.size(); sample++) {
            for (int epoch = 0; epoch < 30; epoch++) {
                float[] target = new float[6];
                pipeline.readTarget(epoch, sample, target, 1);
                float[] mixed = new float[3 * PLANE];
                reader.fill(epoch, sample, mixed, 0);
                assertThat(target[0] + target[5]).isZero();
                assertThat(target[1] + target[2] + target[3] + target[4]).isCloseTo(1, within(1e-6f));
                // Every image is of its own level, so the mixture tells who is in it.
                float share = target[1 + data.label(sample)];
                for (int other = 0; other < 4; other++) {
                    if (other != sample && target[1 + data.label(other)] > 0) {
                        partners.add(other);
                        assertThat(mixed[0])
                                .isCloseTo(share * level(sample) + (1 - share) * level(other), within(1e-5f));
                    }
                }
            }
            float[] plain = new float[1];
            pipeline.readPlainTarget(sample, plain, 0);
            assertThat(plain[0]).isEqualTo(data.label(sample));
        }
        assertThat(partners).containsExactly(0, 1, 2, 3);
    }

    @Test
    void sharesAreBetaDistributed() {
        for (double alpha : new double[] {0.01, 0.2, 1, 4}) {
            Mixup mixup = new Mixup(alpha);
            RandomStream random = new Seed(1).stream();
            double sum = 0;
            double squares = 0;
            int n = 40_000;
            for (int i = 0; i < n; i++) {
                double share = mixup.share(random);
                assertThat(share).isBetween(0.0, 1.0);
                sum += share;
                squares += (share - 0.5) * (share - 0.5);
            }
            assertThat(sum / n).isCloseTo(0.5, within(0.01));
            assertThat(squares / n).as("alpha %s", alpha).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.004));
        }
    }

    @Test
    void rangesAreRefusedWithWhatWasGot() {
        assertThatThrownBy(() -> new RandomResizedCrop(0, 1))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "RandomResizedCrop expects minArea and minRatio above 0 and at most 1, but it got 0.0 and 1.0.");
        assertThatThrownBy(() -> new RandomRotation(181, Fill.ZERO))
                .hasMessage("RandomRotation expects 0 … 180 degrees, but it got 181.0.");
        assertThatThrownBy(() -> new Cutout(0, 0.5))
                .hasMessage("Cutout expects a size of at least 1 and a level of 0 … 1, but it got 0 and 0.5.");
        assertThatThrownBy(() -> new ColorJitter(0, 0, 0, 0.6))
                .hasMessage(
                        "ColorJitter expects strengths of at least 0 and a hue of 0 … 0.5, but it got 0.0, 0.0, 0.0 and 0.6.");
        assertThatThrownBy(() -> new Mixup(0)).hasMessage("Mixup expects an alpha of 0.01 … 100, but it got 0.0.");
    }

    private static float level(int sample) {
        return sample * 50 / 255f;
    }

    /** Four samples, each of a class and a level of its own. */
    private static Dataset dataset() {
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            byte[] image = new byte[3 * PLANE];
            Arrays.fill(image, (byte) (i * 50));
            images.add(image);
        }
        return MemoryDataset.of("levels", SHAPE, 4, images, List.of(2, 0, 3, 1));
    }

    private static float[] filled(float value) {
        float[] values = new float[3 * PLANE];
        Arrays.fill(values, value);
        return values;
    }

    private static float[] image(int seed) {
        RandomStream random = new Seed(seed).child("image").stream();
        float[] values = new float[3 * PLANE];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    private static Turn turn(Seed seed) {
        return new Turn(0, seed, seed.stream());
    }
}
