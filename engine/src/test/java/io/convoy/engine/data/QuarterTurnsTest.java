package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuarterTurnsTest {
    private static final byte[] ODD = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    private static Dataset of(Shape shape, byte[]... images) {
        return MemoryDataset.of(
                "letters", shape, 2, List.of(images), List.of(1, 0, 1, 0).subList(0, images.length));
    }

    private static byte[] read(Dataset data, int sample) {
        byte[] pixels = new byte[(int) data.sampleShape().count()];
        data.read(sample, pixels);
        return pixels;
    }

    @Test
    void imagesTurnAnticlockwise() {
        Dataset turned = new QuarterTurns(of(Shape.of(1, 3, 3), new byte[9], ODD));
        assertThat(turned.size()).isEqualTo(8);
        assertThat(read(turned, 1)).containsExactly(ODD);
        assertThat(read(turned, 3)).containsExactly(3, 6, 9, 2, 5, 8, 1, 4, 7);
        assertThat(read(turned, 5)).containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1);
        assertThat(read(turned, 7)).containsExactly(7, 4, 1, 8, 5, 2, 9, 6, 3);
        assertThat(read(turned, 6)).containsOnly(0);
    }

    @Test
    void everyChannelOfAnEvenSideTurnsAndNothingIsChangedInTheOriginal() {
        byte[] two = {1, 2, 3, 4, 11, 12, 13, 14};
        Dataset upright = of(Shape.of(2, 2, 2), two);
        assertThat(read(new QuarterTurns(upright), 1)).containsExactly(2, 4, 1, 3, 12, 14, 11, 13);
        assertThat(read(upright, 0)).containsExactly(two);
    }

    @Test
    void aTurnOfAClassIsAClassOfATurnedFolder() {
        Dataset upright = new NamedClasses(of(Shape.of(1, 3, 3), ODD, ODD, ODD), List.of("Greek/alpha", "cat"));
        Dataset turned = new QuarterTurns(upright);
        assertThat(turned.classes()).isEqualTo(8);
        assertThat(turned.classNames())
                .containsExactly(
                        "Greek/alpha",
                        "cat",
                        "Greek turned by 90°/alpha",
                        "turned by 90°/cat",
                        "Greek turned by 180°/alpha",
                        "turned by 180°/cat",
                        "Greek turned by 270°/alpha",
                        "turned by 270°/cat");
        assertThat(turned.label(0)).isEqualTo(1);
        assertThat(turned.label(1)).isZero();
        assertThat(turned.label(4)).isEqualTo(2);
        assertThat(turned.label(11)).isEqualTo(7);
        assertThat(turned.name()).isEqualTo("letters and its quarter turns");
        assertThat(turned.sampleShape()).isEqualTo(Shape.of(1, 3, 3));
    }

    @Test
    void onlySquareImagesTurn() {
        assertThatThrownBy(() -> new QuarterTurns(of(Shape.of(1, 1, 2), new byte[2])))
                .isInstanceOf(DataException.class)
                .hasMessage("QuarterTurns expects square images of [C, H, W], but those of letters are [1, 1, 2].");
    }
}
