package io.convoy.engine.program;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.FloatSpan;

/**
 * A network of one input and one output, compiled for inference on batches of one fixed size. A shorter batch is filled up, so
 * that a sample's bits depend neither on its position nor on its neighbours. Evaluation during training and every way of scoring
 * afterwards go through this class. It belongs to one thread at a time.
 */
public final class Inference implements AutoCloseable {
    /** The batch where nobody asks for another one. */
    public static final int BATCH = 64;

    private final Program program;
    private final FloatSpan input;
    private final FloatSpan output;
    private final int imageFloats;
    private final int scoreFloats;

    /**
     * Compiles {@code network}.
     *
     * @param batch samples that are computed at once, at least 1; another batch may give other bits
     */
    public Inference(Network network, Weights weights, int batch) {
        if (network.inputs().size() != 1 || network.outputs().size() != 1) {
            throw new IllegalArgumentException("Inference expects a network with 1 input and 1 output, but it has "
                    + network.inputs().size() + " and " + network.outputs().size() + ".");
        }
        this.program = Program.compile(network, weights, Purpose.inference(batch));
        this.input = program.inputs().get(0).span();
        this.output = program.outputs().get(0).span();
        this.imageFloats = input.length() / batch;
        this.scoreFloats = output.length() / batch;
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
     * Computes the batch and overwrites {@code scores} from {@code offset} on with the outputs of its first {@code samples}
     * positions. What an earlier batch left behind them is computed again and not looked at.
     */
    public void run(int samples, float[] scores, int offset) {
        program.forward();
        output.read(0, scores, offset, samples * scoreFloats);
    }

    @Override
    public void close() {
        program.close();
    }
}
