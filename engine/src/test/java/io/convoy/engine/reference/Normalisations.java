package io.convoy.engine.reference;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Layers that subtract a mean and divide by a deviation. */
final class Normalisations {
    private Normalisations() {}

    static Scalars batchNorm(BatchNorm2d layer, Given given) {
        Scalars x = given.x();
        Shape channels = Shape.of(layer.channels());
        Scalars mean = given.training()
                ? Scalars.of(channels, at -> Scalars.mean(ofChannel(x, at[0])))
                : given.running().get(0);
        Scalars variance = given.training()
                ? Scalars.of(channels, at -> variance(ofChannel(x, at[0]), mean.at(at[0])))
                : given.running().get(1);
        if (given.training()) {
            given.statistics().accept(mean, variance);
        }
        return Scalars.of(x.shape(), at -> {
            int c = at[1];
            Scalar y = x.at(at)
                    .minus(mean.at(c))
                    .divide(variance.at(c).plus(layer.epsilon()).sqrt());
            return layer.affine()
                    ? y.times(given.parameter("weight").at(c))
                            .plus(given.parameter("bias").at(c))
                    : y;
        });
    }

    static LayerCase drawBatchNorm(Draw draw) {
        int channels = draw.channels();
        BatchNorm2d layer = new BatchNorm2d(channels, draw.among(1e-5, 1e-3), 0.1, draw.chance(0.7));
        return draw.chance(0.2)
                ? LayerCase.of(layer, Shape.of(draw.oneOf(1, 2, 5), channels))
                : LayerCase.of(layer, draw.batch(), channels, draw.plane());
    }

    /** Biased. */
    static Scalar variance(List<Scalar> some, Scalar mean) {
        return Scalars.mean(some.stream()
                .map(one -> one.minus(mean))
                .map(difference -> difference.times(difference))
                .toList());
    }

    private static List<Scalar> ofChannel(Scalars x, int channel) {
        List<Scalar> all = new ArrayList<>();
        Scalars.of(x.shape(), at -> {
            if (at[1] == channel) {
                all.add(x.at(at));
            }
            return x.at(at);
        });
        return all;
    }
}
