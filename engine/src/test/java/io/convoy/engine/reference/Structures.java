package io.convoy.engine.reference;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Layers that put tensors together or aside. */
final class Structures {
    private Structures() {}

    static Scalars add(Add layer, Given given) {
        return Scalars.of(
                given.shape(),
                at -> given.inputs().get(0).at(at).plus(given.inputs().get(1).at(at)));
    }

    static LayerCase drawAdd(Draw draw) {
        Shape shape = anyShape(draw);
        return LayerCase.of(new Add(), shape, shape);
    }

    static Scalars matMul(MatMul layer, Given given) {
        Scalars a = given.inputs().get(0);
        Scalars b = given.inputs().get(1);
        int last = a.shape().rank() - 1;
        int terms = a.size(layer.transposeA() ? last - 1 : last);
        return Scalars.of(given.shape(), at -> {
            Scalar y = given.tape().zero();
            for (int k = 0; k < terms; k++) {
                int[] ofA = at.clone();
                ofA[last - 1] = layer.transposeA() ? k : at[last - 1];
                ofA[last] = layer.transposeA() ? at[last - 1] : k;
                int[] ofB = at.clone();
                ofB[last - 1] = layer.transposeB() ? at[last] : k;
                ofB[last] = layer.transposeB() ? k : at[last];
                y = y.plus(a.at(ofA).times(b.at(ofB)));
            }
            return y.times(layer.scale());
        });
    }

    static LayerCase drawMatMul(Draw draw) {
        MatMul layer = new MatMul(draw.chance(0.5), draw.chance(0.5), draw.among(1.0, 0.25, -1.3));
        int m = draw.length();
        int k = draw.channels();
        int p = draw.length();
        int[] a = layer.transposeA() ? new int[] {k, m} : new int[] {m, k};
        int[] b = layer.transposeB() ? new int[] {p, k} : new int[] {k, p};
        int n = draw.batch();
        int heads = draw.from(1, 3);
        return draw.chance(0.5)
                ? LayerCase.of(layer, Shape.of(n, a[0], a[1]), Shape.of(n, b[0], b[1]))
                : LayerCase.of(layer, Shape.of(n, heads, a[0], a[1]), Shape.of(n, heads, b[0], b[1]));
    }

    /** Which values the layer keeps follows from 32 random bits each, two from each 64 that are drawn, anew for each sample. */
    private static boolean[] kept(Given given, int samples, int values, double p) {
        RandomStream random = given.random();
        boolean[] kept = new boolean[samples * values];
        for (int n = 0; n < samples; n++) {
            long bits = 0;
            for (int i = 0; i < values; i++) {
                bits = i % 2 == 0 ? random.nextLong() : bits << 32;
                kept[n * values + i] = bits >>> 32 >= Math.round(p * 0x1p32);
            }
        }
        return kept;
    }

    static Scalars dropout(Dropout layer, Given given) {
        Scalars x = given.x();
        if (!given.training()) {
            return x;
        }
        double scale = layer.p() == 1 ? 0 : 1 / (1 - layer.p());
        if (layer.maskGiven()) {
            return Scalars.of(
                    x.shape(),
                    at -> x.at(at)
                            .times(given.inputs().get(1).at(at).detached())
                            .times(scale));
        }
        int samples = x.size(0);
        int values = x.values().size() / samples;
        boolean[] kept = kept(given, samples, values, layer.p());
        int[] next = {0};
        return x.map(one -> one.times(kept[next[0]++] ? scale : 0));
    }

    static LayerCase drawDropout(Draw draw) {
        Shape x = anyShape(draw);
        Dropout layer = new Dropout(draw.among(0.0, 0.3, 0.5, 0.9, 1.0), draw.chance(0.3));
        if (!layer.maskGiven()) {
            return LayerCase.of(layer, x);
        }
        List<Double> mask = Stream.generate(() -> draw.chance(0.5) ? 1.0 : 0.0)
                .limit(x.count())
                .toList();
        return new LayerCase(layer, List.of(LayerCase.anything(x, 1), LayerCase.given(x, mask)));
    }

    static Scalars dropout2d(Dropout2d layer, Given given) {
        Scalars x = given.x();
        if (!given.training()) {
            return x;
        }
        boolean[] kept = kept(given, x.size(0), x.size(1), layer.p());
        double scale = layer.p() == 1 ? 0 : 1 / (1 - layer.p());
        return Scalars.of(x.shape(), at -> x.at(at).times(kept[at[0] * x.size(1) + at[1]] ? scale : 0));
    }

    static LayerCase drawDropout2d(Draw draw) {
        return LayerCase.of(
                new Dropout2d(draw.among(0.0, 0.3, 0.5, 0.9, 1.0)), draw.batch(), draw.channels(), draw.plane());
    }

    static Scalars permute(Permute layer, Given given) {
        return Scalars.of(given.shape(), at -> {
            int[] from = new int[at.length];
            for (int i = 0; i < at.length; i++) {
                from[layer.dims().get(i)] = at[i];
            }
            return given.x().at(from);
        });
    }

    static LayerCase drawPermute(Draw draw) {
        Shape x = tensor(draw, draw.from(2, 5));
        List<Integer> dims = new ArrayList<>(List.of(0));
        while (dims.size() < x.rank()) {
            int dim = draw.from(1, x.rank() - 1);
            if (!dims.contains(dim)) {
                dims.add(dim);
            }
        }
        return LayerCase.of(new Permute(dims), x);
    }

    static Scalars reduce(Reduce layer, Given given) {
        Scalars x = given.x();
        return Scalars.of(given.shape(), at -> {
            List<Scalar> some = new ArrayList<>();
            Scalars.of(x.shape(), from -> {
                if (isReduced(layer, from, at)) {
                    some.add(x.at(from));
                }
                return x.at(from);
            });
            return switch (layer.by()) {
                case MEAN -> Scalars.mean(some);
                case MAX -> some.stream().reduce(Scalar::max).orElseThrow();
                case SUM -> some.stream().reduce(Scalar::plus).orElseThrow();
            };
        });
    }

    /** Whether an input's index goes into an output's: they agree where nothing vanishes. */
    private static boolean isReduced(Reduce layer, int[] from, int[] to) {
        int axis = 0;
        for (int i = 0; i < from.length; i++) {
            boolean vanishes = layer.dims().contains(i);
            if (!vanishes && from[i] != to[axis]) {
                return false;
            }
            axis += vanishes && !layer.keepDims() ? 0 : 1;
        }
        return true;
    }

    static LayerCase drawReduce(Draw draw) {
        Shape x = tensor(draw, draw.from(2, 4));
        List<Integer> dims = new ArrayList<>();
        while (dims.isEmpty()) {
            for (int i = 1; i < x.rank(); i++) {
                if (draw.chance(0.5)) {
                    dims.add(i);
                }
            }
        }
        return LayerCase.of(new Reduce(draw.among(Reduce.By.values()), dims, draw.chance(0.5)), x);
    }

    /** A tensor of any rank from 2 to 5. */
    static Shape tensor(Draw draw, int rank) {
        int[] sizes = new int[rank];
        sizes[0] = draw.batch();
        for (int i = 1; i < rank; i++) {
            sizes[i] = i == 1 ? draw.channels() : draw.oneOf(1, 2, 3, 5);
        }
        return Shape.of(sizes);
    }

    /** Cases of a layer that takes any shape. */
    static Function<Draw, LayerCase> anywhere(Function<Draw, Layer> layer) {
        return draw -> LayerCase.of(layer.apply(draw), anyShape(draw));
    }

    /** Feature maps most of the time, else vectors. */
    static Shape anyShape(Draw draw) {
        return draw.chance(0.2)
                ? Shape.of(draw.batch(), draw.oneOf(1, 2, 7, 16, 33))
                : Shape.of(draw.batch(), draw.channels(), draw.length(), draw.length());
    }
}
