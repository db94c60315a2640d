package io.convoy.engine.layer;

import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation (Ioffe and Szegedy 2015), for feature maps or, with H = W = 1 left out, for vectors.
 *
 * <pre>y[n,c,h,w] = weight[c] · (x[n,c,h,w] − mean[c]) / √(variance[c] + epsilon) + bias[c],  x and y: [N, C, H, W] or [N, C]</pre>
 *
 * Training uses the mean and the biased variance of the micro-batch; inference the running statistics, which a step moves
 * once: running ← (1 − momentum) · running + momentum · batch, with the unbiased variance of the whole batch. Without running
 * statistics inference, too, uses those of the batch that it is given, so that a sample's result depends on the others. Parameters:
 * {@code weight} [C], ones at first; {@code bias} [C], zeros at first. Buffers: {@code running_mean} [C], zeros;
 * {@code running_var} [C], ones.
 *
 * @param channels C
 * @param epsilon added to the variance, above 0; default 1e-5
 * @param momentum weight of the newest statistics, 0 to 1; none for the mean over all steps, 1 / (step + 1); default 0.1
 * @param affine whether weight and bias are there; default true
 * @param trackRunningStatistics whether there are running statistics; default true
 */
public record BatchNorm2d(
        int channels, double epsilon, @Nullable Double momentum, boolean affine, boolean trackRunningStatistics)
        implements Layer {
    public BatchNorm2d {
        Expect.atLeast(1, "BatchNorm2d", "channels", channels);
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("BatchNorm2d expects epsilon above 0, but epsilon is " + epsilon + ".");
        }
        if (momentum != null && !(momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException(
                    "BatchNorm2d expects momentum from 0 to 1, but momentum is " + momentum + ".");
        }
    }

    /** With running statistics. */
    public BatchNorm2d(int channels, double epsilon, @Nullable Double momentum, boolean affine) {
        this(channels, epsilon, momentum, affine, true);
    }

    /** The same with running statistics that are the means over all steps. */
    public BatchNorm2d withCumulativeStatistics() {
        return new BatchNorm2d(channels, epsilon, null, affine, trackRunningStatistics);
    }

    /** The same without running statistics. */
    public BatchNorm2d withoutRunningStatistics() {
        return new BatchNorm2d(channels, epsilon, momentum, affine, false);
    }

    public static BatchNorm2d of(int channels) {
        return new BatchNorm2d(channels, 1e-5, 0.1, true);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if ((x.rank() != 4 && x.rank() != 2) || x.size(1) != channels) {
            throw new ShapeException(this + " expects [N, " + channels + ", H, W] or [N, " + channels
                    + "], but its input is " + x + ".");
        }
        return List.of(x);
    }

    @Override
    public List<ParameterSpec> parameters() {
        return affine
                ? List.of(
                        new ParameterSpec("weight", Shape.of(channels), new Initializer.Constant(1)),
                        new ParameterSpec("bias", Shape.of(channels), new Initializer.Constant(0)))
                : List.of();
    }

    @Override
    public @Nullable RunningStatistics runningStatistics() {
        return trackRunningStatistics ? new RunningStatistics(channels, momentum, StatisticsLayout.Over.BATCH) : null;
    }

    @Override
    public boolean normalizes() {
        return true;
    }

    @Override
    public String toString() {
        return "BatchNorm2d[channels=" + channels + "]";
    }
}
