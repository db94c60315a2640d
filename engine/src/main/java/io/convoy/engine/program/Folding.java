package io.convoy.engine.program;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.tensor.FloatSpan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Folds a BatchNorm into the convolution in front of it, in float64 up to the last rounding; see
 * {@link io.convoy.engine.kernel.Folded}. It runs once for new weights, not in every batch, so it may take memory.
 *
 * @param weight the convolution's
 * @param bias the convolution's, if it has one
 * @param behind the BatchNorm
 * @param scale γ; ones if absent
 * @param shift β; zeros if absent
 * @param running μ and σ²
 * @param from the flat vectors
 * @param into overwritten with the weight, row-major; may be longer
 * @param intoBias overwritten with the bias
 */
record Folding(
        ParameterLayout.Entry weight,
        ParameterLayout.@Nullable Entry bias,
        BatchNorm2d behind,
        ParameterLayout.@Nullable Entry scale,
        ParameterLayout.@Nullable Entry shift,
        StatisticsLayout.Entry running,
        Weights from,
        FloatSpan into,
        FloatSpan intoBias)
        implements Operation {
    /** Nothing that a program would have to place. */
    @Override
    public List<Value> touches() {
        return List.of();
    }

    @Override
    public void bind(Memory memory) {}

    @Override
    public void run() {
        int channels = behind.channels();
        float[] weights = read(from.flat(), weight.offset(), weight.length());
        float[] biases = bias == null ? new float[channels] : read(from.flat(), bias.offset(), channels);
        float[] gamma = scale == null ? null : read(from.flat(), scale.offset(), channels);
        float[] beta = shift == null ? new float[channels] : read(from.flat(), shift.offset(), channels);
        float[] mean = read(from.statistics(), running.offset(), channels);
        float[] variance = read(from.statistics(), running.varianceOffset(), channels);
        int each = weights.length / channels;
        for (int c = 0; c < channels; c++) {
            double factor = (gamma == null ? 1 : gamma[c]) / Math.sqrt(variance[c] + behind.epsilon());
            for (int i = c * each; i < (c + 1) * each; i++) {
                weights[i] = (float) (weights[i] * factor);
            }
            biases[c] = (float) (beta[c] + ((double) biases[c] - mean[c]) * factor);
        }
        into.write(0, weights, 0, weights.length);
        intoBias.write(0, biases, 0, channels);
    }

    private static float[] read(FloatSpan span, int offset, int length) {
        float[] values = new float[length];
        span.read(offset, values, 0, length);
        return values;
    }
}
