package io.convoy.engine.zoo;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every member of the zoo trains a step on small images; those with very many parameters do so in {@link ZooTrainingIT}. */
class ZooTrainingTest {
    static final int BATCH = 4;
    private static final int CLASSES = 10;

    /** The smallest of a few sizes that a network takes. */
    static Network small(String name) {
        for (int size : List.of(64, 128, 160, 32, 299)) {
            Shape image = Shape.of(3, size, size);
            try {
                return Zoo.network(name, image, CLASSES);
            } catch (IllegalArgumentException e) {
                if (!String.valueOf(e.getMessage()).contains("expects images of")) {
                    throw e;
                }
            }
        }
        throw new IllegalStateException("No size fits " + name + ".");
    }

    static boolean huge(String name) {
        return small(name).parameterCount() > 30_000_000;
    }

    static Stream<String> members() {
        return Zoo.names().stream().filter(name -> !huge(name));
    }

    @ParameterizedTest
    @MethodSource("members")
    void aMemberTrainsAStep(String name) {
        OneStep.lowersTheLoss(name, small(name), BATCH);
    }

    static Stream<Arguments> narrow() {
        Shape small = Shape.of(3, 64, 64);
        Stream<Arguments> others = Stream.of(
                Arguments.of("alexnet", AlexNet.of(Shape.of(3, 63, 63), CLASSES, 32)),
                Arguments.of("alexnet_2012", AlexNet.of2012(Shape.of(3, 67, 67), CLASSES, 32)),
                Arguments.of("zfnet", ZfNet.of(Shape.of(3, 53, 53), CLASSES, 32)));
        Stream<Arguments> vggs = Stream.of(11, 13, 16, 19)
                .flatMap(depth -> Stream.of(
                        Arguments.of("vgg" + depth, Vgg.of(small, CLASSES, depth, false, 32)),
                        Arguments.of("vgg" + depth + "_bn", Vgg.of(small, CLASSES, depth, true, 32))));
        return Stream.concat(others, vggs);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("narrow")
    void aPlainNetworkTrainsAStepWithANarrowClassifier(String name, Network network) {
        OneStep.lowersTheLoss(name, network, BATCH);
    }
}
