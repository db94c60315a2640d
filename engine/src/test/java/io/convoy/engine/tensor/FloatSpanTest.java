package io.convoy.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FloatSpanTest {
    @Test
    void whatIsWrittenIsRead() {
        try (Arena arena = new Arena()) {
            FloatSpan span = arena.allocate(6);
            span.write(1, new float[] {9, 1, 2, 3}, 1, 3);
            span.set(5, -7);
            assertThat(span.toArray()).containsExactly(0, 1, 2, 3, 0, -7);
            assertThat(span.get(3)).isEqualTo(3);
            float[] into = new float[4];
            span.read(2, into, 1, 2);
            assertThat(into).containsExactly(0, 2, 3, 0);
        }
    }

    @Test
    void everyBitOfANanSurvives() {
        try (Arena arena = new Arena()) {
            FloatSpan span = arena.allocate(1);
            span.write(0, new float[] {Float.intBitsToFloat(0x7FA12345)}, 0, 1);
            assertThat(Float.floatToRawIntBits(span.toArray()[0])).isEqualTo(0x7FA12345);
        }
    }

    @Test
    void slicesShareTheirMemory() {
        try (Arena arena = new Arena()) {
            FloatSpan span = arena.allocate(8);
            FloatSpan slice = span.slice(2, 4).slice(1, 2);
            slice.fill(5);
            assertThat(span.toArray()).containsExactly(0, 0, 0, 5, 5, 0, 0, 0);
            span.set(4, 6);
            assertThat(slice.toArray()).containsExactly(5, 6);
            assertThat(slice.address()).isEqualTo(span.address() + 12);
        }
    }

    @Test
    void nothingOutsideASpanIsReached() {
        try (Arena arena = new Arena()) {
            FloatSpan span = arena.allocate(8).slice(2, 4);
            assertThatThrownBy(() -> span.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> span.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> span.set(4, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> span.read(2, new float[8], 0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> span.write(2, new float[8], 0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> span.slice(2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void anEmptySpanHoldsNothing() {
        try (Arena arena = new Arena()) {
            FloatSpan empty = arena.allocate(0);
            assertThat(empty.toArray()).isEmpty();
            assertThatThrownBy(() -> empty.get(0)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> empty.set(0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void everyUseAfterTheArenaIsClosedIsRefused() {
        Arena arena = new Arena();
        FloatSpan span = arena.allocate(4);
        FloatSpan slice = span.slice(1, 2);
        arena.close();
        String message = "Arena expects to be open, but it has been closed.";
        assertThatThrownBy(() -> span.get(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> span.set(0, 1)).hasMessage(message);
        assertThatThrownBy(() -> span.read(0, new float[1], 0, 1)).hasMessage(message);
        assertThatThrownBy(() -> span.write(0, new float[1], 0, 1)).hasMessage(message);
        assertThatThrownBy(() -> span.fill(1)).hasMessage(message);
        assertThatThrownBy(slice::toArray).hasMessage(message);
    }
}
