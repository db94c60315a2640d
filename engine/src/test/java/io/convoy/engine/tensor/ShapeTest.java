package io.convoy.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void aShapeIsItsSizes() {
        Shape shape = Shape.of(32, 1, 28, 28);
        assertThat(shape).hasToString("[32, 1, 28, 28]").isEqualTo(Shape.of(32, 1, 28, 28));
        assertThat(shape).hasSameHashCodeAs(Shape.of(32, 1, 28, 28)).isNotEqualTo(Shape.of(32, 28, 28));
        assertThat(shape.rank()).isEqualTo(4);
        assertThat(shape.size(2)).isEqualTo(28);
        assertThat(shape.count()).isEqualTo(25_088);
        assertThat(shape.toList()).containsExactly(32, 1, 28, 28);
    }

    @Test
    void aScalarHasOneElementAndAnEmptyBatchNone() {
        assertThat(Shape.of().count()).isOne();
        assertThat(Shape.of(0, 3).count()).isZero();
    }

    @Test
    void countsBeyondAnIntAreRight() {
        assertThat(Shape.of(1 << 20, 1 << 20).count()).isEqualTo(1L << 40);
    }

    @Test
    void aBatchIsASampleWithASizeInFront() {
        assertThat(Shape.of(3, 8, 8).batched(5)).isEqualTo(Shape.of(5, 3, 8, 8));
        assertThat(Shape.of(5, 3, 8, 8).sample()).isEqualTo(Shape.of(3, 8, 8));
        assertThatThrownBy(() -> Shape.of().sample())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Shape expects a batch's size in front, but it is [], a scalar's.");
    }

    @Test
    void aShapeCannotBeChangedFromOutside() {
        int[] sizes = {2, 3};
        Shape shape = Shape.of(sizes);
        sizes[0] = 9;
        shape.toArray()[1] = 9;
        assertThat(shape).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> Shape.of(3, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Shape expects sizes of at least 0, but it got [3, -1].");
        int big = Integer.MAX_VALUE;
        assertThatThrownBy(() -> Shape.of(big, big, big))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Shape expects at most 9223372036854775807 elements, but it got"
                        + " [2147483647, 2147483647, 2147483647].");
        assertThatThrownBy(() -> Shape.of(1 << 30, 1 << 30, 8)).isInstanceOf(IllegalArgumentException.class);
    }
}
