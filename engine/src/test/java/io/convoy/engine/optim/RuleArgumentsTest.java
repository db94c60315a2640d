package io.convoy.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RuleArgumentsTest {
    private static void refused(ThrowingCallable construction, String message) {
        assertThatThrownBy(construction)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void impossibleValuesAreRefused() {
        refused(() -> new AdamW(1, 0.9, 0, 0, false), "AdamW expects 0.0 ≤ beta1 < 1.0, but beta1 is 1.0.");
        refused(() -> new AdamW(0, 2, 0, 0, false), "AdamW expects 0.0 ≤ beta2 < 1.0, but beta2 is 2.0.");
        refused(() -> new AdamW(0, 0, -1, 0, false), "AdamW expects epsilon to be at least 0, but it is -1.0.");
        refused(() -> new AdamW(0, 0, 0, -1, false), "AdamW expects weightDecay to be at least 0, but it is -1.0.");
        refused(() -> new Adamax(1, 0.9, 1, 0), "Adamax expects 0.0 ≤ beta1 < 1.0, but beta1 is 1.0.");
        refused(() -> new Adamax(0, 1, 1, 0), "Adamax expects 0.0 ≤ beta2 < 1.0, but beta2 is 1.0.");
        refused(() -> new Adamax(0, 0, 0, 0), "Adamax expects epsilon above 0.0, but it is 0.0.");
        refused(() -> new Adamax(0, 0, 1, -1), "Adamax expects weightDecay to be at least 0, but it is -1.0.");
        refused(
                () -> new NAdam(0, 0, 0, 0, -1, false),
                "NAdam expects momentumDecay to be at least 0, but it is -1.0.");
        refused(() -> new NAdam(-1, 0, 0, 0, 0, false), "NAdam expects 0.0 ≤ beta1 < 1.0, but beta1 is -1.0.");
        refused(() -> new NAdam(0, -1, 0, 0, 0, false), "NAdam expects 0.0 ≤ beta2 < 1.0, but beta2 is -1.0.");
        refused(() -> new Adagrad(-1, 0, 0, 0), "Adagrad expects rateDecay to be at least 0, but it is -1.0.");
        refused(() -> new Adagrad(0, -1, 0, 0), "Adagrad expects weightDecay to be at least 0, but it is -1.0.");
        refused(() -> new Adagrad(0, 0, -1, 0), "Adagrad expects initialAccumulator to be at least 0, but it is -1.0.");
        refused(() -> new Adagrad(0, 0, 0, -1), "Adagrad expects epsilon to be at least 0, but it is -1.0.");
        refused(() -> new RmsProp(1, 0, 0, 0, false), "RmsProp expects 0.0 ≤ alpha < 1.0, but alpha is 1.0.");
        refused(() -> new RmsProp(0, 0, 0, 1, false), "RmsProp expects 0.0 ≤ momentum < 1.0, but momentum is 1.0.");
        refused(() -> new RmsProp(0, -1, 0, 0, false), "RmsProp expects epsilon to be at least 0, but it is -1.0.");
        refused(() -> new Adadelta(1, 1, 0), "Adadelta expects 0.0 ≤ rho < 1.0, but rho is 1.0.");
        refused(() -> new Adadelta(0, 0, 0), "Adadelta expects epsilon above 0.0, but it is 0.0.");
        refused(() -> new Lars(0.9, 0, 0, 0), "Lars expects trust above 0.0, but it is 0.0.");
        refused(() -> new Lars(1, 0, 1, 0), "Lars expects 0.0 ≤ momentum < 1.0, but momentum is 1.0.");
        refused(
                () -> new Lamb(0, 0, Double.POSITIVE_INFINITY, 0),
                "Lamb expects epsilon above 0.0, but it is Infinity.");
        refused(() -> new Lamb(0, 1, 1, 0), "Lamb expects 0.0 ≤ beta2 < 1.0, but beta2 is 1.0.");
    }

    @Test
    void aRuleWithoutSumsHasNoFirstPhase() {
        Optimizer rule = Adadelta.defaults();
        assertThat(rule.sums()).isZero();
        assertThatThrownBy(() ->
                        rule.measure(Update.of(0, 1), new float[1], new float[1], new float[2][1], 0, 1, new double[0]))
                .hasMessage("Adadelta[rho=0.9, epsilon=1.0E-6, weightDecay=0.0] expects no first phase, since it has no"
                        + " sums.");
    }

    @Test
    void anUpdateKeepsTheRulesMomentumUnlessTheScheduleHasOne() {
        assertThat(Update.of(3, 0.1).momentumOr(0.9)).isEqualTo(0.9);
        assertThat(new Update(3, 0.1, 0.85, 1, List.of()).momentumOr(0.9)).isEqualTo(0.85);
        assertThat(Update.of(3, 0.1).with(List.of(4.0)).sums()).containsExactly(4.0);
    }
}
