package io.convoy.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Hand values: w = 1, gradients 1, 2, −4, rate 0.5, all of them exact in binary. */
class SgdTest {
    private static float[] after(Sgd rule) {
        return Trajectory.of(rule, 0.5, 1, 2, -4);
    }

    @Test
    void plainDescentFollowsTheGradient() {
        assertThat(after(new Sgd(0, 0, 0, false))).containsExactly(0.5f, -0.5f, 1.5f);
    }

    @Test
    void momentumAddsUpGradients() {
        // v: 1, 2.5, −2.75
        assertThat(after(Sgd.withMomentum(0.5, 0))).containsExactly(0.5f, -0.75f, 0.625f);
    }

    @Test
    void theFirstStepIsNotDampened() {
        // v: 1 (not 0.5), 1.5, −1.25
        assertThat(after(new Sgd(0.5, 0.5, 0, false))).containsExactly(0.5f, -0.25f, 0.375f);
    }

    @Test
    void weightDecayIsAddedToTheGradientAndSoRunsThroughTheMomentum() {
        assertThat(after(Sgd.withMomentum(0.5, 0.25))).containsExactly(0.375f, -0.984375f, 235f / 512);
        // g: 1 + 0.25, 2 + 0.25 · 0.375, …
        assertThat(Trajectory.of(new Sgd(0, 0, 0.25, false), 0.5, 1, 2)).containsExactly(0.375f, -0.671875f);
    }

    @Test
    void nesterovLooksAhead() {
        assertThat(after(new Sgd(0.5, 0, 0, true))).containsExactly(0.25f, -1.375f, 1.3125f);
        assertThat(after(new Sgd(0.5, 0, 0.25, true))).containsExactly(0.0625f, -411f / 256, 5593f / 4096);
    }

    @Test
    void onlyMomentumKeepsState() {
        assertThat(new Sgd(0, 0, 0.1, false).stateSpans()).isZero();
        assertThat(Sgd.withMomentum(0.9, 0).stateSpans()).isOne();
    }

    @Test
    void impossibleValuesAreRefused() {
        assertThatThrownBy(() -> new Sgd(1, 0, 0, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Sgd expects 0.0 ≤ momentum < 1.0, but momentum is 1.0.");
        assertThatThrownBy(() -> new Sgd(Double.NaN, 0, 0, false))
                .hasMessage("Sgd expects 0.0 ≤ momentum < 1.0, but momentum is NaN.");
        assertThatThrownBy(() -> new Sgd(0.9, 1.5, 0, false))
                .hasMessage("Sgd expects dampening from 0 to 1, but dampening is 1.5.");
        assertThatThrownBy(() -> new Sgd(0.9, 0, -1, false))
                .hasMessage("Sgd expects weightDecay to be at least 0, but it is -1.0.");
        assertThatThrownBy(() -> new Sgd(0, 0, 0, true))
                .hasMessage("Sgd expects momentum above 0 and no dampening with nesterov, but momentum is 0.0 and"
                        + " dampening is 0.0.");
        assertThatThrownBy(() -> new Sgd(0.9, 0.1, 0, true))
                .hasMessage("Sgd expects momentum above 0 and no dampening with nesterov, but momentum is 0.9 and"
                        + " dampening is 0.1.");
    }
}
