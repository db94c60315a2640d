package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HorizontalFlipTest {
    private static final Shape SHAPE = Shape.of(2, 2, 3);

    @Test
    void mirrorsEveryRowOfEveryChannel() {
        assertThat(flipped(1, 0)).containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10);
        assertThat(flipped(0, 0)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }

    @Test
    void flipsAsOftenAsItSays() {
        int flips = 0;
        for (int i = 0; i < 10_000; i++) {
            flips += flipped(0.3, i)[0] == 3 ? 1 : 0;
        }
        // Five standard deviations of a binomial with n = 10,000 and p = 0.3 are 229.
        assertThat(flips).isBetween(2771, 3229);
    }

    @Test
    void alternatingShowsEverySampleEitherWayInAnyTwoEpochs() {
        byte[] pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        MemoryDataset dataset =
                MemoryDataset.of("rows", SHAPE, 2, Collections.nCopies(400, pixels), Collections.nCopies(400, 0));
        InputPipeline pipeline =
                new InputPipeline(dataset, Preprocessing.unit(2), List.of(new HorizontalFlip(0.5, true)), new Seed(2));
        InputPipeline.Reader reader = pipeline.reader();
        int first = 0;
        for (int sample = 0; sample < 400; sample++) {
            Set<Float> seen = new HashSet<>();
            for (long epoch = 0; epoch < 6; epoch++) {
                float corner = seen(reader, epoch, sample);
                seen.add(corner);
                first += epoch == 0 && corner == 3 ? 1 : 0;
                assertThat(seen).hasSize(epoch == 0 ? 1 : 2);
                assertThat(corner).isEqualTo(epoch % 2 == 0 ? seen(reader, 0, sample) : seen(reader, 1, sample));
            }
        }
        // Five standard deviations of a binomial with n = 400 and p = 0.5 are 50.
        assertThat(first).isBetween(150, 250);
    }

    private static float seen(InputPipeline.Reader reader, long epoch, int sample) {
        float[] values = new float[12];
        reader.fill(epoch, sample, values, 0);
        return Math.round(255 * values[0]);
    }

    @Test
    void refusesWhatIsNoProbability() {
        for (double probability : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new HorizontalFlip(probability))
                    .isInstanceOf(DataException.class)
                    .hasMessage("HorizontalFlip expects a probability of 0 … 1, but it got " + probability + ".");
        }
    }

    private static float[] flipped(double probability, int sample) {
        float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        new HorizontalFlip(probability).apply(values, SHAPE, turn(new Seed(1).child(sample)));
        return values;
    }

    private static Turn turn(Seed seed) {
        return new Turn(0, seed, seed.stream());
    }
}
