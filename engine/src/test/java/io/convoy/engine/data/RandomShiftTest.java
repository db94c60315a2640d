package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.RandomShift.Fill;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomShiftTest {
    private static final int CHANNELS = 2;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 5;
    private static final Shape SHAPE = Shape.of(CHANNELS, HEIGHT, WIDTH);

    @Test
    void everyMoveUpToTheLongestComesAndNoOther() {
        for (Fill fill : Fill.values()) {
            // 7 pixels is more than the image has.
            for (int most : new int[] {0, 2, 7}) {
                Set<String> seen = new HashSet<>();
                RandomShift shift = new RandomShift(most, fill);
                for (int i = 0; i < 3000; i++) {
                    float[] values = image();
                    Seed seed = new Seed(1).child(i);
                    shift.apply(values, SHAPE, new Turn(0, seed, seed.stream()));
                    seen.add(Arrays.toString(values));
                }
                Set<String> expected = new HashSet<>();
                for (int down = -most; down <= most; down++) {
                    for (int right = -most; right <= most; right++) {
                        expected.add(Arrays.toString(shifted(down, right, fill)));
                    }
                }
                assertThat(seen).as("%s, %d pixels", fill, most).isEqualTo(expected);
            }
        }
    }

    @Test
    void refusesANegativeMove() {
        assertThatThrownBy(() -> new RandomShift(-1, Fill.ZERO))
                .isInstanceOf(DataException.class)
                .hasMessage("RandomShift expects maxPixels of at least 0, but it got -1.");
    }

    private static float[] image() {
        float[] values = new float[CHANNELS * HEIGHT * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 1;
        }
        return values;
    }

    /** The same, pixel by pixel. */
    private static float[] shifted(int down, int right, Fill fill) {
        float[] from = image();
        float[] into = new float[from.length];
        for (int c = 0; c < CHANNELS; c++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    int sourceY = y - down;
                    int sourceX = x - right;
                    boolean inside = sourceY >= 0 && sourceY < HEIGHT && sourceX >= 0 && sourceX < WIDTH;
                    int nearY = Math.min(Math.max(sourceY, 0), HEIGHT - 1);
                    int nearX = Math.min(Math.max(sourceX, 0), WIDTH - 1);
                    into[(c * HEIGHT + y) * WIDTH + x] =
                            inside || fill == Fill.EDGE ? from[(c * HEIGHT + nearY) * WIDTH + nearX] : 0;
                }
            }
        }
        return into;
    }
}
