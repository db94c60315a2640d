package io.convoy.engine.onnxnode;

import io.convoy.engine.optim.Adagrad;
import io.convoy.engine.optim.Adam;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.Update;
import java.util.Arrays;
import java.util.Map;

/** Rules: rate, updates done, then the tensors, their gradients, and each kind of state, one after the other. */
final class Optimizers {
    /** So late that 1 − βᵗ is 1. */
    private static final long LATE = 1_000_000_000L;

    static final Map<String, Operator> TABLE = Map.of("Adagrad", Optimizers::adagrad, "Adam", Optimizers::adam);

    private Optimizers() {}

    private static void adagrad(NodeCase.Node node, Graph graph) {
        Adagrad rule = new Adagrad(
                node.number("decay_factor", 0), node.number("norm_coefficient", 0), 0, node.number("epsilon", 1e-6));
        long step = graph.given().longs(node.input(1))[0];
        apply(node, graph, rule, step);
    }

    /** ONNX adds ε after the correction of the root and we before it; at T = 0 it corrects nothing. */
    private static void adam(NodeCase.Node node, Graph graph) {
        double beta1 = node.number("alpha", 0.9);
        double beta2 = node.number("beta", 0.999);
        long t = graph.given().longs(node.input(1))[0];
        double correction = t == 0 ? 1 : Math.sqrt(1 - Math.pow(beta2, (double) t));
        double epsilon = node.number("epsilon", 1e-6) / correction;
        if (node.number("norm_coefficient_post", 0) != 0) {
            throw new Skipped("our Adam has no decay after the step");
        }
        Adam rule = new Adam(beta1, beta2, epsilon, node.number("norm_coefficient", 0), false);
        apply(node, graph, rule, t == 0 ? LATE : t - 1);
    }

    private static void apply(NodeCase.Node node, Graph graph, Optimizer rule, long step) {
        NodeCase given = graph.given();
        double rate = given.floats(node.input(0))[0];
        int tensors = (node.inputs().size() - 2) / (2 + rule.stateSpans());
        for (int tensor = 0; tensor < tensors; tensor++) {
            float[] w = given.floats(node.input(2 + tensor));
            float[] g = given.floats(node.input(2 + tensors + tensor));
            float[][] state = new float[rule.stateSpans()][];
            for (int span = 0; span < state.length; span++) {
                state[span] = given.floats(node.input(2 + (2 + span) * tensors + tensor));
            }
            rule.update(Update.of(step, rate), w, g, state, 0, w.length);
            graph.compare(node.output(tensor), w);
            for (int span = 0; span < state.length; span++) {
                graph.compare(node.output((1 + span) * tensors + tensor), Arrays.copyOf(state[span], w.length));
            }
        }
    }
}
