package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryDatasetTest {
    private static final Shape SHAPE = Shape.of(1, 1, 2);

    @Test
    void returnsWhatItWasGivenThoughTheCallerChangesItLater() {
        byte[] first = {1, 2};
        MemoryDataset dataset =
                MemoryDataset.of("pairs", SHAPE, 300, List.of(first, new byte[] {3, (byte) 255}), List.of(299, 0));
        first[0] = 9;
        assertThat(image(dataset, 0)).containsExactly(1, 2);
        assertThat(image(dataset, 1)).containsExactly(3, 255);
        assertThat(dataset.label(0)).isEqualTo(299);
        assertThat(dataset.label(1)).isZero();
        assertThat(dataset.name()).isEqualTo("pairs");
        assertThat(dataset.size()).isEqualTo(2);
        assertThat(dataset.classes()).isEqualTo(300);
        assertThat(dataset.sampleShape()).isEqualTo(SHAPE);
    }

    @Test
    void samplesFindTheirWayAcrossChunks() {
        Shape quarterOfAMegabyte = Shape.of(3, 256, 400);
        List<byte[]> images = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            byte[] image = new byte[(int) quarterOfAMegabyte.count()];
            image[0] = (byte) i;
            image[image.length - 1] = (byte) -i;
            images.add(image);
            labels.add(i);
        }
        MemoryDataset dataset = MemoryDataset.of("large", quarterOfAMegabyte, 11, images, labels);
        for (int i = 0; i < 11; i++) {
            assertThat(image(dataset, i)).as("image %d", i).isEqualTo(images.get(i));
        }
    }

    @Test
    void aCopyPassesOnWhatItsSourceComplainsAbout() {
        DataException complaint = new DataException("sample 0 is bad.");
        assertThatThrownBy(() -> MemoryDataset.copyOf(failing(complaint), 2)).isSameAs(complaint);
        IllegalArgumentException defect = new IllegalArgumentException("why");
        assertThatThrownBy(() -> MemoryDataset.copyOf(failing(defect), 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken could not be read: java.lang.IllegalArgumentException: why")
                .hasCause(defect);
    }

    @Test
    void aCopyNeedsAThread() {
        assertThatThrownBy(() -> MemoryDataset.copyOf(failing(new IllegalArgumentException()), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("MemoryDataset.copyOf expects at least 1 thread, but it got 0.");
    }

    @Test
    void saysWhatDoesNotFit() {
        List<byte[]> images = List.of(new byte[2]);
        assertThatThrownBy(() -> MemoryDataset.of("pairs", SHAPE, 2, images, List.of(0, 1)))
                .isInstanceOf(DataException.class)
                .hasMessage("pairs expects one label for each of its 1 images, but it got 2 labels.");
        assertThatThrownBy(() -> MemoryDataset.of("pairs", SHAPE, 2, List.of(new byte[3]), List.of(0)))
                .hasMessage("pairs expects 2 bytes for an image of [1, 1, 2], but image 0 has 3.");
        assertThatThrownBy(() -> MemoryDataset.of("pairs", SHAPE, 2, images, List.of(2)))
                .hasMessage("pairs expects labels of 0 … 1, but sample 0 has label 2."
                        + " Maybe there are more classes than 2.");
        assertThatThrownBy(() -> MemoryDataset.of("pairs", SHAPE, 2, images, List.of(-1)))
                .hasMessage("pairs expects labels of 0 … 1, but sample 0 has label -1."
                        + " Maybe there are more classes than 2.");
        assertThatThrownBy(() -> MemoryDataset.of("pairs", SHAPE, 2, List.of(), List.of()))
                .hasMessage("pairs expects at least 1 sample, but it has 0.");
        assertThatThrownBy(() -> MemoryDataset.of("pairs", Shape.of(28, 28), 2, images, List.of(0)))
                .hasMessage("pairs expects samples of [C, H, W] with 1 … 2147483647 values, but theirs is [28, 28].");
    }

    private static Dataset failing(RuntimeException failure) {
        return new Dataset() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public int size() {
                return 3;
            }

            @Override
            public Shape sampleShape() {
                return SHAPE;
            }

            @Override
            public int classes() {
                return 2;
            }

            @Override
            public int label(int index) {
                return 0;
            }

            @Override
            public void read(int index, byte[] pixels) {
                throw failure;
            }
        };
    }

    private static byte[] image(Dataset dataset, int index) {
        byte[] pixels = new byte[(int) dataset.sampleShape().count()];
        dataset.read(index, pixels);
        return pixels;
    }
}
