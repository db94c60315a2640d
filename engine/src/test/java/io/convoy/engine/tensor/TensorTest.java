package io.convoy.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void aTensorStartsAsZerosOrAsACopy() {
        try (Arena arena = new Arena()) {
            assertThat(Tensor.allocate(arena, Shape.of(2, 2)).span().toArray()).containsExactly(0, 0, 0, 0);
            float[] values = {1, 2, 3};
            Tensor tensor = Tensor.copyOf(arena, Shape.of(3), values);
            values[0] = 9;
            assertThat(tensor.span().toArray()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aTensorHasAsManyValuesAsItsShape() {
        try (Arena arena = new Arena()) {
            FloatSpan span = arena.allocate(5);
            assertThatThrownBy(() -> new Tensor(Shape.of(2, 3), span))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Tensor [2, 3] expects 6 values, but its span has 5.");
            assertThatThrownBy(() -> Tensor.copyOf(arena, Shape.of(3), 1, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Tensor [3] expects 3 values, but it got 2.");
        }
    }
}
