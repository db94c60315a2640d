package io.convoy.engine.golden;

import io.convoy.engine.exchange.GradientExchange;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.LocalExchange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import java.util.Arrays;
import java.util.List;

/**
 * Cases that train: the same whole batch for some steps. {@code output.loss_per_step} holds the loss before each update and
 * after the last one, {@code grad_step0.*} the first gradients, {@code param_after.*} and {@code buffer_after.*} what the
 * updates made, {@code output.logits_after} the outputs after them.
 */
final class TrainingRun {
    private TrainingRun() {}

    static void run(GoldenCase golden) {
        Optimizer optimizer = Rules.optimizer(golden.args().get("optimizer").textValue(), golden.args());
        double rate = golden.args().get("lr").doubleValue();
        int steps = golden.fields().get("steps").intValue();
        ScriptedNetwork scripted = new ScriptedNetwork(golden);
        if (!(scripted.results().get(0) instanceof ScriptedLosses.Result loss)) {
            throw new NotBuilt("training of other than a loss");
        }
        Network network = scripted.network();
        ParameterLayout layout = Layouts.parameters(network, 2);
        StatisticsLayout statistics = Layouts.statistics(network);
        double lossTolerance = Math.max(GoldenCase.TRAINING_TOLERANCE, golden.tolerance("torch_float32_err_loss"));
        double parameterTolerance =
                Math.max(GoldenCase.TRAINING_TOLERANCE, golden.tolerance("torch_float32_err_param"));
        try (Weights weights = new Weights(layout, statistics);
                Program program = Program.compile(
                        network, weights, new Purpose(scripted.batch(), scripted.isTraining(), true, false))) {
            scripted.fill(weights);
            ModelState initial = ModelState.initial(
                    weights.flat().toArray(), weights.statistics().toArray());
            try (LocalExchange exchange = new LocalExchange(layout, statistics, optimizer, initial)) {
                double[] losses = new double[steps + 1];
                for (int step = 0; step <= steps; step++) {
                    scripted.feed(program);
                    program.forward();
                    List<float[]> gradients = scripted.outputGradients(program);
                    losses[step] = scripted.loss(loss, program, new float[] {1}, gradients)[0];
                    if (step == steps) {
                        if (golden.has("output.logits_after")) {
                            golden.same(
                                    "output.logits_after",
                                    program.outputs().get(0).span().toArray(),
                                    lossTolerance);
                        }
                        break;
                    }
                    for (int i = 0; i < gradients.size(); i++) {
                        float[] values = gradients.get(i);
                        program.outputGradients().get(i).span().write(0, values, 0, values.length);
                    }
                    program.backward(bucket -> {});
                    if (step == 0) {
                        compareFirstGradients(golden, scripted, program, layout);
                    }
                    update(
                            exchange,
                            new StepPlan(step, scripted.batch(), scripted.batch(), rate),
                            program,
                            layout,
                            weights);
                }
                golden.same("output.loss_per_step", losses, lossTolerance);
                ModelState after = exchange.snapshot();
                scripted.parameters().forEach((name, argument) -> {
                    ParameterLayout.Entry entry = layout.entry(name);
                    golden.same(
                            "param_after." + argument,
                            Arrays.copyOfRange(after.weights(), entry.offset(), entry.offset() + entry.length()),
                            parameterTolerance);
                });
                scripted.compareBuffers(statistics, after.statistics(), parameterTolerance);
            }
        }
    }

    private static void compareFirstGradients(
            GoldenCase golden, ScriptedNetwork scripted, Program program, ParameterLayout layout) {
        scripted.parameters().forEach((name, argument) -> {
            if (golden.has("grad_step0." + argument)) {
                golden.same(
                        "grad_step0." + argument,
                        ScriptedNetwork.gradient(program, layout, name),
                        golden.gradientTolerance());
            }
        });
    }

    private static void update(
            LocalExchange exchange, StepPlan plan, Program program, ParameterLayout layout, Weights weights) {
        LeafRange all = plan.tree().root();
        for (Part part : layout.parts()) {
            float[] gradient = new float[part.length()];
            program.gradients().span().read(part.offset(), gradient, 0, gradient.length);
            exchange.push(plan, all, part, gradient);
        }
        if (weights.statistics().length() > 0) {
            exchange.pushStatistics(plan, all, program.batchStatistics().span().toArray());
        }
        exchange.pull(plan.step() + 1, new GradientExchange.WeightSink() {
            @Override
            public void weights(Part part, float[] values) {
                weights.flat().write(part.offset(), values, 0, part.length());
            }

            @Override
            public void statistics(float[] values) {
                weights.statistics().write(0, values, 0, values.length);
            }
        });
        weights.refresh();
    }
}
