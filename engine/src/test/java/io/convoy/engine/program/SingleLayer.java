package io.convoy.engine.program;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a network of one layer once forward and back, with every planned byte poisoned first. */
public final class SingleLayer {
    /**
     * What came out.
     *
     * @param outputs of the layer
     * @param inputGradients of its inputs; none if the purpose has none
     * @param parameterGradients by the parameters' names in the layer
     */
    public record Result(
            List<float[]> outputs, List<float[]> inputGradients, Map<String, float[]> parameterGradients) {}

    private SingleLayer() {}

    /** Normally distributed values of {@code shape}. */
    public static float[] values(Shape shape, RandomStream random) {
        float[] values = new float[Math.toIntExact(shape.count())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** In training, with all gradients. */
    public static Result train(
            Layer layer, List<Shape> shapes, List<float[]> inputs, Map<String, float[]> parameters, float[] upstream) {
        int batch = shapes.get(0).size(0);
        return run(layer, new Purpose(batch, true, true, true), new Seed(1), shapes, inputs, parameters, upstream);
    }

    /**
     * Runs it.
     *
     * @param upstream the gradient of the first output; those of the others are 0
     */
    public static Result run(
            Layer layer,
            Purpose purpose,
            Seed seed,
            List<Shape> shapes,
            List<float[]> inputs,
            Map<String, float[]> parameters,
            float[] upstream) {
        Network.Builder builder = Network.builder();
        Port[] ports = new Port[shapes.size()];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = builder.input("x" + i, shapes.get(i).sample());
        }
        Port first = builder.add("layer", layer, ports);
        for (int i = 0; i < layer.outputs(shapes).size(); i++) {
            builder.output(new Port(first.node(), i));
        }
        Network network = builder.build();
        ParameterLayout layout = Layouts.parameters(network, 1);
        try (Weights weights = new Weights(layout, Layouts.statistics(network));
                Program program = Program.compile(network, weights, purpose)) {
            parameters.forEach((name, values) ->
                    weights.flat().write(layout.entry("layer." + name).offset(), values, 0, values.length));
            weights.refresh();
            program.poison();
            for (int i = 0; i < inputs.size(); i++) {
                program.inputs().get(i).span().write(0, inputs.get(i), 0, inputs.get(i).length);
            }
            program.forward(seed);
            List<float[]> outputs = program.outputs().stream()
                    .map(tensor -> tensor.span().toArray())
                    .toList();
            List<float[]> inputGradients = new ArrayList<>();
            Map<String, float[]> parameterGradients = new LinkedHashMap<>();
            if (purpose.backward()) {
                program.outputGradients().forEach(tensor -> tensor.span().fill(0));
                program.outputGradients().get(0).span().write(0, upstream, 0, upstream.length);
                program.backward(bucket -> {});
                program.inputGradients()
                        .forEach(tensor -> inputGradients.add(tensor.span().toArray()));
                for (ParameterLayout.Entry entry : layout.entries()) {
                    float[] gradient = new float[entry.length()];
                    program.gradients().span().read(entry.offset(), gradient, 0, gradient.length);
                    parameterGradients.put(entry.name().substring("layer.".length()), gradient);
                }
            }
            return new Result(outputs, inputGradients, parameterGradients);
        }
    }
}
