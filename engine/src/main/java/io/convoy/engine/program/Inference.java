package io.convoy.engine.program;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Tensor;
import java.util.List;

/**
 * A network of one input, compiled for inference on batches of one fixed size. A shorter batch is filled up, so
 * that a sample's bits depend neither on its position nor on its neighbours. Evaluation during training and every way of scoring
 * afterwards go through this class. It belongs to one thread at a time.
 */
public final class Inference implements AutoCloseable {
    /** The batch where nobody asks for another one. */
    public static final int BATCH = 64;

    private final Program program;
    private final FloatSpan input;
    private final List<FloatSpan> outputs;
    private final int imageFloats;

    /**
     * Compiles {@code network}.
     *
     * @param batch samples that are computed at once, at least 1; another batch may give other bits
     */
    public Inference(Network network, Weights weights, int batch) {
        if (network.inputs().size() != 1 || network.outputs().isEmpty()) {
            throw new IllegalArgumentException(
                    "Inference expects a network with 1 input and at least 1 output, but it has "
                            + network.inputs().size() + " and "
                            + network.outputs().size() + ".");
        }
        this.program = Program.compile(network, weights, Purpose.inference(batch));
        this.input = program.inputs().get(0).span();
        this.outputs = program.outputs().stream().map(Tensor::span).toList();
        this.imageFloats = input.length() / batch;
    }

    /** Samples that are computed at once. */
    public int batch() {
        return program.purpose().batch();
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
        program.forward();
        read(0, samples, scores, offset);
    }

    /** Overwrites {@code values} from {@code offset} on with output {@code index} of the batch computed last, as {@link #run} does. */
    public void read(int index, int samples, float[] values, int offset) {
        FloatSpan output = outputs.get(index);
        output.read(0, values, offset, output.length() / batch() * samples);
    }

    @Override
    public void close() {
        program.close();
    }
}
