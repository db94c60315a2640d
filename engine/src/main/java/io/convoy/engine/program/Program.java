package io.convoy.engine.program;

import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.Randomness;
import io.convoy.engine.network.Network;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Arena;
import io.convoy.engine.tensor.Tensor;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A network compiled for one batch size and purpose: a list of operations on one planned slab of memory. Fill the inputs, run
 * forward, read the outputs; for training overwrite the output gradients, run backward, and read the gradients. It belongs to
 * one thread at a time and allocates nothing when it runs. Programs of one process share their {@link Weights}.
 */
public final class Program implements AutoCloseable {
    private final Purpose purpose;
    private final Handles handles;
    private final Arena arena;
    private final Ports ports;
    private final Randomness randomness;
    private final Segment forward;
    private final List<Segment> backward;
    private final long slabAddress;
    private final long slabBytes;

    /** What a program has in common with the world outside; all row-major. */
    record Ports(
            List<Tensor> inputs,
            List<Tensor> outputs,
            List<Tensor> outputGradients,
            List<Tensor> inputGradients,
            Tensor gradients,
            Tensor batchStatistics) {}

    Program(
            Purpose purpose,
            Handles handles,
            Arena arena,
            Ports ports,
            Randomness randomness,
            Segment forward,
            List<Segment> backward,
            long slabAddress,
            long slabBytes) {
        this.purpose = purpose;
        this.handles = handles;
        this.arena = arena;
        this.ports = ports;
        this.randomness = randomness;
        this.forward = forward;
        this.backward = backward;
        this.slabAddress = slabAddress;
        this.slabBytes = slabBytes;
    }

    /** Compiles {@code network}; the weights may be filled later, with {@link Weights#refresh()} after that. */
    public static Program compile(Network network, Weights weights, Purpose purpose) {
        return new Compiler(network, weights, purpose).compile();
    }

    public Purpose purpose() {
        return purpose;
    }

    /** The inputs, in the network's order: [batch, sample shape]. The caller overwrites them before {@link #forward()}. */
    public List<Tensor> inputs() {
        return ports.inputs();
    }

    /** The outputs, in the network's order; valid from {@link #forward()} to {@link #backward}. */
    public List<Tensor> outputs() {
        return ports.outputs();
    }

    /** The gradients of the outputs, which the caller overwrites between {@link #forward()} and {@link #backward}. */
    public List<Tensor> outputGradients() {
        return ports.outputGradients();
    }

    /** The gradients of the inputs after {@link #backward}; none unless the purpose asks for them. */
    public List<Tensor> inputGradients() {
        return ports.inputGradients();
    }

    /** The gradient of every parameter in the layout of the flat vector. {@link #backward} overwrites it. */
    public Tensor gradients() {
        return ports.gradients();
    }

    /** Mean and biased variance of every BatchNorm over this batch. {@link #forward()} of a training program overwrites it. */
    public Tensor batchStatistics() {
        return ports.batchStatistics();
    }

    /** Runs the network on the inputs; its random layers draw from {@code seed}, and {@link #backward} draws the same again. */
    public void forward(Seed seed) {
        randomness.begin(seed);
        forward();
    }

    /** Runs the network on the inputs. */
    public void forward() {
        forward.run();
    }

    /**
     * Runs the way back from the output gradients.
     *
     * @param finished is told each gradient bucket as soon as it is final
     */
    public void backward(IntConsumer finished) {
        for (int i = 0; i < backward.size(); i++) {
            Segment segment = backward.get(i);
            segment.run();
            for (int j = 0; j < segment.finishedBuckets().size(); j++) {
                finished.accept(segment.finishedBuckets().get(j));
            }
        }
    }

    /** Bytes of activations, gradients on their way and scratchpads: the slab that the memory plan has filled. */
    public long slabBytes() {
        return slabBytes;
    }

    /** Bytes of all memory that is the program's own: the slab, and what lies outside the plan. */
    public long bytes() {
        return arena.bytes();
    }

    /** Fills the slab with NaN, so that a test sees whether anything is read before it is written. */
    void poison() {
        for (long offset = 0; offset < slabBytes; offset += Integer.MAX_VALUE / 2) {
            int floats = (int) (Math.min(slabBytes - offset, Integer.MAX_VALUE / 2) / Float.BYTES);
            arena.span(slabAddress + offset, floats).fill(Float.NaN);
        }
    }

    @Override
    public void close() {
        handles.close();
        arena.close();
    }
}
