package io.convoy.engine.train;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.loss.Batch;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.Reduction;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.Ranking;
import io.convoy.engine.network.Network;
import io.convoy.engine.program.Inference;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One core's copy of the network: computes whole leaves, one after the other, on one thread. */
final class Replica implements AutoCloseable {
    private final TrainingPlan plan;
    private final Network network;
    private final Weights weights;
    private final Loss loss;
    private final InputPipeline.Reader reader;
    private final InputPipeline data;
    private final Shape image;
    private final List<Shape> outputShapes;
    private final Map<Integer, Program> programs = new HashMap<>();
    private final float[] pixels;
    private @Nullable Inference inference;
    private Batch batch;
    private int capacity;

    Replica(TrainingPlan plan, Weights weights, InputPipeline data) {
        this.plan = plan;
        this.network = plan.network();
        this.weights = weights;
        this.loss = plan.loss();
        this.data = data;
        this.reader = data.reader();
        this.image = network.inputs().get(0).sample();
        this.outputShapes = outputs(network);
        this.pixels = new float[Math.toIntExact(image.count())];
        this.batch = Batch.of(outputShapes, data.targetShape(), 0);
    }

    /** Compiles what leaves of {@code samples} samples need, so that the first one doesn't wait for it. */
    Program program(int samples) {
        return programs.computeIfAbsent(
                samples, n -> Program.compile(network, weights, Purpose.training(n, plan.precision())));
    }

    /** The shape of one sample of each of a network's outputs. */
    static List<Shape> outputs(Network network) {
        List<Shape> outputs = new ArrayList<>();
        for (int i = 0; i < network.outputs().size(); i++) {
            outputs.add(network.outputSample(i));
        }
        return outputs;
    }

    /**
     * Computes a leaf.
     *
     * @param samples how many it has
     * @param sampleAt the data set's number of each
     * @param draws what random layers draw from
     * @param scales for each term of the loss 1 / the batch's normaliser
     * @param finished is told each gradient bucket as soon as it is final
     * @param losses overwritten with the sum over the samples of each term; if one is not finite, nothing else is done
     */
    void leaf(
            int samples,
            IntUnaryOperator sampleAt,
            long epoch,
            Seed draws,
            double[] scales,
            IntConsumer finished,
            double[] losses) {
        Program program = program(samples);
        reserve(samples);
        FloatSpan input = program.inputs().get(0).span();
        for (int i = 0; i < samples; i++) {
            int sample = sampleAt.applyAsInt(i);
            reader.fill(epoch, sample, pixels, 0);
            input.write(i * pixels.length, pixels, 0, pixels.length);
            data.readTarget(epoch, sample, batch.targets(), batch.targetAt(i));
        }
        program.forward(draws);
        for (int i = 0; i < outputShapes.size(); i++) {
            program.outputs().get(i).span().read(0, batch.output(i), 0, samples * batch.count(i));
        }
        evaluate(batch.withSamples(samples), scales, losses);
        for (double term : losses) {
            if (!Double.isFinite(term)) {
                return;
            }
        }
        for (int i = 0; i < outputShapes.size(); i++) {
            program.outputGradients().get(i).span().write(0, batch.gradient(i), 0, samples * batch.count(i));
        }
        program.backward(finished);
    }

    /** Evaluates some batches of {@link Evaluation#BATCH} samples, in the data set's order. */
    Evaluation evaluate(InputPipeline test, LeafRange batches) {
        int classes = test.classes();
        Optional<ConfusionMatrix> confusion = classes > 0 && outputShapes.get(0).equals(Shape.of(classes))
                ? Optional.of(new ConfusionMatrix(classes))
                : Optional.empty();
        List<List<Double>> losses = new ArrayList<>();
        List<List<Double>> weights = new ArrayList<>();
        List<Reduction> reductions = new ArrayList<>();
        for (int term = 0; term < loss.terms(); term++) {
            reductions.add(loss.reduction(term));
        }
        TaskTally tally = new TaskTally(foretells(test.tasks()) ? test.tasks() : List.of());
        if (!batches.isEmpty()) {
            evaluate(test, batches, confusion, tally, losses, weights);
        }
        return new Evaluation(batches, losses, weights, reductions, confusion, tally.scores());
    }

    /** Whether the first outputs are those of these tasks, one after the other. */
    private boolean foretells(List<TaskTarget> tasks) {
        return tasks.size() <= outputShapes.size()
                && IntStream.range(0, tasks.size())
                        .allMatch(t ->
                                outputShapes.get(t).equals(Shape.of(tasks.get(t).outputs())));
    }

    private void evaluate(
            InputPipeline test,
            LeafRange batches,
            Optional<ConfusionMatrix> confusion,
            TaskTally tally,
            List<List<Double>> losses,
            List<List<Double>> weights) {
        Inference program = inference();
        InputPipeline.Reader testReader = test.reader();
        Batch batch = Batch.of(outputShapes, test.plainTargetShape(), Evaluation.BATCH);
        double[] none = new double[loss.terms()];
        for (int number = batches.begin(); number < batches.end(); number++) {
            int first = number * Evaluation.BATCH;
            int samples = Math.min(Evaluation.BATCH, test.dataset().size() - first);
            for (int begin = 0; begin < samples; begin += program.batch()) {
                int n = Math.min(program.batch(), samples - begin);
                for (int i = 0; i < n; i++) {
                    testReader.fillPlain(first + begin + i, pixels, 0);
                    program.put(i, pixels, 0);
                    test.readPlainTarget(first + begin + i, batch.targets(), batch.targetAt(begin + i));
                }
                program.run(n, batch.output(0), begin * batch.count(0));
                for (int i = 1; i < outputShapes.size(); i++) {
                    program.read(i, n, batch.output(i), begin * batch.count(i));
                }
            }
            double[] sums = new double[loss.terms()];
            double[] weight = new double[loss.terms()];
            evaluate(batch.withSamples(samples), none, sums);
            loss.weigh(batch, weight);
            losses.add(boxed(sums));
            weights.add(boxed(weight));
            for (int t = 0; t < tally.tasks(); t++) {
                for (int i = 0; i < samples; i++) {
                    tally.add(t, batch.targets()[batch.targetAt(i) + t], batch.output(t), i * batch.count(t));
                }
            }
            tally.end(samples);
            confusion.ifPresent(matrix -> {
                for (int i = 0; i < samples; i++) {
                    int label = test.label(first + i);
                    if (label >= 0 && label < matrix.classes()) {
                        matrix.add(label, Ranking.best(batch.output(0), i * matrix.classes(), matrix.classes()));
                    }
                }
            });
        }
    }

    private void evaluate(Batch batch, double[] scales, double[] sums) {
        try {
            loss.evaluate(batch, scales, sums);
        } catch (IllegalArgumentException e) {
            throw new TrainingException(String.valueOf(e.getMessage()), e);
        }
    }

    static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private Inference inference() {
        Inference compiled = inference;
        if (compiled == null) {
            compiled = new Inference(network, weights, Inference.batch(network));
            inference = compiled;
        }
        return compiled;
    }

    /** The gradient of the leaf computed last, laid out like the flat vector; a bucket is valid once it is finished. */
    FloatSpan gradients(int samples) {
        return program(samples).gradients().span();
    }

    /** The BatchNorm statistics of the leaf computed last. */
    FloatSpan batchStatistics(int samples) {
        return program(samples).batchStatistics().span();
    }

    private void reserve(int samples) {
        if (capacity < samples) {
            batch = Batch.of(outputShapes, data.targetShape(), samples);
            capacity = samples;
        }
    }

    @Override
    public void close() {
        programs.values().forEach(Program::close);
        if (inference != null) {
            inference.close();
        }
    }
}
