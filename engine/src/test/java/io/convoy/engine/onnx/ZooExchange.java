package io.convoy.engine.onnx;

import io.convoy.engine.network.Network;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.util.List;
import java.util.stream.Stream;

/** A network of the zoo, sent to ONNX Runtime and back. */
final class ZooExchange {
    /** Networks with at most so many parameters take a second or two. */
    private static final long SMALL = 3_000_000;

    private static final int[] SIZES = {28, 32, 64, 96, 128, 224, 299};

    private ZooExchange() {}

    static Stream<String> small() {
        return Zoo.names().stream().filter(name -> smallest(name).parameterCount() <= SMALL);
    }

    static Stream<String> large() {
        return Zoo.names().stream().filter(name -> smallest(name).parameterCount() > SMALL);
    }

    /** The network for the smallest image that it takes, of as many channels as its own. */
    private static Network smallest(String name) {
        IllegalArgumentException last = new IllegalArgumentException(name);
        for (int size : SIZES) {
            try {
                return Zoo.network(name, Shape.of(Zoo.image(name).size(0), size, size), 10);
            } catch (IllegalArgumentException e) {
                last = e;
            }
        }
        throw last;
    }

    static void test(String name) {
        Example example = Example.of(smallest(name), 2, new Seed(11).child(name));
        List<float[]> expected = example.run();
        Agreement.within(1e-4, OnnxRuntime.run(example), expected);
        OnnxNetwork read = OnnxImport.of().read(name + ".onnx", example.export());
        Agreement.exact(example.run(read.network(), read.weights(), read.statistics()), expected);
    }
}
