package io.convoy.engine.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.convoy.engine.optim.Adadelta;
import io.convoy.engine.optim.Adagrad;
import io.convoy.engine.optim.Adam;
import io.convoy.engine.optim.AdamW;
import io.convoy.engine.optim.Adamax;
import io.convoy.engine.optim.NAdam;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.RmsProp;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.schedule.Schedule;
import java.util.Set;

/** Optimisers and schedules by PyTorch's names for them and for their arguments. */
final class Rules {
    private Rules() {}

    /** The optimiser called {@code type} with {@code args}. */
    static Optimizer optimizer(String type, JsonNode args) {
        double weightDecay = args.path("weight_decay").asDouble(0);
        return switch (type) {
            case "SGD" -> {
                requireKnown(type, args, Set.of("momentum", "dampening", "weight_decay", "nesterov"));
                yield new Sgd(
                        args.path("momentum").asDouble(0),
                        args.path("dampening").asDouble(0),
                        weightDecay,
                        args.path("nesterov").asBoolean(false));
            }
            case "Adam" -> {
                requireKnown(type, args, Set.of("betas", "eps", "weight_decay", "amsgrad"));
                yield new Adam(
                        args.path("betas").path(0).asDouble(0.9),
                        args.path("betas").path(1).asDouble(0.999),
                        args.path("eps").asDouble(1e-8),
                        weightDecay,
                        args.path("amsgrad").asBoolean(false));
            }
            case "AdamW" -> {
                requireKnown(type, args, Set.of("betas", "eps", "weight_decay", "amsgrad"));
                yield new AdamW(
                        args.path("betas").path(0).asDouble(0.9),
                        args.path("betas").path(1).asDouble(0.999),
                        args.path("eps").asDouble(1e-8),
                        args.path("weight_decay").asDouble(0.01),
                        args.path("amsgrad").asBoolean(false));
            }
            case "Adamax" -> {
                requireKnown(type, args, Set.of("betas", "eps", "weight_decay"));
                yield new Adamax(
                        args.path("betas").path(0).asDouble(0.9),
                        args.path("betas").path(1).asDouble(0.999),
                        args.path("eps").asDouble(1e-8),
                        weightDecay);
            }
            case "NAdam" -> {
                requireKnown(
                        type, args, Set.of("betas", "eps", "weight_decay", "momentum_decay", "decoupled_weight_decay"));
                yield new NAdam(
                        args.path("betas").path(0).asDouble(0.9),
                        args.path("betas").path(1).asDouble(0.999),
                        args.path("eps").asDouble(1e-8),
                        weightDecay,
                        args.path("momentum_decay").asDouble(0.004),
                        args.path("decoupled_weight_decay").asBoolean(false));
            }
            case "Adagrad" -> {
                requireKnown(type, args, Set.of("lr_decay", "weight_decay", "initial_accumulator_value", "eps"));
                yield new Adagrad(
                        args.path("lr_decay").asDouble(0),
                        weightDecay,
                        args.path("initial_accumulator_value").asDouble(0),
                        args.path("eps").asDouble(1e-10));
            }
            case "RMSprop" -> {
                requireKnown(type, args, Set.of("alpha", "eps", "weight_decay", "momentum", "centered"));
                yield new RmsProp(
                        args.path("alpha").asDouble(0.99),
                        args.path("eps").asDouble(1e-8),
                        weightDecay,
                        args.path("momentum").asDouble(0),
                        args.path("centered").asBoolean(false));
            }
            case "Adadelta" -> {
                requireKnown(type, args, Set.of("rho", "eps", "weight_decay"));
                yield new Adadelta(
                        args.path("rho").asDouble(0.9), args.path("eps").asDouble(1e-6), weightDecay);
            }
            default -> throw new NotBuilt("optimizer " + type);
        };
    }

    /** The schedule that {@code args} describe, counted in epochs. */
    static Schedule schedule(JsonNode args) {
        return NamedSchedules.schedule(args);
    }

    private static void requireKnown(String type, JsonNode args, Set<String> known) {
        // What describes the case and not the rule.
        Set<String> others = Set.of("type", "optimizer", "lr", "note", "bn");
        args.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key) && !others.contains(key)) {
                throw new NotBuilt("optimizer " + type + " with " + key);
            }
        });
    }
}
