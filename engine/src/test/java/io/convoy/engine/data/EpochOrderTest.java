package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.rng.Seed;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
    private static final Seed SEED = new Seed(1);

    @Test
    void everySampleComesExactlyOnce() {
        for (int size : new int[] {0, 1, 2, 7, 1000}) {
            EpochOrder order = EpochOrder.shuffled(SEED, 4, size);
            assertThat(order.size()).isEqualTo(size);
            assertThat(samples(order).sorted().toArray())
                    .isEqualTo(IntStream.range(0, size).toArray());
        }
    }

    @Test
    void theOrderIsAFunctionOfSeedAndEpoch() {
        int[] order = samples(EpochOrder.shuffled(SEED, 4, 100)).toArray();
        assertThat(samples(EpochOrder.shuffled(SEED, 4, 100)).toArray()).isEqualTo(order);
        assertThat(samples(EpochOrder.shuffled(SEED, 5, 100)).toArray()).isNotEqualTo(order);
        assertThat(samples(EpochOrder.shuffled(new Seed(2), 4, 100)).toArray()).isNotEqualTo(order);
    }

    /** A change of the order changes every trained model, so it is frozen. */
    @Test
    void theOrderIsFrozen() {
        assertThat(samples(EpochOrder.shuffled(SEED, 0, 10)).toArray()).containsExactly(7, 3, 5, 9, 6, 1, 4, 2, 8, 0);
    }

    @Test
    void everyPlaceIsEquallyLikely() {
        int[] first = new int[5];
        for (int epoch = 0; epoch < 5000; epoch++) {
            first[EpochOrder.shuffled(SEED, epoch, 5).sampleAt(0)]++;
        }
        // Five standard deviations of a binomial with n = 5000 and p = 0.2 are 141.
        for (int count : first) {
            assertThat(count).isBetween(859, 1141);
        }
    }

    @Test
    void evaluationGoesInOrder() {
        assertThat(samples(EpochOrder.inOrder(4)).toArray()).containsExactly(0, 1, 2, 3);
    }

    private static IntStream samples(EpochOrder order) {
        return IntStream.range(0, order.size()).map(order::sampleAt);
    }
}
