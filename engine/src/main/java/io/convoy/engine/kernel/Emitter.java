package io.convoy.engine.kernel;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.tensor.Shape;

/** What a kernel may ask of the compiler while it adds its operations to a program. */
public interface Emitter extends Assembly {
    /** A tensor that never changes, in row-major order. */
    Value constant(Shape shape, float[] values);

    /** {@code value} in another layout or precision: itself if it lies so already, else a copy, made once. */
    Value in(MemoryLayout wanted, Value value);

    /** {@code value} in row-major order and float32. */
    Value plain(Value value);

    /** A parameter of the node being compiled in the layout that its kernel wants; laid out again when weights change. */
    Value parameter(String name, MemoryLayout wanted);

    /**
     * The weight, in the layout that its kernel wants, and the bias of the convolution being compiled with {@code behind} folded
     * in, which normalises its result by running statistics; made again when they or the weights change.
     *
     * @param scope under which {@code behind} has its parameters
     */
    Folded folded(BatchNorm2d behind, String scope, MemoryLayout wanted);

    /** A parameter of the node being compiled as it lies in the flat vector. */
    Value parameter(String name);

    /**
     * Where the gradient of a parameter is to be written, in row-major order. The kernel overwrites it; for a parameter that
     * several nodes share the compiler adds the contributions.
     */
    Value parameterGradient(String name);

    /** Tells that the gradient asked for last has been written: a shared one is then added. */
    void parameterGradientDone(String name);

    /** Batch mean of the node being compiled, [C]; the kernel overwrites it. */
    Value batchMean(int channels);

    /** Batch variance, [C], biased or over instances unbiased; the kernel overwrites it. */
    Value batchVariance(int channels);

    /** Running mean, [C], read only. */
    Value runningMean(int channels);

    /** Running variance, [C], read only. */
    Value runningVariance(int channels);

    /** The random numbers of the node being compiled. */
    Randomness.Draws draws();

    /** Whether the program trains: BatchNorm then uses the batch's statistics. */
    boolean training();

    /** Whether a backward pass follows. */
    boolean backward();

    /** What feature maps are kept in, where oneDNN has more than its slow reference for it. */
    Precision precision();
}
