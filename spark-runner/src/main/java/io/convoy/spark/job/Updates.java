package io.convoy.spark.job;

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
import io.convoy.spark.config.ClippingConfig;
import io.convoy.spark.config.OptimizerConfig;
import io.convoy.spark.config.ParameterGroupConfig;
import io.convoy.spark.config.RegularisationConfig;
import io.convoy.spark.config.RunConfig;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a configuration says about the way from a gradient to new weights, in the engine's terms. */
final class Updates {
    private Updates() {}

    static UpdateRule of(RunConfig config) {
        RegularisationConfig regularisation = config.regularisation();
        return new UpdateRule(
                optimizer(config.optimizer()),
                regularisation == null ? Penalty.NONE : new Penalty(regularisation.l1(), regularisation.l2()),
                clipping(config.clipping()),
                Optional.ofNullable(config.averaging()).map(averaging -> new Averaging(averaging.decay())),
                config.parameterGroups().stream().map(Updates::group).toList());
    }

    private static Clipping clipping(@Nullable ClippingConfig config) {
        if (config instanceof ClippingConfig.Norm norm) {
            return new Clipping.ByNorm(norm.limit());
        }
        return config instanceof ClippingConfig.Value value ? new Clipping.ByValue(value.limit()) : Clipping.NONE;
    }

    private static ParameterGroup group(ParameterGroupConfig config) {
        return new ParameterGroup(
                config.parameters(),
                config.kinds().stream().map(Updates::kind).collect(Collectors.toSet()),
                config.rateFactor(),
                config.decayFactor(),
                config.frozen());
    }

    private static ParameterGroup.Kind kind(ParameterGroupConfig.Kind kind) {
        return kind == ParameterGroupConfig.Kind.BIAS ? ParameterGroup.Kind.BIAS : ParameterGroup.Kind.NORMALIZATION;
    }

    private static Optimizer optimizer(OptimizerConfig config) {
        if (config instanceof OptimizerConfig.Sgd sgd) {
            return new Sgd(sgd.momentum(), sgd.dampening(), sgd.weightDecay(), sgd.nesterov());
        }
        if (config instanceof OptimizerConfig.Adam adam) {
            return new Adam(adam.beta1(), adam.beta2(), adam.epsilon(), adam.weightDecay(), adam.amsgrad());
        }
        if (config instanceof OptimizerConfig.Adamw adamw) {
            return new AdamW(adamw.beta1(), adamw.beta2(), adamw.epsilon(), adamw.weightDecay(), adamw.amsgrad());
        }
        if (config instanceof OptimizerConfig.Adamax adamax) {
            return new Adamax(adamax.beta1(), adamax.beta2(), adamax.epsilon(), adamax.weightDecay());
        }
        if (config instanceof OptimizerConfig.Nadam nadam) {
            return new NAdam(
                    nadam.beta1(),
                    nadam.beta2(),
                    nadam.epsilon(),
                    nadam.weightDecay(),
                    nadam.momentumDecay(),
                    nadam.decoupled());
        }
        if (config instanceof OptimizerConfig.Adagrad adagrad) {
            return new Adagrad(
                    adagrad.rateDecay(), adagrad.weightDecay(), adagrad.initialAccumulator(), adagrad.epsilon());
        }
        if (config instanceof OptimizerConfig.Rmsprop rmsprop) {
            return new RmsProp(
                    rmsprop.alpha(), rmsprop.epsilon(), rmsprop.weightDecay(), rmsprop.momentum(), rmsprop.centered());
        }
        if (config instanceof OptimizerConfig.Adadelta adadelta) {
            return new Adadelta(adadelta.rho(), adadelta.epsilon(), adadelta.weightDecay());
        }
        if (config instanceof OptimizerConfig.Lars lars) {
            return new Lars(lars.momentum(), lars.weightDecay(), lars.trust(), lars.epsilon());
        }
        OptimizerConfig.Lamb lamb = (OptimizerConfig.Lamb) config;
        return new Lamb(lamb.beta1(), lamb.beta2(), lamb.epsilon(), lamb.weightDecay());
    }
}
