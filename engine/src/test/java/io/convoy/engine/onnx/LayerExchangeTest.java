package io.convoy.engine.onnx;

import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layer by layer, ONNX Runtime gives what the engine gives, and what is read back is the same layer. */
class LayerExchangeTest {
    static Stream<Layers.Case> layers() {
        return Layers.all();
    }

    /** A Where, which softplus with an early straight line needs, isn't read. */
    static Stream<Layers.Case> readable() {
        return Layers.all().filter(one -> !one.layer().equals(new Softplus(2, 0.5)));
    }

    private static Example example(Layers.Case layer) {
        return Example.of(
                Example.single(layer.layer(), layer.samples().toArray(Shape[]::new)),
                3,
                new Seed(7).child(layer.toString()));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void onnxRuntimeGivesWhatTheLayerGives(Layers.Case layer) {
        Example example = example(layer);
        Agreement.within(1e-4, OnnxRuntime.run(example), example.run());
    }

    /** Bit for bit, but for what has no operator of its own and is made of several. */
    @ParameterizedTest
    @MethodSource("readable")
    void whatIsReadBackGivesTheSame(Layers.Case layer) {
        Example example = example(layer);
        OnnxNetwork read = OnnxImport.of().read("layer.onnx", example.export());
        if (isComposite(layer)) {
            Agreement.within(1e-6, example.run(read.network(), read.weights(), read.statistics()), example.run());
        } else {
            Agreement.exact(example.run(read.network(), read.weights(), read.statistics()), example.run());
        }
    }

    private static boolean isComposite(Layers.Case layer) {
        return layer.layer() instanceof Softplus
                || (layer.layer() instanceof AvgPool2d pool
                        && (pool.divisorOverride() != null
                                || (pool.countIncludePad() && pool.window().ceilMode())));
    }
}
