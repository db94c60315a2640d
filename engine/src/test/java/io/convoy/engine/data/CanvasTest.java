package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CanvasTest {
    @Test
    void aLineCoversPixelsByTheirDistanceFromIt() {
        Canvas canvas = new Canvas(7);
        canvas.line(1.5, 3.5, 1, 5.5, 3.5, 1);
        assertThat(canvas.coverage(3 * 7 + 3)).as("on the line").isEqualTo(1f);
        assertThat(canvas.coverage(2 * 7 + 3)).as("its edge passes the centre").isEqualTo(0.5f);
        assertThat(canvas.coverage(1 * 7 + 3)).as("two pixels away").isEqualTo(0f);
        assertThat(canvas.coverage(3 * 7 + 6)).as("beyond its round end").isEqualTo(0.5f);
    }

    @Test
    void aPenGrowsAlongItsLine() {
        Canvas canvas = new Canvas(9);
        canvas.line(0.5, 4.5, 0.5, 8.5, 4.5, 2.5);
        assertThat(canvas.coverage(3 * 9 + 2)).isEqualTo(0.5f, within(0.02f));
        assertThat(canvas.coverage(3 * 9 + 7)).isEqualTo(1f);
    }

    @Test
    void crossingLinesDoNotAddUp() {
        Canvas once = new Canvas(5);
        once.line(0.5, 2.5, 0.3, 4.5, 2.5, 0.3);
        Canvas twice = new Canvas(5);
        twice.line(0.5, 2.5, 0.3, 4.5, 2.5, 0.3);
        twice.line(4.5, 2.5, 0.3, 0.5, 2.5, 0.3);
        for (int i = 0; i < 25; i++) {
            assertThat(twice.coverage(i)).isEqualTo(once.coverage(i));
        }
    }

    @Test
    void whatLiesOutsideIsLeftOut() {
        Canvas canvas = new Canvas(3);
        canvas.line(-20, -20, 1, -10, -30, 1);
        for (int i = 0; i < 9; i++) {
            assertThat(canvas.coverage(i)).isEqualTo(0f);
        }
    }
}
