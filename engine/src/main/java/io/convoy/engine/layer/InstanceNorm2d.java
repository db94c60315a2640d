package io.convoy.engine.layer;

import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Instance normalisation (Ulyanov et al. 2016): each feature map of each sample by its own mean and biased variance.
 *
 * <pre>y[n,c,h,w] = weight[c] · (x[n,c,h,w] − mean[n,c]) / √(variance[n,c] + epsilon) + bias[c],  x and y: [N, C, H, W]</pre>
 *
 * That is so in training, and in inference, too, unless it has running statistics, which inference then uses for all samples. A
 * step moves them once: running ← (1 − momentum) · running + momentum · the mean over the batch's samples of their means, or of
 * their unbiased variances, for which a feature map needs two pixels in training. Parameters: {@code weight} [C], ones at first;
 * {@code bias} [C], zeros at first. Buffers, if any: {@code running_mean} [C], zeros; {@code running_var} [C], ones.
 *
 * @param channels C
 * @param epsilon added to the variance, above 0; default 1e-5
 * @param momentum weight of the newest statistics, 0 to 1; default 0.1
 * @param affine whether weight and bias are there; default false
 * @param trackRunningStatistics whether there are running statistics; default false
 */
public record InstanceNorm2d(
        int channels, double epsilon, double momentum, boolean affine, boolean trackRunningStatistics)
        implements Layer {
    public InstanceNorm2d {
        Expect.atLeast(1, "InstanceNorm2d", "channels", channels);
        Expect.epsilon("InstanceNorm2d", epsilon);
        Expect.probability("InstanceNorm2d", "momentum", momentum);
    }

    /** Without running statistics. */
    public InstanceNorm2d(int channels, double epsilon, boolean affine) {
        this(channels, epsilon, 0.1, affine, false);
    }

    public static InstanceNorm2d of(int channels) {
        return new InstanceNorm2d(channels, 1e-5, false);
    }

    /** The same with running statistics. */
    public InstanceNorm2d withRunningStatistics() {
        return new InstanceNorm2d(channels, epsilon, momentum, affine, true);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.featureMaps(this, inputs);
        if (x.size(1) != channels) {
            throw new ShapeException(this + " expects [N, " + channels + ", H, W], but its input is " + x + ".");
        }
        return List.of(x);
    }

    @Override
    public List<ParameterSpec> parameters() {
        return affine ? ParameterSpec.scaleAndShift(Shape.of(channels)) : List.of();
    }

    @Override
    public @Nullable RunningStatistics runningStatistics() {
        return trackRunningStatistics
                ? new RunningStatistics(channels, momentum, StatisticsLayout.Over.INSTANCES)
                : null;
    }

    @Override
    public boolean normalizes() {
        return true;
    }

    /** Mean and variance are those of all places. */
    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Reach.WHOLE;
    }

    @Override
    public String toString() {
        return "InstanceNorm2d[channels=" + channels + "]";
    }
}
