package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.RandomShift.Fill;
import io.convoy.engine.rng.Seed;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputPipelineTest {
    private static final Seed SEED = new Seed(1);
    private static final int VALUES = 28 * 28;
    private static final Preprocessing PREPROCESSING = new Preprocessing(List.of(0.2f), List.of(0.3f));
    private static final Augmentation SHIFT = new RandomShift(2, Fill.ZERO);
    private static final Augmentation FLIP = new HorizontalFlip(0.5);

    private final MemoryDataset dataset = copy();

    @Test
    void aPlainSampleIsItsNormalisedPixels() {
        byte[] pixels = new byte[VALUES];
        dataset.read(3, pixels);
        float[] into = new float[VALUES + 2];
        Arrays.fill(into, 7);
        pipeline(SHIFT).reader().fillPlain(3, into, 1);
        assertThat(into[0]).isEqualTo(7);
        assertThat(into[VALUES + 1]).isEqualTo(7);
        for (int i = 0; i < VALUES; i++) {
            assertThat(into[i + 1]).isEqualTo(((pixels[i] & 0xFF) / 255f - 0.2f) / 0.3f);
        }
    }

    @Test
    void withoutAugmentationsTrainingSeesThePlainSample() {
        float[] plain = new float[VALUES];
        pipeline().reader().fillPlain(3, plain, 0);
        assertThat(filled(pipeline(), 5, 3)).isEqualTo(plain);
        assertThat(filled(pipeline(new RandomShift(0, Fill.ZERO)), 5, 3)).isEqualTo(plain);
    }

    @Test
    void anAugmentedSampleIsAFunctionOfSeedEpochAndSample() {
        InputPipeline pipeline = pipeline(SHIFT, FLIP);
        InputPipeline.Reader used = pipeline.reader();
        float[] scratch = new float[VALUES];
        for (int i = 0; i < 20; i++) {
            used.fill(i, i, scratch, 0);
        }
        boolean epochsDiffer = false;
        boolean seedsDiffer = false;
        for (int sample = 0; sample < 20; sample++) {
            used.fill(2, sample, scratch, 0);
            assertThat(filled(pipeline, 2, sample)).isEqualTo(scratch);
            epochsDiffer |= !Arrays.equals(filled(pipeline, 3, sample), scratch);
            InputPipeline other = new InputPipeline(dataset, PREPROCESSING, List.of(SHIFT, FLIP), new Seed(2));
            seedsDiffer |= !Arrays.equals(filled(other, 2, sample), scratch);
        }
        assertThat(epochsDiffer).isTrue();
        assertThat(seedsDiffer).isTrue();
    }

    @Test
    void randomnessComesFromTheNameOfTheSampleInTheEpoch() {
        float[] expected = new float[VALUES];
        byte[] pixels = new byte[VALUES];
        dataset.read(6, pixels);
        Preprocessing.scale(pixels, VALUES, expected, 0);
        SHIFT.apply(
                expected,
                dataset.sampleShape(),
                turn(SEED.child("augment").child(4).child(6)));
        PREPROCESSING.normalise(expected, 0, dataset.sampleShape());
        assertThat(filled(pipeline(SHIFT), 4, 6)).isEqualTo(expected);
    }

    @Test
    void augmentationsRunInOrderOnPixelsFromZeroToOne() {
        Augmentation halve = (values, shape, random) -> {
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i]).isBetween(0f, 1f);
                values[i] /= 2;
            }
        };
        Augmentation quarterMore = (values, shape, random) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] += 0.25f;
            }
        };
        byte[] pixels = new byte[VALUES];
        dataset.read(0, pixels);
        assertThat(filled(pipeline(halve, quarterMore), 0, 0)[400])
                .isEqualTo(((pixels[400] & 0xFF) / 255f / 2 + 0.25f - 0.2f) / 0.3f);
    }

    @Test
    void labelsAreThoseOfTheDataset() {
        for (int i = 0; i < dataset.size(); i++) {
            assertThat(pipeline().label(i)).isEqualTo(dataset.label(i));
        }
    }

    @Test
    void aReaderTakesNoMemoryForSamplesButItsRandomness() {
        InputPipeline.Reader reader = pipeline(SHIFT, FLIP).reader();
        float[] into = new float[VALUES];
        // The first calls compile and link; only then is counted.
        allocated(() -> fillBoth(reader, into));
        long bytes = allocated(() -> fillBoth(reader, into));
        assertThat(bytes / 20_000.0)
                .as("bytes a sample, of which three seeds, a stream and a turn take 128")
                .isLessThan(160);
    }

    @Test
    void preprocessingHasToHaveTheChannelsOfTheImages() {
        assertThatThrownBy(() -> new InputPipeline(dataset, Preprocessing.unit(3), List.of(), SEED))
                .isInstanceOf(DataException.class)
                .hasMessage("Preprocessing expects images of 3 channels, but those of strokes-train are [1, 28, 28]."
                        + " Maybe it was measured on other data.");
    }

    private void fillBoth(InputPipeline.Reader reader, float[] into) {
        for (int i = 0; i < 20_000; i++) {
            reader.fill(1, i % dataset.size(), into, 0);
            reader.fillPlain(i % dataset.size(), into, 0);
        }
    }

    private static long allocated(Runnable task) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        task.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private InputPipeline pipeline(Augmentation... augmentations) {
        return new InputPipeline(dataset, PREPROCESSING, List.of(augmentations), SEED);
    }

    private static float[] filled(InputPipeline pipeline, long epoch, int sample) {
        float[] into = new float[VALUES];
        pipeline.reader().fill(epoch, sample, into, 0);
        return into;
    }

    private static MemoryDataset copy() {
        try {
            return MemoryDataset.copyOf(Strokes.train(SEED, 100), 1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Turn turn(Seed seed) {
        return new Turn(0, seed, seed.stream());
    }
}
