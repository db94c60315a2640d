package io.convoy.engine.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.schedule.CosineAnnealing;
import io.convoy.engine.schedule.CosineWarmRestarts;
import io.convoy.engine.schedule.Cyclic;
import io.convoy.engine.schedule.Exponential;
import io.convoy.engine.schedule.LinearWarmup;
import io.convoy.engine.schedule.MultiStepDecay;
import io.convoy.engine.schedule.OneCycle;
import io.convoy.engine.schedule.Polynomial;
import io.convoy.engine.schedule.ReduceOnPlateau;
import io.convoy.engine.schedule.Schedule;
import io.convoy.engine.schedule.Sequential;
import io.convoy.engine.schedule.StepDecay;
import io.convoy.engine.schedule.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Schedules by PyTorch's names for them and for their arguments, with PyTorch's defaults, counted in epochs. */
final class NamedSchedules {
    private NamedSchedules() {}

    static Schedule schedule(JsonNode args) {
        String type = args.get("type").textValue();
        double rate = number(args, "base_lr", 0);
        return switch (type) {
            case "constant", "Constant" -> new Constant(rate);
            case "ConstantLR" ->
                new Sequential(
                        List.of(new Constant(rate * number(args, "factor", 1.0 / 3)), new Constant(rate)),
                        List.of(whole(args, "total_iters", 5)),
                        Unit.EPOCH);
            case "StepLR" -> new StepDecay(rate, whole(args, "step_size", 0), number(args, "gamma", 0.1), Unit.EPOCH);
            case "MultiStepLR" -> {
                List<Long> milestones = new ArrayList<>();
                args.get("milestones").forEach(milestone -> milestones.add(milestone.longValue()));
                yield new MultiStepDecay(rate, milestones, number(args, "gamma", 0.1), Unit.EPOCH);
            }
            case "ExponentialLR" -> new Exponential(rate, number(args, "gamma", 0), Unit.EPOCH);
            case "PolynomialLR" ->
                new Polynomial(rate, whole(args, "total_iters", 5), number(args, "power", 1), Unit.EPOCH);
            case "LinearLR" ->
                new LinearWarmup(
                        new Constant(rate),
                        whole(args, "total_iters", 5),
                        number(args, "start_factor", 1.0 / 3),
                        number(args, "end_factor", 1),
                        Unit.EPOCH);
            case "CosineAnnealingLR" ->
                new CosineAnnealing(rate, whole(args, "T_max", 0), number(args, "eta_min", 0), Unit.EPOCH);
            case "CosineAnnealingWarmRestarts" ->
                new CosineWarmRestarts(
                        rate,
                        whole(args, "T_0", 0),
                        (int) whole(args, "T_mult", 1),
                        number(args, "eta_min", 0),
                        Unit.EPOCH);
            case "CyclicLR" -> cyclic(args, rate);
            case "OneCycleLR" -> oneCycle(args);
            case "ReduceLROnPlateau" -> plateau(args, rate);
            default -> throw new NotBuilt("schedule " + type);
        };
    }

    private static Schedule cyclic(JsonNode args, double rate) {
        long up = whole(args, "step_size_up", 2000);
        return new Cyclic(
                rate,
                number(args, "max_lr", 0),
                up,
                whole(args, "step_size_down", up),
                Cyclic.Mode.valueOf(args.path("mode").asText("triangular").toUpperCase(Locale.ROOT)),
                number(args, "gamma", 1),
                args.path("cycle_momentum").asBoolean(true),
                number(args, "base_momentum", 0.8),
                number(args, "max_momentum", 0.9),
                Unit.EPOCH);
    }

    private static Schedule oneCycle(JsonNode args) {
        return new OneCycle(
                number(args, "max_lr", 0),
                whole(args, "total_steps", 0),
                number(args, "pct_start", 0.3),
                args.path("anneal_strategy").asText("cos").equals("cos")
                        ? OneCycle.Anneal.COSINE
                        : OneCycle.Anneal.LINEAR,
                args.path("cycle_momentum").asBoolean(true),
                number(args, "base_momentum", 0.85),
                number(args, "max_momentum", 0.95),
                number(args, "div_factor", 25),
                number(args, "final_div_factor", 1e4),
                args.path("three_phase").asBoolean(false),
                Unit.EPOCH);
    }

    private static Schedule plateau(JsonNode args, double rate) {
        return new ReduceOnPlateau(
                rate,
                ReduceOnPlateau.Metric.LOSS,
                ReduceOnPlateau.Mode.valueOf(args.path("mode").asText("min").toUpperCase(Locale.ROOT)),
                number(args, "factor", 0.1),
                whole(args, "patience", 10),
                number(args, "threshold", 1e-4),
                args.path("threshold_mode").asText("rel").equals("rel")
                        ? ReduceOnPlateau.ThresholdMode.RELATIVE
                        : ReduceOnPlateau.ThresholdMode.ABSOLUTE,
                whole(args, "cooldown", 0),
                number(args, "min_lr", 0),
                number(args, "eps", 1e-8),
                1);
    }

    private static double number(JsonNode args, String name, double absent) {
        return args.path(name).asDouble(absent);
    }

    private static long whole(JsonNode args, String name, long absent) {
        return args.path(name).asLong(absent);
    }
}
