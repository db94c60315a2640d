package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.data.RandomShift.Fill;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Dataset DATA = data(3, 2, 4, 3);

    @Test
    void pairsAreAlikeAsOftenAsNot() {
        Comparison pairs = Comparison.pairs(DATA);
        int alike = 0;
        for (int i = 0; i < 12_000; i++) {
            int[] shown = pairs.shown(new Seed(i), i % 12);
            assertThat(shown).hasSize(2);
            assertThat(shown[0]).isEqualTo(i % 12);
            assertThat(shown[1]).isNotEqualTo(shown[0]);
            boolean same = DATA.label(shown[0]) == DATA.label(shown[1]);
            assertThat(pairs.target(shown)).isEqualTo(same ? 0 : 1);
            assertThat(Comparison.pairs(DATA, 1, -1).target(shown)).isEqualTo(same ? 1 : -1);
            alike += same ? 1 : 0;
        }
        assertThat(alike / 12_000.0).isCloseTo(0.5, within(0.02));
    }

    @Test
    void tripletsAndQuadrupletsAreOfTheClassesThatTheirLossesExpect() {
        Comparison triplets = Comparison.triplets(DATA);
        Comparison quadruplets = Comparison.quadruplets(DATA);
        int[] negatives = new int[4];
        Set<List<Integer>> seen = new HashSet<>();
        for (int i = 0; i < 24_000; i++) {
            int[] three = triplets.shown(new Seed(i), i % 12);
            assertThat(three).hasSize(3);
            assertThat(three[1]).isNotEqualTo(three[0]);
            assertThat(DATA.label(three[1])).isEqualTo(DATA.label(three[0]));
            assertThat(DATA.label(three[2])).isNotEqualTo(DATA.label(three[0]));
            int[] four = quadruplets.shown(new Seed(i), i % 12);
            assertThat(List.of(DATA.label(four[0]), DATA.label(four[2]), DATA.label(four[3])))
                    .doesNotHaveDuplicates();
            assertThat(DATA.label(four[1])).isEqualTo(DATA.label(four[0]));
            seen.add(List.of(DATA.label(four[0]), DATA.label(four[2]), DATA.label(four[3])));
            if (DATA.label(three[0]) == 1) {
                negatives[DATA.label(three[2])]++;
            }
        }
        // Every class is as likely, whatever its size; and all 4 · 3 · 2 ways come.
        assertThat(seen).hasSize(24);
        for (int label : new int[] {0, 2, 3}) {
            assertThat(negatives[label] / 4_000.0).isCloseTo(1 / 3.0, within(0.03));
        }
    }

    @Test
    void othersMayBeOfTheSameGroupOnly() {
        ClassGroups groups = new ClassGroups(List.of("even", "odd"), List.of(List.of(0, 2, 4), List.of(1, 3, 5)));
        Dataset data = data(2, 3, 2, 2, 4, 2);
        Comparison triplets = Comparison.triplets(data, groups);
        Comparison quadruplets = Comparison.quadruplets(data, groups);
        Comparison pairs = Comparison.pairs(data, 0, 1, groups);
        Set<List<Integer>> seen = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            int sample = i % data.size();
            int[] three = triplets.shown(new Seed(i), sample);
            int[] four = quadruplets.shown(new Seed(i), sample);
            int own = data.label(sample);
            assertThat(data.label(three[1])).isEqualTo(own);
            assertThat(data.label(three[2])).isNotEqualTo(own);
            assertThat(data.label(three[2]) % 2).isEqualTo(own % 2);
            assertThat(List.of(own, data.label(four[2]), data.label(four[3]))).doesNotHaveDuplicates();
            assertThat(data.label(four[3]) % 2).isEqualTo(own % 2);
            assertThat(data.label(pairs.shown(new Seed(i), sample)[1]) % 2).isEqualTo(own % 2);
            seen.add(List.of(own, data.label(three[2])));
        }
        assertThat(seen).hasSize(12);
        assertThatThrownBy(() -> Comparison.triplets(
                        data, new ClassGroups(List.of("a", "b"), List.of(List.of(0, 1, 2, 3, 4), List.of(5)))))
                .isInstanceOf(DataException.class)
                .hasMessage("Comparison expects at least 2 classes for a TRIPLET, but b of numbers has 1. Maybe let the"
                        + " others come from all classes.");
    }

    @Test
    void othersAreDrawnAnewInEveryEpochAndKeptForEvaluation() {
        InputPipeline pipeline = pipeline(Comparison.triplets(DATA), List.of());
        assertThat(pipeline.sampleShape()).isEqualTo(Shape.of(3, 2, 2));
        assertThat(pipeline.targetShape()).isEqualTo(Shape.of(0));
        assertThat(pipeline.classes()).isZero();
        InputPipeline.Reader reader = pipeline.reader();
        Set<String> epochs = new HashSet<>();
        for (int epoch = 0; epoch < 20; epoch++) {
            float[] into = new float[12];
            reader.fill(epoch, 5, into, 0);
            assertThat(into[0]).isEqualTo(5 / 255f);
            epochs.add(Arrays.toString(into));
            float[] again = new float[12];
            pipeline.reader().fill(epoch, 5, again, 0);
            assertThat(again).isEqualTo(into);
        }
        assertThat(epochs).hasSizeGreaterThan(5);
        float[] once = new float[12];
        float[] twice = new float[12];
        reader.fillPlain(5, once, 0);
        pipeline.reader().fillPlain(5, twice, 0);
        assertThat(twice).isEqualTo(once);
    }

    @Test
    void theTargetOfAPairIsThatOfTheImagesShown() {
        InputPipeline pipeline = pipeline(Comparison.pairs(DATA), List.of());
        assertThat(pipeline.targetShape()).isEqualTo(Shape.of());
        InputPipeline.Reader reader = pipeline.reader();
        Set<Float> targets = new HashSet<>();
        for (int epoch = 0; epoch < 10; epoch++) {
            for (int sample = 0; sample < 12; sample++) {
                float[] shown = new float[8];
                float[] target = new float[2];
                reader.fill(epoch, sample, shown, 0);
                pipeline.readTarget(epoch, sample, target, 1);
                // A sample's pixels are its number.
                int other = Math.round(shown[4] * 255);
                assertThat(target[1]).isEqualTo(DATA.label(other) == DATA.label(sample) ? 0 : 1);
                targets.add(target[1]);
                reader.fillPlain(sample, shown, 0);
                pipeline.readPlainTarget(sample, target, 1);
                other = Math.round(shown[4] * 255);
                assertThat(target[1]).isEqualTo(DATA.label(other) == DATA.label(sample) ? 0 : 1);
            }
        }
        assertThat(targets).containsExactlyInAnyOrder(0f, 1f);
    }

    @Test
    void eachViewIsVariedOnItsOwn() {
        InputPipeline pipeline = pipeline(Comparison.triplets(DATA), List.of(new RandomShift(1, Fill.ZERO)));
        boolean differ = false;
        for (int sample = 0; sample < 12; sample++) {
            float[] into = new float[12];
            pipeline.reader().fill(0, sample, into, 0);
            boolean[] moved = new boolean[3];
            for (int i = 0; i < 12; i++) {
                moved[i / 4] |= into[i] == 0;
            }
            differ |= moved[0] != moved[1] || moved[1] != moved[2];
        }
        assertThat(differ).isTrue();
    }

    @Test
    void tooFewClassesOrSamplesAreRefused() {
        assertThatThrownBy(() -> Comparison.quadruplets(data(2, 2)))
                .isInstanceOf(DataException.class)
                .hasMessage("Comparison expects at least 3 classes for a QUADRUPLET, but numbers has 2.");
        assertThatThrownBy(() -> Comparison.pairs(data(2, 1)))
                .hasMessage("Comparison expects at least 2 samples in every class, but numbers has 1 in class 1.");
        assertThatThrownBy(() -> new InputPipeline(
                        DATA,
                        Preprocessing.unit(1),
                        List.of(),
                        Optional.of(new Mixup(1)),
                        Optional.of(Comparison.pairs(DATA)),
                        new Seed(1)))
                .hasMessage("InputPipeline expects samples to be mixed or compared, but it got both.");
    }

    private static InputPipeline pipeline(Comparison comparison, List<Augmentation> augmentations) {
        return new InputPipeline(
                DATA, Preprocessing.unit(1), augmentations, Optional.empty(), Optional.of(comparison), new Seed(3));
    }

    /** Samples of 2×2 whose pixels are their numbers. */
    private static Dataset data(int... counts) {
        List<byte[]> images = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int label = 0; label < counts.length; label++) {
            for (int i = 0; i < counts[label]; i++) {
                byte[] image = new byte[4];
                Arrays.fill(image, (byte) images.size());
                images.add(image);
                labels.add(label);
            }
        }
        return MemoryDataset.of("numbers", Shape.of(1, 2, 2), counts.length, images, labels);
    }
}
