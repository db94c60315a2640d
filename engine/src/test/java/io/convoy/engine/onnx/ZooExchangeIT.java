package io.convoy.engine.onnx;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The large networks of the zoo, on images as small as they take; {@link ZooExchangeTest} has the small ones. */
class ZooExchangeIT {
    static Stream<String> names() {
        return ZooExchange.large();
    }

    @ParameterizedTest
    @MethodSource("names")
    void onnxRuntimeAndTheRoundTripGiveWhatTheEngineGives(String name) {
        ZooExchange.test(name);
    }
}
