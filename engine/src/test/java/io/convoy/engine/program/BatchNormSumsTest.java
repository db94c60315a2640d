package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients of BatchNorm's weight and bias whose terms cancel, so that float32 sums would tell. */
class BatchNormSumsTest {
    private static final Seed SEED = Property.seed(BatchNormSumsTest.class);

    /** In full blocks of channels, in a block that isn't full, and in rows. */
    @ParameterizedTest
    @ValueSource(ints = {32, 21, -24})
    void sumsThatCancelLoseNoDigits(int channels) {
        Shape shape = channels > 0 ? Shape.of(2, channels, 12, 15) : Shape.of(360, -channels);
        int count = shape.size(1);
        RandomStream random = SEED.child(channels + 100).stream();
        float[] x = SingleLayer.values(shape, random);
        float[] dy = SingleLayer.values(shape, random);
        BatchNorm2d layer = BatchNorm2d.of(count);
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        Map<String, float[]> gradients = SingleLayer.train(
                        layer, List.of(shape), List.of(x), Map.of("weight", ones, "bias", new float[count]), dy)
                .parameterGradients();
        float[] bias = Objects.requireNonNull(gradients.get("bias"));
        float[] weight = Objects.requireNonNull(gradients.get("weight"));
        int plane = channels > 0 ? 180 : 1;
        for (int c = 0; c < count; c++) {
            double n = (double) x.length / count;
            double mean = 0;
            double square = 0;
            for (int i = 0; i < x.length; i++) {
                mean += i / plane % count == c ? x[i] / n : 0;
            }
            for (int i = 0; i < x.length; i++) {
                square += i / plane % count == c ? (x[i] - mean) * (x[i] - mean) / n : 0;
            }
            double shift = 0;
            double scale = 0;
            for (int i = 0; i < x.length; i++) {
                shift += i / plane % count == c ? dy[i] : 0;
                scale += i / plane % count == c ? dy[i] * (x[i] - mean) / Math.sqrt(square + layer.epsilon()) : 0;
            }
            assertThat((double) bias[c]).as("bias %d", c).isCloseTo(shift, within(1e-7 * Math.max(1, Math.abs(shift))));
            // Mean and variance are oneDNN's, in float32.
            assertThat((double) weight[c])
                    .as("weight %d", c)
                    .isCloseTo(scale, within(4e-7 * (2 + 2 * Math.abs(shift) + 2 * Math.abs(scale))));
        }
    }
}
