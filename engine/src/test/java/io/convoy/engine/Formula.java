package io.convoy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.FloatSpan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a network computes, written down plainly in float64: the measure for its values and, by differences, its gradients. */
@FunctionalInterface
public interface Formula {
    /** The outputs, row-major, from the inputs and the parameters, all row-major. */
    List<double[]> outputs(List<double[]> inputs, Parameters parameters);

    /** Parameters by name. */
    record Parameters(Map<String, double[]> values) {
        public double[] of(String name) {
            double[] found = values.get(name);
            if (found == null) {
                throw new AssertionError("There is no parameter " + name + ", but there are " + values.keySet());
            }
            return found;
        }
    }

    /**
     * Runs {@code network} on random inputs with random parameters, in training mode, and compares its outputs with this formula, and
     * the gradients of every input and parameter with the formula's central differences.
     */
    default void holdsFor(Network network, int batch, Seed seed) {
        RandomStream random = seed.stream();
        ParameterLayout layout = Layouts.parameters(network, 1);
        try (Weights weights = new Weights(layout, Layouts.statistics(network));
                Program program = Program.compile(network, weights, new Purpose(batch, true, true, true))) {
            List<double[]> inputs = new ArrayList<>();
            program.inputs()
                    .forEach(input ->
                            inputs.add(draw(input.span(), 0, input.span().length(), random)));
            Parameters parameters = new Parameters(new LinkedHashMap<>());
            layout.entries()
                    .forEach(entry -> parameters
                            .values()
                            .put(entry.name(), draw(weights.flat(), entry.offset(), entry.length(), random)));
            weights.refresh();
            program.forward(seed);
            List<double[]> upstream = new ArrayList<>();
            List<double[]> expected = outputs(inputs, parameters);
            for (int i = 0; i < expected.size(); i++) {
                same("output " + i, program.outputs().get(i).span().toArray(), expected.get(i));
                FloatSpan gradient = program.outputGradients().get(i).span();
                upstream.add(draw(gradient, 0, gradient.length(), random));
            }
            program.backward(bucket -> {});
            for (int i = 0; i < inputs.size(); i++) {
                same(
                        "gradient of input " + i,
                        program.inputGradients().get(i).span().toArray(),
                        differences(inputs.get(i), inputs, parameters, upstream));
            }
            parameters.values().forEach((name, values) -> {
                float[] gradient = new float[values.length];
                program.gradients().span().read(layout.entry(name).offset(), gradient, 0, gradient.length);
                same("gradient of " + name, gradient, differences(values, inputs, parameters, upstream));
            });
        }
    }

    private static double[] draw(FloatSpan span, int from, int length, RandomStream random) {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            span.set(from + i, (float) random.nextGaussian());
            values[i] = span.get(from + i);
        }
        return values;
    }

    /** By central differences of Σ output · upstream; {@code values} are among inputs and parameters, and as before afterwards. */
    private double[] differences(
            double[] values, List<double[]> inputs, Parameters parameters, List<double[]> upstream) {
        double step = 1e-5;
        double[] differences = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double before = values[i];
            values[i] = before + step;
            double above = sum(outputs(inputs, parameters), upstream);
            values[i] = before - step;
            double below = sum(outputs(inputs, parameters), upstream);
            values[i] = before;
            differences[i] = (above - below) / (2 * step);
        }
        return differences;
    }

    private static double sum(List<double[]> outputs, List<double[]> upstream) {
        double sum = 0;
        for (int o = 0; o < outputs.size(); o++) {
            for (int i = 0; i < outputs.get(o).length; i++) {
                sum += outputs.get(o)[i] * upstream.get(o)[i];
            }
        }
        return sum;
    }

    private static void same(String what, float[] actual, double[] expected) {
        assertThat(actual).as(what).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i])))
                    .as("%s at %d: %s, but the formula gives %s", what, i, actual[i], expected[i])
                    .isLessThan(2e-5);
        }
    }
}
