package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.optim.Adadelta;
import io.convoy.engine.optim.Adagrad;
import io.convoy.engine.optim.Adam;
import io.convoy.engine.optim.AdamW;
import io.convoy.engine.optim.Adamax;
import io.convoy.engine.optim.Averaging;
import io.convoy.engine.optim.Clipping;
import io.convoy.engine.optim.Lamb;
import io.convoy.engine.optim.Lars;
import io.convoy.engine.optim.NAdam;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.ParameterGroup;
import io.convoy.engine.optim.Penalty;
import io.convoy.engine.optim.RmsProp;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.spark.config.ConfigReader;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class UpdatesTest {
    private static UpdateRule rule(String... overrides) {
        return Updates.of(ConfigReader.read("small.yaml", """
                name: small
                data: { kind: strokes, train: 100, test: 50 }
                network: { name: lenet5 }
                training: { epochs: 2, batch: 32, microBatch: 8 }
                optimizer: { kind: sgd }
                schedule: { kind: constant, rate: 1e-3 }
                output: { model: m, checkpoints: c }
                """, List.of(overrides)));
    }

    private static Optimizer optimizer(String yaml) {
        return rule("optimizer={" + yaml + "}").optimizer();
    }

    @Test
    void everyKindIsBuiltWithTheEnginesDefaults() {
        assertThat(rule()).isEqualTo(UpdateRule.of(new Sgd(0, 0, 0, false)));
        assertThat(optimizer("kind: adam")).isEqualTo(Adam.defaults());
        assertThat(optimizer("kind: adamw")).isEqualTo(AdamW.defaults());
        assertThat(optimizer("kind: adamax")).isEqualTo(Adamax.defaults());
        assertThat(optimizer("kind: nadam")).isEqualTo(NAdam.defaults());
        assertThat(optimizer("kind: adagrad")).isEqualTo(Adagrad.defaults());
        assertThat(optimizer("kind: rmsprop")).isEqualTo(RmsProp.defaults());
        assertThat(optimizer("kind: adadelta")).isEqualTo(Adadelta.defaults());
        assertThat(optimizer("kind: lars")).isEqualTo(Lars.defaults());
        assertThat(optimizer("kind: lamb")).isEqualTo(Lamb.defaults());
    }

    @Test
    void everyArgumentReachesItsRule() {
        assertThat(optimizer("kind: sgd, momentum: 0.5, dampening: 0.25, weightDecay: 0.125"))
                .isEqualTo(new Sgd(0.5, 0.25, 0.125, false));
        assertThat(optimizer("kind: sgd, momentum: 0.5, nesterov: true")).isEqualTo(new Sgd(0.5, 0, 0, true));
        String betas = "beta1: 0.1, beta2: 0.2, epsilon: 0.3, weightDecay: 0.4";
        assertThat(optimizer("kind: adam, amsgrad: true, " + betas)).isEqualTo(new Adam(0.1, 0.2, 0.3, 0.4, true));
        assertThat(optimizer("kind: adamw, amsgrad: true, " + betas)).isEqualTo(new AdamW(0.1, 0.2, 0.3, 0.4, true));
        assertThat(optimizer("kind: adamax, " + betas)).isEqualTo(new Adamax(0.1, 0.2, 0.3, 0.4));
        assertThat(optimizer("kind: nadam, momentumDecay: 0.5, decoupled: true, " + betas))
                .isEqualTo(new NAdam(0.1, 0.2, 0.3, 0.4, 0.5, true));
        assertThat(optimizer("kind: lamb, " + betas)).isEqualTo(new Lamb(0.1, 0.2, 0.3, 0.4));
        assertThat(optimizer("kind: adagrad, rateDecay: 0.1, weightDecay: 0.2, initialAccumulator: 0.3, epsilon: 0.4"))
                .isEqualTo(new Adagrad(0.1, 0.2, 0.3, 0.4));
        assertThat(optimizer(
                        "kind: rmsprop, alpha: 0.1, epsilon: 0.2, weightDecay: 0.3, momentum: 0.4, centered: true"))
                .isEqualTo(new RmsProp(0.1, 0.2, 0.3, 0.4, true));
        assertThat(optimizer("kind: adadelta, rho: 0.1, epsilon: 0.2, weightDecay: 0.3"))
                .isEqualTo(new Adadelta(0.1, 0.2, 0.3));
        assertThat(optimizer("kind: lars, momentum: 0.1, weightDecay: 0.2, trust: 0.3, epsilon: 0.4"))
                .isEqualTo(new Lars(0.1, 0.2, 0.3, 0.4));
    }

    @Test
    void whatIsAroundTheOptimizerIsBuilt() {
        UpdateRule plain = rule();
        assertThat(rule("regularisation={l1: 0.1, l2: 0.2}")).isEqualTo(plain.with(new Penalty(0.1, 0.2)));
        assertThat(rule("clipping={kind: norm, limit: 2}")).isEqualTo(plain.with(new Clipping.ByNorm(2)));
        assertThat(rule("clipping={kind: value, limit: 0.5}")).isEqualTo(plain.with(new Clipping.ByValue(0.5)));
        assertThat(rule("averaging={}")).isEqualTo(plain.with(new Averaging(0.999)));
        assertThat(rule(
                        "parameterGroups=[{kinds: [bias, normalisation], decayFactor: 0}, {parameters: conv*, rateFactor:"
                                + " 0.1}, {parameters: fc.*, kinds: [bias], frozen: true}]"))
                .isEqualTo(plain.with(
                        ParameterGroup.withoutDecay(),
                        ParameterGroup.withRate("conv*", 0.1),
                        new ParameterGroup("fc.*", Set.of(ParameterGroup.Kind.BIAS), 1, 1, true)));
    }
}
