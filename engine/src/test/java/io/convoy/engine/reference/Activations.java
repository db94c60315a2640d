package io.convoy.engine.reference;

import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.layer.Selu;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Swish;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Layers that bend each value, and the normalised exponentials. */
final class Activations {
    private Activations() {}

    /** A layer that applies one function to each value. */
    static <L extends Layer> Reference.One<L> each(BiFunction<L, Scalar, Scalar> function) {
        return (layer, given) -> given.x().map(x -> function.apply(layer, x));
    }

    static Scalar relu6(Scalar x) {
        return x.relu().min(x.minus(x).plus(6));
    }

    static Scalar leaky(LeakyRelu layer, Scalar x) {
        return x.above(0) ? x : x.times(layer.negativeSlope());
    }

    static Scalar elu(Elu layer, Scalar x) {
        return x.above(0) ? x : x.expm1().times(layer.alpha());
    }

    static Scalar selu(Selu layer, Scalar x) {
        return (x.above(0) ? x : x.expm1().times(1.6732632423543772)).times(1.0507009873554805);
    }

    static Scalar celu(Celu layer, Scalar x) {
        return x.above(0) ? x : x.divide(layer.alpha()).expm1().times(layer.alpha());
    }

    static Scalar gelu(Gelu layer, Scalar x) {
        Scalar step = layer.approximate() == Gelu.Approximation.NONE
                ? x.divide(Math.sqrt(2)).erf()
                : x.plus(x.pow(3).times(0.044715)).times(Math.sqrt(2 / Math.PI)).tanh();
        return x.divide(2).times(step.plus(1));
    }

    static Scalar swish(Swish layer, Scalar x) {
        return x.times(x.times(layer.beta()).sigmoid());
    }

    static Scalar softplus(Softplus layer, Scalar x) {
        Scalar bent = x.times(layer.beta());
        // oneDNN's goes through a logarithm that loses digits near 1, see ListedErrors.
        return bent.above(layer.threshold())
                ? x
                : bent.exp().plus(1).log().within(7.7e-6).divide(layer.beta());
    }

    static Scalar mish(Scalar x) {
        return x.times(x.exp().plus(1).log().tanh());
    }

    static Scalar hardsigmoid(Scalar x) {
        return relu6(x.plus(3)).divide(6);
    }

    static Scalars prelu(Prelu layer, Given given) {
        Scalars weight = given.parameter("weight");
        return Scalars.of(given.shape(), at -> {
            Scalar x = given.x().at(at);
            return x.above(0) ? x : x.times(weight.at(layer.parameterCount() == 1 ? 0 : at[1]));
        });
    }

    static LayerCase drawPrelu(Draw draw) {
        Shape x = Structures.anyShape(draw);
        return LayerCase.of(new Prelu(draw.chance(0.4) ? 1 : x.size(1), 0.25), x);
    }

    /** Cases of an activation: values that reach the bends at ±3 and 6. */
    static Function<Draw, LayerCase> widely(Function<Draw, Layer> layer) {
        return draw -> new LayerCase(layer.apply(draw), List.of(LayerCase.anything(Structures.anyShape(draw), 3)));
    }

    static Scalars softmax(Softmax layer, Given given) {
        Scalars e = given.x().map(Scalar::exp);
        return Scalars.of(given.shape(), at -> e.at(at).divide(alongside(e, layer.dim(), at)));
    }

    static Scalars logSoftmax(LogSoftmax layer, Given given) {
        Scalars e = given.x().map(Scalar::exp);
        return Scalars.of(
                given.shape(),
                at -> given.x().at(at).minus(alongside(e, layer.dim(), at).log()));
    }

    /** The sum along dimension {@code dim} through {@code at}. */
    private static Scalar alongside(Scalars e, int dim, int[] at) {
        int axis = dim < 0 ? dim + e.shape().rank() : dim;
        return IntStream.range(0, e.size(axis))
                .mapToObj(j -> {
                    int[] other = at.clone();
                    other[axis] = j;
                    return e.at(other);
                })
                .collect(Scalars.sum());
    }

    static Function<Draw, LayerCase> alongADimension(Function<Integer, Layer> layer) {
        return draw -> {
            Shape x = Structures.tensor(draw, draw.from(2, 4));
            return LayerCase.of(layer.apply(draw.from(-x.rank(), x.rank() - 1)), x);
        };
    }
}
