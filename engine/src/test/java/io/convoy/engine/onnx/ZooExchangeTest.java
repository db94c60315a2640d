package io.convoy.engine.onnx;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The small networks of the zoo; {@link ZooExchangeIT} has the large ones. */
class ZooExchangeTest {
    static Stream<String> names() {
        return ZooExchange.small();
    }

    @ParameterizedTest
    @MethodSource("names")
    void onnxRuntimeAndTheRoundTripGiveWhatTheEngineGives(String name) {
        ZooExchange.test(name);
    }
}
