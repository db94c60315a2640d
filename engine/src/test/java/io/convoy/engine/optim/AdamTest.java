package io.convoy.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Values of the paper's formulas, evaluated in Python's doubles; w starts at 1. */
class AdamTest {
    private static void follows(Adam rule, float[] gradients, double... expected) {
        float[] after = Trajectory.of(rule, 0.1, gradients);
        for (int step = 0; step < expected.length; step++) {
            assertThat((double) after[step]).as("after step %d", step).isCloseTo(expected[step], within(2e-7));
        }
    }

    @Test
    void theFirstStepHasTheLengthOfTheRate() {
        follows(Adam.defaults(), new float[] {0.5f}, 0.9);
        follows(Adam.defaults(), new float[] {-500f}, 1.1);
    }

    @Test
    void bothMeansAreCorrectedForTheirStart() {
        follows(Adam.defaults(), new float[] {0.5f, -1, 0.25f}, 0.900000002, 0.9366103542405654, 0.9502794203389762);
    }

    @Test
    void weightDecayIsAddedToTheGradient() {
        follows(
                new Adam(0.9, 0.999, 1e-8, 0.1, false),
                new float[] {0.5f, -1, 0.25f},
                0.9000000016666666,
                0.9252635194456061,
                0.9247305742687093);
    }

    @Test
    void epsilonStandsOutsideTheCorrectedRoot() {
        // 0.1 · 0.5 / (0.5 + 0.5)
        follows(new Adam(0.9, 0.999, 0.5, 0, false), new float[] {0.5f}, 0.95);
    }

    @Test
    void amsgradDividesByTheLargestSquareSeen() {
        float[] gradients = {2, 0.01f, 0.01f};
        follows(new Adam(0.5, 0.5, 1e-8, 0, true), gradients, 0.9000000005, 0.8587669234156498, 0.8393017531844246);
        follows(new Adam(0.5, 0.5, 1e-8, 0, false), gradients, 0.9000000005, 0.8416890815715866, 0.8027616608136793);
    }

    @Test
    void theStateIsTwoSpansAndAThirdForAmsgrad() {
        assertThat(Adam.defaults().stateSpans()).isEqualTo(2);
        assertThat(new Adam(0.9, 0.999, 1e-8, 0, true).stateSpans()).isEqualTo(3);
    }

    @Test
    void impossibleValuesAreRefused() {
        assertThatThrownBy(() -> new Adam(1, 0.999, 1e-8, 0, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Adam expects 0.0 ≤ beta1 < 1.0, but beta1 is 1.0.");
        assertThatThrownBy(() -> new Adam(0.9, -0.1, 1e-8, 0, false))
                .hasMessage("Adam expects 0.0 ≤ beta2 < 1.0, but beta2 is -0.1.");
        assertThatThrownBy(() -> new Adam(0.9, 0.999, Double.NaN, 0, false))
                .hasMessage("Adam expects epsilon to be at least 0, but it is NaN.");
        assertThatThrownBy(() -> new Adam(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, false))
                .hasMessage("Adam expects weightDecay to be at least 0, but it is Infinity.");
    }
}
