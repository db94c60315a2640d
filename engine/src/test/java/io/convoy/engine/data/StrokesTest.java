package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrokesTest {
    private static final Seed SEED = new Seed(1);
    private static final int BYTES = 28 * 28;

    /** Changing the generator changes every published result on it: then this hash changes, on purpose. */
    @Test
    void theFirstThousandImagesAreFrozen() throws Exception {
        assertThat(digest(Strokes.train(SEED, 1000)))
                .isEqualTo("635512f5ba6a61bf81b60f80b8e9e9ea9c919c1c2d6e8f15f64209d301227383");
        assertThat(digest(Strokes.test(SEED, 1000)))
                .isEqualTo("9f8516029f8730d98619a65f1438cceb78ae6685d05ebb9ef8203bcb046ed5f3");
    }

    @Test
    void anImageDependsNeitherOnTheSizeNorOnTheOrderNorOnTheThreads() throws Exception {
        Strokes small = Strokes.train(SEED, 3000);
        MemoryDataset large = MemoryDataset.copyOf(Strokes.train(SEED, 5003), 3);
        for (int i = 2999; i >= 0; i--) {
            assertThat(image(large, i)).as("image %d", i).isEqualTo(image(small, i));
            assertThat(large.label(i)).as("label %d", i).isEqualTo(small.label(i));
        }
    }

    @Test
    void everyTenImagesShowEachDigitOnceInRandomOrder() {
        Strokes strokes = Strokes.train(SEED, 1000);
        Set<List<Integer>> orders = new HashSet<>();
        for (int first = 0; first < 1000; first += 10) {
            List<Integer> labels =
                    IntStream.range(first, first + 10).mapToObj(strokes::label).toList();
            assertThat(labels).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            orders.add(labels);
        }
        assertThat(orders).hasSizeGreaterThan(95);
    }

    @Test
    void noImageComesTwiceInOrAcrossTheSplits() {
        Set<String> seen = new HashSet<>();
        for (Dataset split :
                List.of(Strokes.train(SEED, 500), Strokes.test(SEED, 500), Strokes.train(new Seed(2), 500))) {
            for (int i = 0; i < split.size(); i++) {
                assertThat(seen.add(Arrays.toString(image(split, i))))
                        .as("%s %d", split.name(), i)
                        .isTrue();
            }
        }
    }

    @Test
    void everyImageHasInkThatStandsOut() {
        Strokes strokes = Strokes.train(SEED, 2000);
        for (int i = 0; i < strokes.size(); i++) {
            byte[] image = image(strokes, i);
            int[] sorted = new int[BYTES];
            for (int p = 0; p < BYTES; p++) {
                sorted[p] = image[p] & 0xFF;
            }
            Arrays.sort(sorted);
            assertThat(sorted[BYTES - 20] - sorted[BYTES / 2])
                    .as("contrast of image %d", i)
                    .isGreaterThan(35);
        }
    }

    @Test
    void aLinearModelStaysBelowNinetyPercent() throws Exception {
        MemoryDataset train = MemoryDataset.copyOf(Strokes.train(SEED, Strokes.TRAIN_SIZE), 2);
        Preprocessing preprocessing = Preprocessing.measure(train);
        SoftmaxRegression model = new SoftmaxRegression(new InputPipeline(train, preprocessing, List.of(), SEED));
        Dataset test = Strokes.test(SEED, Strokes.TEST_SIZE);
        double accuracy = model.accuracy(new InputPipeline(test, preprocessing, List.of(), SEED));
        // The lower bound says that the model has learnt what it can: twice as many epochs end at 0.74.
        assertThat(accuracy).isBetween(0.70, 0.90);
    }

    @Test
    void describesItself() {
        Strokes strokes = Strokes.test(SEED, 7);
        assertThat(strokes.name()).isEqualTo("strokes-test");
        assertThat(strokes.size()).isEqualTo(7);
        assertThat(strokes.sampleShape()).isEqualTo(Shape.of(1, 28, 28));
        assertThat(strokes.classes()).isEqualTo(10);
    }

    @Test
    void expectsAtLeastOneImage() {
        assertThatThrownBy(() -> Strokes.train(SEED, 0))
                .isInstanceOf(DataException.class)
                .hasMessage("strokes-train expects a size of at least 1, but it got 0.");
    }

    private static byte[] image(Dataset dataset, int index) {
        byte[] pixels = new byte[BYTES];
        dataset.read(index, pixels);
        return pixels;
    }

    private static String digest(Dataset dataset) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < dataset.size(); i++) {
            sha256.update(image(dataset, i));
            sha256.update((byte) dataset.label(i));
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
