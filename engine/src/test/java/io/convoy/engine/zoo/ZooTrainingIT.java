package io.convoy.engine.zoo;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The members of the zoo that have very many parameters train a step, too; the others do so in {@link ZooTrainingTest}. */
class ZooTrainingIT {
    static Stream<String> members() {
        return Zoo.names().stream().filter(ZooTrainingTest::huge);
    }

    @ParameterizedTest
    @MethodSource("members")
    void aMemberTrainsAStep(String name) {
        OneStep.lowersTheLoss(name, ZooTrainingTest.small(name), ZooTrainingTest.BATCH);
    }
}
