package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
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
    void refusesWhatIsNoProbability() {
        for (double probability : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new HorizontalFlip(probability))
                    .isInstanceOf(DataException.class)
                    .hasMessage("HorizontalFlip expects a probability of 0 … 1, but it got " + probability + ".");
        }
    }

    private static float[] flipped(double probability, int sample) {
        float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        new HorizontalFlip(probability).apply(values, SHAPE, new Seed(1).child(sample).stream());
        return values;
    }
}
