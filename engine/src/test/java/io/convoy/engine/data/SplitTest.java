package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitTest {
    @Test
    void everySampleIsInOneOfTheTwoAndEachClassHasItsShare() {
        for (double share : new double[] {0.1, 0.5, 0.8}) {
            Dataset whole = data(40, 25, 7);
            Split split = Split.stratified(whole, share, new Seed(1));
            List<Integer> all = new ArrayList<>(samples(split.train()));
            all.addAll(samples(split.test()));
            assertThat(all).doesNotHaveDuplicates().hasSize(72);
            assertThat(samples(split.train())).isSorted();
            assertThat(samples(split.test())).isSorted();
            for (int label = 0; label < 3; label++) {
                int size = new int[] {40, 25, 7}[label];
                assertThat(count(split.train(), label)).isEqualTo((int) Math.round(share * size));
                assertThat(count(split.test(), label)).isEqualTo(size - (int) Math.round(share * size));
            }
        }
    }

    @Test
    void theSeedAndNothingElseDecides() {
        List<Integer> once =
                samples(Split.stratified(data(40, 25, 7), 0.8, new Seed(1)).train());
        assertThat(samples(Split.stratified(data(40, 25, 7), 0.8, new Seed(1)).train()))
                .isEqualTo(once);
        assertThat(samples(Split.stratified(data(40, 25, 7), 0.8, new Seed(2)).train()))
                .isNotEqualTo(once);
        // More of another class changes nothing for the first one.
        assertThat(samples(Split.stratified(data(40, 3, 7), 0.8, new Seed(1)).train())
                        .subList(0, 32))
                .isEqualTo(once.subList(0, 32));
    }

    @Test
    void aClassOfTwoIsOnBothSides() {
        for (double share : new double[] {0.001, 0.999}) {
            Split split = Split.stratified(data(2, 1, 0), share, new Seed(1));
            assertThat(count(split.train(), 0)).isEqualTo(1);
            assertThat(count(split.test(), 0)).isEqualTo(1);
            // A single sample is learned from.
            assertThat(count(split.train(), 1)).isEqualTo(1);
        }
    }

    @Test
    void refusesWhatLeavesNothing() {
        assertThatThrownBy(() -> Split.stratified(data(1, 1, 1), 0.5, new Seed(1)))
                .hasMessage("Split expects a class of at least 2 samples, but numbers has none.");
        assertThatThrownBy(() -> Split.stratified(data(4, 1, 1), 1, new Seed(1)))
                .hasMessage("Split expects a share above 0 and below 1, but it got 1.0.");
    }

    /** Samples that are their own numbers. */
    private static Dataset data(int... counts) {
        List<byte[]> images = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int label = 0; label < counts.length; label++) {
            for (int i = 0; i < counts[label]; i++) {
                images.add(new byte[] {(byte) images.size()});
            }
            labels.addAll(Collections.nCopies(counts[label], label));
        }
        return MemoryDataset.of("numbers", Shape.of(1, 1, 1), counts.length, images, labels);
    }

    private static List<Integer> samples(Dataset data) {
        List<Integer> samples = new ArrayList<>();
        byte[] pixel = new byte[1];
        for (int i = 0; i < data.size(); i++) {
            data.read(i, pixel);
            samples.add((int) pixel[0]);
        }
        return samples;
    }

    private static int count(Dataset data, int label) {
        int count = 0;
        for (int i = 0; i < data.size(); i++) {
            count += data.label(i) == label ? 1 : 0;
        }
        return count;
    }
}
