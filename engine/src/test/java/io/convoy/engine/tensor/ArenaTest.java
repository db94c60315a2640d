package io.convoy.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArenaTest {
    @Test
    void everyBlockIsAlignedToACacheLine() {
        try (Arena arena = new Arena()) {
            for (int length = 0; length < 200; length++) {
                assertThat(arena.allocate(length).address() % Arena.ALIGNMENT_BYTES)
                        .as("a span of %d", length)
                        .isZero();
            }
        }
    }

    @Test
    void memoryIsZeroedEvenWhereItWasUsedBefore() {
        for (int round = 0; round < 20; round++) {
            try (Arena arena = new Arena()) {
                FloatSpan span = arena.allocate(5_000);
                assertThat(span.toArray()).containsOnly(0f);
                span.fill(Float.NaN);
            }
        }
    }

    @Test
    void theBytesAllocatedAreCounted() {
        Arena arena = new Arena();
        arena.allocate(100);
        arena.allocateBytes(24);
        assertThat(arena.bytes()).isEqualTo(424);
        arena.close();
        assertThat(arena.bytes()).isZero();
    }

    @Test
    void aClosedArenaRefusesToAllocate() {
        Arena arena = new Arena();
        arena.close();
        arena.close();
        assertThatThrownBy(() -> arena.allocate(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Arena expects to be open, but it has been closed.");
    }

    @Test
    void impossibleLengthsAreRefused() {
        try (Arena arena = new Arena()) {
            assertThatThrownBy(() -> arena.allocate(-1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Arena expects a span of 0 to 536870911 floats, but it was asked for -1.");
            assertThatThrownBy(() -> arena.allocate(FloatSpan.MAX_LENGTH + 1))
                    .hasMessage("Arena expects a span of 0 to 536870911 floats, but it was asked for 536870912.");
            assertThatThrownBy(() -> arena.allocateBytes(-64))
                    .hasMessage("Arena expects at least 0 bytes, but it was asked for -64.");
        }
    }

    @Test
    void memoryThatTheSystemRefusesIsSaidWithARemedy() {
        try (Arena arena = new Arena()) {
            assertThatThrownBy(() -> arena.allocateBytes(1L << 60))
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessage(
                            "Arena expects 1152921504606846976 bytes of memory outside the Java heap, but the system"
                                    + " refused them. Maybe a smaller microBatch, or more memory for the process"
                                    + " (spark.executor.memoryOverhead), helps.");
        }
    }
}
