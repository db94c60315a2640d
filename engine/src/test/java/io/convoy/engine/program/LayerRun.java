package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a network makes of some inputs, forward and back, with every planned byte poisoned first.
 *
 * @param outputs its outputs
 * @param inputGradients the gradients of its inputs
 * @param parameterGradients the gradients of its parameters
 * @param log what was written to the error stream meanwhile
 */
record LayerRun(List<float[]> outputs, List<float[]> inputGradients, List<float[]> parameterGradients, String log) {
    /** One layer on inputs of these shapes, batch in front. */
    static Network network(Layer layer, Shape... shapes) {
        Network.Builder builder = Network.builder();
        Port[] inputs = new Port[shapes.length];
        for (int i = 0; i < shapes.length; i++) {
            inputs[i] = builder.input("x" + i, shapes[i].sample());
        }
        builder.add("layer", layer, inputs);
        int outputs = layer.outputs(List.of(shapes)).size();
        for (int i = 0; i < outputs; i++) {
            builder.output(new Port("layer", i));
        }
        return builder.build();
    }

    /** Runs {@code network} on one batch; no parameters where {@code parameters} is empty. */
    static LayerRun of(
            Network network, int batch, float[] parameters, List<float[]> inputs, List<float[]> outputGradients) {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        var layout = Layouts.parameters(network, 1);
        try (Weights weights = new Weights(layout, Layouts.statistics(network));
                Program program = Program.compile(network, weights, new Purpose(batch, true, true, true))) {
            weights.flat().write(0, parameters, 0, parameters.length);
            weights.refresh();
            for (int i = 0; i < inputs.size(); i++) {
                program.inputs().get(i).span().write(0, inputs.get(i), 0, inputs.get(i).length);
            }
            for (int i = 0; i < outputGradients.size(); i++) {
                float[] gradient = outputGradients.get(i);
                program.outputGradients().get(i).span().write(0, gradient, 0, gradient.length);
            }
            program.poison();
            program.forward(new Seed(1));
            List<float[]> outputs = new ArrayList<>();
            program.outputs().forEach(output -> outputs.add(output.span().toArray()));
            program.backward(bucket -> {});
            List<float[]> gradients = new ArrayList<>();
            program.inputGradients()
                    .forEach(gradient -> gradients.add(gradient.span().toArray()));
            float[] flat = program.gradients().span().toArray();
            List<float[]> parameterGradients = layout.entries().stream()
                    .map(entry -> Arrays.copyOfRange(flat, entry.offset(), entry.offset() + entry.length()))
                    .toList();
            compare(inference(network, weights, batch, inputs), outputs);
            return new LayerRun(outputs, gradients, parameterGradients, log.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private static void compare(List<float[]> scored, List<float[]> trained) {
        for (int i = 0; i < scored.size(); i++) {
            float[] expected = trained.get(i);
            double[] wide = new double[expected.length];
            for (int k = 0; k < wide.length; k++) {
                wide[k] = expected[k];
            }
            same("output " + i + " in inference", scored.get(i), wide, 1e-6);
        }
    }

    /** The same inputs scored: the same values, for layers that don't tell training from inference. */
    private static List<float[]> inference(Network network, Weights weights, int batch, List<float[]> inputs) {
        try (Program program = Program.compile(network, weights, new Purpose(batch, false, false, false))) {
            for (int i = 0; i < inputs.size(); i++) {
                program.inputs().get(i).span().write(0, inputs.get(i), 0, inputs.get(i).length);
            }
            program.poison();
            program.forward(new Seed(1));
            List<float[]> outputs = new ArrayList<>();
            program.outputs().forEach(output -> outputs.add(output.span().toArray()));
            return outputs;
        }
    }

    /** Whether any primitive told that it is oneDNN's reference. */
    boolean slow() {
        return log.contains("slow reference");
    }

    /** Values around 0, a pure function of the seed. */
    static float[] random(Shape shape, long seed) {
        RandomStream random = new Seed(seed).stream();
        float[] values = new float[Math.toIntExact(shape.count())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** |a − b| / max(1, |b|) ≤ tolerance for each value. */
    static void same(String what, float[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
            assertThat(error)
                    .as("%s[%d] is %s and should be %s", what, i, actual[i], expected[i])
                    .isLessThanOrEqualTo(tolerance);
        }
    }
}
