package io.convoy.engine.reference;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

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

    static Scalars groupNorm(GroupNorm layer, Given given) {
        int inGroup = layer.channels() / layer.groups();
        Scalars normal = among(given.x(), layer.epsilon(), (a, b) -> a[0] == b[0] && a[1] / inGroup == b[1] / inGroup);
        return byChannel(normal, layer.affine(), given);
    }

    static LayerCase drawGroupNorm(Draw draw) {
        int groups = draw.oneOf(1, 1, 2, 3, 4);
        int channels = groups * draw.oneOf(1, 2, 3, 8);
        GroupNorm layer = new GroupNorm(groups, channels, draw.among(1e-5, 1e-3), draw.chance(0.7));
        return draw.chance(0.2)
                ? LayerCase.of(layer, Shape.of(draw.batch(), channels))
                : LayerCase.of(layer, draw.batch(), channels, draw.plane());
    }

    static Scalars instanceNorm(InstanceNorm2d layer, Given given) {
        if (layer.trackRunningStatistics()) {
            Scalars x = given.x();
            if (!given.training()) {
                Scalars mean = given.running().get(0);
                Scalars variance = given.running().get(1);
                Scalars normal = Scalars.of(
                        x.shape(),
                        at -> x.at(at)
                                .minus(mean.at(at[1]))
                                .divide(variance.at(at[1]).plus(layer.epsilon()).sqrt()));
                return byChannel(normal, layer.affine(), given);
            }
            int pixels = x.size(2) * x.size(3);
            Shape channels = Shape.of(layer.channels());
            given.statistics()
                    .accept(
                            Scalars.of(channels, at -> overSamples(x, n -> Scalars.mean(ofInstance(x, n, at[0])))),
                            Scalars.of(
                                    channels,
                                    at -> overSamples(x, n -> {
                                        List<Scalar> instance = ofInstance(x, n, at[0]);
                                        return variance(instance, Scalars.mean(instance))
                                                .times(pixels / (pixels - 1.0));
                                    })));
        }
        Scalars normal = among(given.x(), layer.epsilon(), (a, b) -> a[0] == b[0] && a[1] == b[1]);
        return byChannel(normal, layer.affine(), given);
    }

    static LayerCase drawInstanceNorm(Draw draw) {
        int channels = draw.channels();
        Pair plane = draw.plane();
        // One pixel has no variance to track.
        boolean tracks = plane.height() * plane.width() > 1 && draw.chance(0.5);
        InstanceNorm2d layer = new InstanceNorm2d(channels, draw.among(1e-5, 1e-3), 0.1, draw.chance(0.5), tracks);
        return LayerCase.of(layer, draw.batch(), channels, plane);
    }

    private static Scalar overSamples(Scalars x, IntFunction<Scalar> of) {
        return Scalars.mean(IntStream.range(0, x.size(0)).mapToObj(of).toList());
    }

    private static List<Scalar> ofInstance(Scalars x, int sample, int channel) {
        List<Scalar> all = new ArrayList<>();
        Scalars.of(x.shape(), at -> {
            if (at[0] == sample && at[1] == channel) {
                all.add(x.at(at));
            }
            return x.at(at);
        });
        return all;
    }

    static Scalars layerNorm(LayerNorm layer, Given given) {
        int before = given.x().shape().rank() - layer.normalizedShape().rank();
        Scalars normal = among(given.x(), layer.epsilon(), (a, b) -> Arrays.equals(a, 0, before, b, 0, before));
        return Scalars.of(given.shape(), at -> {
            int[] place = Arrays.copyOfRange(at, before, at.length);
            Scalar y = normal.at(at);
            y = layer.affine() ? y.times(given.parameter("weight").at(place)) : y;
            return layer.bias() ? y.plus(given.parameter("bias").at(place)) : y;
        });
    }

    static LayerCase drawLayerNorm(Draw draw) {
        Shape x = Structures.tensor(draw, draw.from(2, 4));
        int[] sizes = x.toArray();
        Shape normalised = Shape.of(Arrays.copyOfRange(sizes, draw.from(1, sizes.length - 1), sizes.length));
        boolean affine = draw.chance(0.7);
        return LayerCase.of(new LayerNorm(normalised, draw.among(1e-5, 1e-3), affine, affine && draw.chance(0.7)), x);
    }

    /** Each value minus the mean of those that it belongs together with, divided by their deviation. */
    private static Scalars among(Scalars x, double epsilon, BiPredicate<int[], int[]> together) {
        return Scalars.of(x.shape(), at -> {
            List<Scalar> all = new ArrayList<>();
            int[] here = at.clone();
            Scalars.of(x.shape(), other -> {
                if (together.test(here, other)) {
                    all.add(x.at(other));
                }
                return x.at(other);
            });
            Scalar mean = Scalars.mean(all);
            return x.at(at).minus(mean).divide(variance(all, mean).plus(epsilon).sqrt());
        });
    }

    private static Scalars byChannel(Scalars normal, boolean affine, Given given) {
        return affine
                ? Scalars.of(
                        normal.shape(),
                        at -> normal.at(at)
                                .times(given.parameter("weight").at(at[1]))
                                .plus(given.parameter("bias").at(at[1])))
                : normal;
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

    static Scalars localResponseNorm(LocalResponseNorm layer, Given given) {
        Scalars x = given.x();
        return Scalars.of(given.shape(), at -> {
            Scalar squares = given.tape().zero();
            for (int j = at[1] - layer.size() / 2; j <= at[1] + (layer.size() - 1) / 2; j++) {
                int[] neighbour = at.clone();
                neighbour[1] = j;
                if (x.has(neighbour)) {
                    squares = squares.plus(x.at(neighbour).times(x.at(neighbour)));
                }
            }
            Scalar denominator = squares.times(layer.alpha() / layer.size()).plus(layer.k());
            return x.at(at).times(denominator.pow(-layer.beta()));
        });
    }

    static LayerCase drawLocalResponseNorm(Draw draw) {
        LocalResponseNorm layer = new LocalResponseNorm(
                draw.from(1, 6), draw.oneOf(1, 2, 8) / 8.0, draw.oneOf(2, 3, 4) / 4.0, draw.oneOf(1, 2));
        Pair plane = draw.plane();
        return LayerCase.of(layer, Shape.of(draw.batch(), draw.channels(), plane.height(), plane.width()));
    }
}
