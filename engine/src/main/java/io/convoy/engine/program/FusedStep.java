package io.convoy.engine.program;

import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.onednn.BatchNormalization;
import io.convoy.engine.kernel.onednn.Convolution;
import io.convoy.engine.kernel.onednn.Dense;
import io.convoy.engine.kernel.onednn.Pooling;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One or more nodes of a network that one kernel computes together.
 *
 * @param node the one that has the parameters
 * @param kernel what computes it
 * @param inputs what it reads
 * @param outputs what it gives: the last fused node's outputs
 */
record FusedStep(Node node, Kernel kernel, List<Port> inputs, List<Port> outputs) {
    /**
     * The network as steps, in order. A ReLU joins the convolution, the fully connected layer or the BatchNorm in front of it if
     * nobody else reads what is between them, and so does, where there is no way back, a BatchNorm by running statistics the
     * convolution; a fully connected layer reads feature maps through a Flatten, and in inference through a dropout behind that.
     */
    static List<FusedStep> of(Network network, Purpose purpose) {
        boolean training = purpose.training();
        Map<Port, Shape> shapes = network.shapes(purpose.batch());
        Map<String, Node> byName = new HashMap<>();
        Map<Port, List<Node>> readers = new HashMap<>();
        for (Node node : network.nodes()) {
            byName.put(node.name(), node);
            node.inputs()
                    .forEach(port -> readers.computeIfAbsent(port, p -> new ArrayList<>())
                            .add(node));
        }
        Set<String> absorbed = new HashSet<>();
        Set<String> masking = new HashSet<>();
        List<FusedStep> steps = new ArrayList<>();
        for (Node node : network.nodes()) {
            if (absorbed.contains(node.name())) {
                continue;
            }
            Port output = new Port(node.name(), 0);
            Convolution.Behind behind = null;
            Node norm = node.layer() instanceof Conv2d && !training && !purpose.backward()
                    ? onlyReader(network, readers, output, BatchNorm2d.class)
                    : null;
            if (norm != null && norm.layer() instanceof BatchNorm2d layer && layer.trackRunningStatistics()) {
                behind = new Convolution.Behind(layer, norm.parameters());
                absorbed.add(norm.name());
                output = new Port(norm.name(), 0);
            }
            Node relu = fusable(node.layer()) ? onlyReader(network, readers, output, Relu.class) : null;
            if (relu != null) {
                absorbed.add(relu.name());
                output = new Port(relu.name(), 0);
            }
            Node pool = relu != null && node.layer() instanceof Conv2d
                    ? onlyReader(network, readers, output, MaxPool2d.class)
                    : null;
            if (pool != null && !(pool.layer() instanceof MaxPool2d maximum && Pooling.has(maximum))) {
                pool = null;
            }
            if (pool != null) {
                masking.add(pool.name());
            }
            List<Port> inputs =
                    node.layer() instanceof Linear ? throughFlatten(node, byName, shapes, training) : node.inputs();
            steps.add(new FusedStep(
                    node,
                    kernel(node, behind, relu != null, pool != null || masking.contains(node.name()), shapes),
                    inputs,
                    relu != null || behind != null ? List.of(output) : outputs(node, shapes)));
        }
        return withoutUnread(steps, network, training);
    }

    /** Full names of the parameters that the step uses. */
    List<String> parameterNames() {
        return node.layer().parameters().stream()
                .map(spec -> node.parameters() + "." + spec.name())
                .toList();
    }

    private static List<Port> outputs(Node node, Map<Port, Shape> shapes) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> new Port(node.name(), i))
                .takeWhile(shapes::containsKey)
                .toList();
    }

    private static boolean fusable(Layer layer) {
        return layer instanceof Conv2d || layer instanceof Linear || layer instanceof BatchNorm2d;
    }

    private static @Nullable Node onlyReader(
            Network network, Map<Port, List<Node>> readers, Port port, Class<? extends Layer> layer) {
        List<Node> all = readers.getOrDefault(port, List.of());
        boolean only = all.size() == 1 && !network.outputs().contains(port);
        return only && layer.isInstance(all.get(0).layer()) ? all.get(0) : null;
    }

    private static List<Port> throughFlatten(
            Node node, Map<String, Node> byName, Map<Port, Shape> shapes, boolean training) {
        Node before = byName.get(node.inputs().get(0).node());
        while (before != null && passes(before.layer(), training)) {
            before = byName.get(before.inputs().get(0).node());
        }
        if (before != null && before.layer() instanceof Flatten) {
            Shape source = shapes.get(before.inputs().get(0));
            if (source != null && source.rank() == 4) {
                return before.inputs();
            }
        }
        return node.inputs();
    }

    private static boolean passes(Layer layer, boolean training) {
        return !training && (layer instanceof Dropout || layer instanceof Dropout2d);
    }

    /** What every reader looks through is not computed; nothing else is left out. */
    private static List<FusedStep> withoutUnread(List<FusedStep> steps, Network network, boolean training) {
        Set<Port> read = new HashSet<>(network.outputs());
        Deque<FusedStep> kept = new ArrayDeque<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            FusedStep step = steps.get(i);
            Layer layer = step.node().layer();
            boolean seenThrough = layer instanceof Flatten || passes(layer, training);
            if (!seenThrough || step.outputs().stream().anyMatch(read::contains)) {
                kept.addFirst(step);
                read.addAll(step.inputs());
            }
        }
        return List.copyOf(kept);
    }

    private static Kernel kernel(
            Node node, Convolution.@Nullable Behind behind, boolean relu, boolean masked, Map<Port, Shape> shapes) {
        Layer layer = node.layer();
        if (layer instanceof Conv2d convolution) {
            return new Convolution(convolution, behind, relu, masked);
        }
        if (layer instanceof Linear linear) {
            return new Dense(linear, relu);
        }
        if (layer instanceof BatchNorm2d batchNorm) {
            return new BatchNormalization(batchNorm, relu);
        }
        if (layer instanceof MaxPool2d pool && Pooling.has(pool)) {
            return Pooling.of(pool, masked);
        }
        List<Shape> outputs = outputs(node, shapes).stream().map(shapes::get).toList();
        return KernelTable.kernel(node.name(), layer, outputs);
    }
}
