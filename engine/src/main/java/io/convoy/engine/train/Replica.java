package io.convoy.engine.train;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.loss.Loss;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** One core's copy of the network: computes whole leaves, one after the other, on one thread. */
final class Replica implements AutoCloseable {
    private final Network network;
    private final Weights weights;
    private final Loss loss;
    private final InputPipeline.Reader reader;
    private final InputPipeline data;
    private final Shape image;
    private final Shape output;
    private final Map<Integer, Program> programs = new HashMap<>();
    private final float[] pixels;
    private @Nullable Inference inference;
    private float[] outputs = new float[0];
    private float[] gradients = new float[0];
    private float[] targets = new float[0];

    Replica(Network network, Weights weights, Loss loss, InputPipeline data) {
        this.network = network;
        this.weights = weights;
        this.loss = loss;
        this.data = data;
        this.reader = data.reader();
        this.image = network.inputs().get(0).sample();
        this.output = network.outputSample(0);
        requireFits(data);
        this.pixels = new float[Math.toIntExact(image.count())];
    }

    /** Compiles what leaves of {@code samples} samples need, so that the first one doesn't wait for it. */
    Program program(int samples) {
        return programs.computeIfAbsent(samples, n -> Program.compile(network, weights, Purpose.training(n)));
    }

    /**
     * Computes a leaf.
     *
     * @param samples how many it has
     * @param sampleAt the data set's number of each
     * @param draws what random layers draw from
     * @param scale 1 / the batch's normaliser
     * @param finished is told each gradient bucket as soon as it is final
     * @return the sum of the samples' losses
     */
    double leaf(int samples, IntUnaryOperator sampleAt, long epoch, Seed draws, double scale, IntConsumer finished) {
        Program program = program(samples);
        reserve(samples);
        FloatSpan input = program.inputs().get(0).span();
        for (int i = 0; i < samples; i++) {
            int sample = sampleAt.applyAsInt(i);
            reader.fill(epoch, sample, pixels, 0);
            input.write(i * pixels.length, pixels, 0, pixels.length);
            targets[i] = data.label(sample);
        }
        program.forward(draws);
        int values = Math.toIntExact(samples * output.count());
        program.outputs().get(0).span().read(0, outputs, 0, values);
        double sum = loss.evaluate(outputs, output, targets, samples, scale, gradients);
        if (!Double.isFinite(sum)) {
            return sum;
        }
        program.outputGradients().get(0).span().write(0, gradients, 0, values);
        program.backward(finished);
        return sum;
    }

    /** Evaluates some batches of {@link Evaluation#BATCH} samples, in the data set's order. */
    Evaluation evaluate(InputPipeline test, LeafRange batches) {
        ConfusionMatrix confusion = new ConfusionMatrix(Math.toIntExact(output.count()));
        List<Double> losses = new ArrayList<>();
        if (batches.isEmpty()) {
            return new Evaluation(batches, losses, confusion);
        }
        requireFits(test);
        Inference program = inference();
        InputPipeline.Reader testReader = test.reader();
        reserve(Evaluation.BATCH);
        int classes = confusion.classes();
        for (int batch = batches.begin(); batch < batches.end(); batch++) {
            int first = batch * Evaluation.BATCH;
            int samples = Math.min(Evaluation.BATCH, test.dataset().size() - first);
            for (int i = 0; i < samples; i++) {
                testReader.fillPlain(first + i, pixels, 0);
                program.put(i, pixels, 0);
                targets[i] = test.label(first + i);
            }
            program.run(samples, outputs, 0);
            losses.add(loss.evaluate(outputs, output, targets, samples, 0, gradients));
            for (int i = 0; i < samples; i++) {
                confusion.add((int) targets[i], Ranking.best(outputs, i * classes, classes));
            }
        }
        return new Evaluation(batches, losses, confusion);
    }

    private void requireFits(InputPipeline samples) {
        Shape sample = samples.dataset().sampleShape();
        if (!sample.equals(image)) {
            throw new TrainingException("The network expects images of " + image + ", but those of "
                    + samples.dataset().name() + " are " + sample + ". Maybe the data set or the network is another.");
        }
    }

    private Inference inference() {
        Inference compiled = inference;
        if (compiled == null) {
            compiled = new Inference(network, weights, Evaluation.BATCH);
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
        if (targets.length < samples) {
            int values = Math.toIntExact(samples * output.count());
            targets = new float[samples];
            outputs = new float[values];
            gradients = new float[values];
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
