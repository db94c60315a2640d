package io.convoy.engine.reference;

import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.ParameterSpec;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A network in float64, node by node as its graph says, with nothing fused. */
public final class ReferenceNetwork {
    private final Tape tape = new Tape();
    private final List<Scalars> inputs = new ArrayList<>();
    private final Map<String, Scalars> parameters = new LinkedHashMap<>();
    private final Map<String, List<Scalars>> statistics = new HashMap<>();
    private final List<Scalars> outputs = new ArrayList<>();

    /**
     * Computes the outputs.
     *
     * @param batch samples in each input
     * @param training whether the network trains, or scores
     * @param values of each input
     * @param weights of a parameter, by its full name
     * @param running mean and running variance of a BatchNorm, by its scope
     * @param run what the random layers draw from
     */
    public ReferenceNetwork(
            Network network,
            int batch,
            boolean training,
            List<double[]> values,
            Function<String, double[]> weights,
            Function<String, List<double[]>> running,
            Seed run) {
        Map<Port, Shape> shapes = network.shapes(batch);
        Map<Port, Scalars> ports = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            Network.Input input = network.inputs().get(i);
            Scalars x = Scalars.of(tape, input.sample().batched(batch), values.get(i));
            inputs.add(x);
            ports.put(new Port(input.name(), 0), x);
        }
        for (Network.Parameter parameter : network.parameters()) {
            parameters.put(parameter.name(), Scalars.of(tape, parameter.shape(), weights.apply(parameter.name())));
        }
        List<String> batchNorms = network.batchNorms();
        for (Network.Node node : network.nodes()) {
            Layer layer = node.layer();
            Map<String, Scalars> own = new HashMap<>();
            for (ParameterSpec spec : layer.parameters()) {
                own.put(spec.name(), of(parameters, node.parameters() + "." + spec.name()));
            }
            List<Scalars> moving = batchNorms.contains(node.parameters())
                    ? running.apply(node.parameters()).stream()
                            .map(some -> Scalars.of(tape, Shape.of(some.length), some))
                            .toList()
                    : List.of();
            List<Shape> produced = new ArrayList<>();
            while (shapes.containsKey(new Port(node.name(), produced.size()))) {
                produced.add(of(shapes, new Port(node.name(), produced.size())));
            }
            Given given = new Given(
                    tape,
                    node.inputs().stream().map(port -> of(ports, port)).toList(),
                    produced,
                    own,
                    training,
                    moving,
                    (mean, variance) -> statistics.put(node.parameters(), List.of(mean, variance)),
                    run.child(new Seed(0).child(node.name()).value()));
            List<Scalars> y = References.outputs(layer, given);
            for (int i = 0; i < y.size(); i++) {
                if (!y.get(i).shape().equals(produced.get(i))) {
                    throw new IllegalStateException(layer + " says " + produced.get(i) + ", its reference "
                            + y.get(i).shape());
                }
                ports.put(new Port(node.name(), i), y.get(i));
            }
        }
        network.outputs().forEach(port -> outputs.add(of(ports, port)));
    }

    private static <K, V> V of(Map<K, V> map, K key) {
        V value = map.get(key);
        if (value == null) {
            throw new IllegalStateException("nothing under " + key);
        }
        return value;
    }

    /** Overwrites every gradient with that of Σ {@code upstream} · output. */
    public void backward(List<double[]> upstream) {
        List<Scalar> all = new ArrayList<>();
        outputs.forEach(output -> all.addAll(output.values()));
        double[] weights = new double[all.size()];
        int at = 0;
        for (double[] some : upstream) {
            for (double one : some) {
                weights[at++] = one;
            }
        }
        tape.backward(all, weights);
    }

    /** The smallest distance of any argument to where a gradient jumps. */
    public double nearestKink() {
        return tape.nearestKink();
    }

    public List<Shape> outputShapes() {
        return outputs.stream().map(Scalars::shape).toList();
    }

    /** What {@code actual} has wrong of output {@code index}; empty if nothing. */
    public String differences(int index, float[] actual) {
        return Comparison.ofValues(outputs.get(index), actual);
    }

    /** What {@code actual} has wrong of the gradient of input {@code index}; empty if nothing. */
    public String inputGradientDifferences(int index, float[] actual) {
        return Comparison.ofGradients(inputs.get(index), actual);
    }

    /** What {@code actual} has wrong of the gradient of a parameter; empty if nothing. */
    public String parameterGradientDifferences(String name, float[] actual) {
        return Comparison.ofGradients(of(parameters, name), actual);
    }

    /** What a BatchNorm's batch statistics have wrong; empty if nothing. */
    public String statisticsDifferences(String scope, float[] mean, float[] variance) {
        List<Scalars> found = of(statistics, scope);
        return Comparison.ofValues(found.get(0), mean) + Comparison.ofValues(found.get(1), variance);
    }

    /** Whether any BatchNorm normalised by its batch. */
    public boolean hasStatistics(String scope) {
        return statistics.containsKey(scope);
    }

    List<Scalars> inputs() {
        return inputs;
    }

    Map<String, Scalars> parameters() {
        return parameters;
    }

    List<Scalars> outputs() {
        return outputs;
    }
}
