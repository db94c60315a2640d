package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.loss.Batch;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.NegativeLogLikelihood;
import io.convoy.engine.loss.Reduction;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Losses: scores [N, K, d₁, …], targets [N, d₁, …], weights [K]. */
final class LossOperators {
    static final Map<String, Operator> TABLE = Map.of(
            "SoftmaxCrossEntropyLoss",
            LossOperators::crossEntropy,
            "NegativeLogLikelihoodLoss",
            (node, graph) -> loss(node, graph, NegativeLogLikelihood::new));

    private LossOperators() {}

    private static void crossEntropy(NodeCase.Node node, Graph graph) {
        if (node.hasOutput(1)) {
            Shape x = graph.given().shape(node.input(0));
            Shape matrix = Shape.of(x.size(0), x.size(1), Math.toIntExact(x.count() / x.size(0) / x.size(1)));
            graph.put(node.output(1), graph.add(new LogSoftmax(1), graph.viewed(node.input(0), matrix)));
        }
        loss(node, graph, (weights, ignored, reduction) -> new CrossEntropy(weights, ignored, 0, reduction));
    }

    /** A loss of some kind. */
    private interface Kind {
        Loss with(List<Double> classWeights, int ignoreIndex, Reduction reduction);
    }

    private static void loss(NodeCase.Node node, Graph graph, Kind kind) {
        NodeCase given = graph.given();
        Shape x = given.shape(node.input(0));
        float[] scores = given.floats(node.input(0));
        long[] targets = given.longs(node.input(1));
        List<Double> weights = new ArrayList<>();
        if (node.hasInput(2)) {
            for (float weight : given.floats(node.input(2))) {
                weights.add((double) weight);
            }
        }
        int ignored = node.whole("ignore_index", CrossEntropy.IGNORE_INDEX);
        String reduction = node.text("reduction", "mean");
        if (reduction.equals("none")) {
            Loss loss = kind.with(weights, ignored, Reduction.SUM);
            graph.compare(node.output(0), each(loss, x, scores, targets));
        } else {
            Loss loss = kind.with(weights, ignored, reduction.equals("mean") ? Reduction.MEAN : Reduction.SUM);
            int[] sizes = x.toArray();
            Shape target = Shape.of(Arrays.copyOfRange(sizes, 2, sizes.length));
            graph.compare(node.output(0), (float) value(loss, x.sample(), target, sizes[0], scores, targets));
        }
    }

    /** A loss for each position, which then is a sample of its own. */
    private static float[] each(Loss loss, Shape x, float[] scores, long[] targets) {
        int classes = x.size(1);
        int positions = targets.length / x.size(0);
        float[] losses = new float[targets.length];
        for (int i = 0; i < losses.length; i++) {
            float[] own = new float[classes];
            for (int k = 0; k < classes; k++) {
                own[k] = scores[(i / positions * classes + k) * positions + i % positions];
            }
            losses[i] = (float) value(loss, Shape.of(classes), Shape.of(), 1, own, new long[] {targets[i]});
        }
        return losses;
    }

    private static double value(Loss loss, Shape output, Shape target, int samples, float[] scores, long[] targets) {
        loss.check(List.of(output), target);
        Batch batch = Batch.of(List.of(output), target, samples).withSamples(samples);
        System.arraycopy(scores, 0, batch.output(0), 0, scores.length);
        for (int i = 0; i < targets.length; i++) {
            batch.targets()[i] = targets[i];
        }
        double[] weights = new double[1];
        double[] sums = new double[1];
        loss.weigh(batch, weights);
        loss.evaluate(batch, new double[] {1}, sums);
        return sums[0] / loss.reduction(0).normalizer(weights[0]);
    }
}
