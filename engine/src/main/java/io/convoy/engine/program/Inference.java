package io.convoy.engine.program;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.FloatSpan;
import java.util.HashMap;
import java.util.Map;

/**
 * A network of one input, compiled for inference on batches of one fixed size. A shorter batch is filled up, so
 * that a sample's bits depend neither on its position nor on its neighbours; where samples do look at each other, as in a
 * BatchNorm without running statistics, it gets a program of its own size instead. Evaluation during training and every way of
 * scoring afterwards go through this class. It belongs to one thread at a time.
 */
public final class Inference implements AutoCloseable {
    /** The largest batch that {@link #batch(Network)} chooses. */
    public static final int LARGEST_BATCH = 64;

    /** From so many multiply-accumulates on a larger batch is no faster: those of 40 ms of a core with AVX-512. */
    private static final long MACS = 4_000_000_000L;

    /** For so many multiply-accumulates, at least, a weight is read from memory once. */
    private static final long MACS_PER_WEIGHT = 128;

    private final Network network;
    private final Weights weights;
    private final Program program;

    /** Programs of short batches, for networks in which samples look at each other. */
    private final Map<Integer, Program> shorter = new HashMap<>();

    private final FloatSpan input;
    private final int imageFloats;
    private final float[] image;
    private Program last;

    /**
     * How many samples of {@code network} every way of scoring computes at once, evaluation during training among them: a function of
     * the network alone, so that all of them have the same bits. It is the smallest power of two with which a batch costs 4·10⁹
     * multiply-accumulates, and 128 for each weight, but at most {@link #LARGEST_BATCH}: a larger one would be no faster, and a
     * single sample waits for a whole batch. What counts is the network up to its first output, as others may be left out where
     * nobody asks for them. Where samples look at each other it is {@link #LARGEST_BATCH}.
     */
    public static int batch(Network network) {
        if (network.mixesSamples()) {
            return LARGEST_BATCH;
        }
        Network first = network.firstOutputs(1);
        long weights = first.parameters().stream()
                .mapToLong(parameter -> parameter.shape().count())
                .sum();
        long enough = Math.max(MACS, MACS_PER_WEIGHT * weights);
        long macs = first.macs();
        int batch = 1;
        while (batch < LARGEST_BATCH && batch * macs < enough) {
            batch *= 2;
        }
        return batch;
    }

    /** Compiles {@code network} in float32, as evaluation does; see the other constructor. */
    public Inference(Network network, Weights weights, int batch) {
        this(network, weights, batch, Precision.FLOAT32);
    }

    /**
     * Compiles {@code network}.
     *
     * @param batch samples that are computed at once, at least 1; another batch may give other bits
     * @param precision what feature maps are kept and weights read in
     * @throws io.convoy.engine.kernel.KernelException if this CPU doesn't compute in that precision
     */
    public Inference(Network network, Weights weights, int batch, Precision precision) {
        if (network.inputs().size() != 1 || network.outputs().isEmpty()) {
            throw new IllegalArgumentException(
                    "Inference expects a network with 1 input and at least 1 output, but it has "
                            + network.inputs().size() + " and "
                            + network.outputs().size() + ".");
        }
        this.network = network;
        this.weights = weights;
        this.program = Program.compile(network, weights, Purpose.inference(batch, precision));
        this.input = program.inputs().get(0).span();
        this.imageFloats = input.length() / batch;
        this.last = program;
        this.image = new float[imageFloats];
    }

    /** Samples that are computed at once. */
    public int batch() {
        return program.purpose().batch();
    }

    /** What feature maps are kept and weights read in. */
    public Precision precision() {
        return program.purpose().precision();
    }

    /** Overwrites the sample at {@code position} with the values from {@code offset} on. */
    public void put(int position, float[] values, int offset) {
        input.write(position * imageFloats, values, offset, imageFloats);
    }

    /**
     * Computes the batch and overwrites {@code scores} from {@code offset} on with the first output of its first {@code samples}
     * positions. What an earlier batch left behind them is computed again and not looked at.
     */
    public void run(int samples, float[] scores, int offset) {
        last = samples < batch() && network.mixesSamples() ? copied(samples) : program;
        last.forward();
        read(0, samples, scores, offset);
    }

    /** Overwrites {@code values} from {@code offset} on with output {@code index} of the batch computed last, as {@link #run} does. */
    public void read(int index, int samples, float[] values, int offset) {
        FloatSpan output = last.outputs().get(index).span();
        output.read(0, values, offset, output.length() / last.purpose().batch() * samples);
    }

    /** A program of just so many samples, which are in it already. */
    private Program copied(int samples) {
        Program exact = shorter.computeIfAbsent(
                samples, n -> Program.compile(network, weights, Purpose.inference(n, precision())));
        for (int i = 0; i < samples; i++) {
            input.read(i * imageFloats, image, 0, imageFloats);
            exact.inputs().get(0).span().write(i * imageFloats, image, 0, imageFloats);
        }
        return exact;
    }

    @Override
    public void close() {
        shorter.values().forEach(Program::close);
        program.close();
    }
}
