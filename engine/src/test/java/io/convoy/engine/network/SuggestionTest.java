package io.convoy.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    @Test
    void theNearestNameMustBeNear() {
        assertThat(Suggestion.nearest("lenet", List.of("lenet5", "vgg16"))).contains("lenet5");
        assertThat(Suggestion.nearest("elnet5", List.of("lenet5", "vgg16"))).contains("lenet5");
        assertThat(Suggestion.nearest("sdg", List.of("aag", "sgd"))).contains("sgd");
        assertThat(Suggestion.nearest("transformer", List.of("lenet5", "vgg16")))
                .isEmpty();
        assertThat(Suggestion.nearest("x", List.of("y"))).isEmpty();
    }
}
