package io.convoy.spark.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeySplitTest {
    private static final Coordinates SOURCE = new Coordinates("images", 3, 17, 1_000);

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aKeysModelIsAFunctionOfItsHash() {
        // sha256("a") = ca978112…, and 0xca97… / 2^16 = 0.7914 (as sha256sum tells).
        assertThat(new KeySplit(0.7915).second(key("a"), SOURCE)).isTrue();
        assertThat(new KeySplit(0.7913).second(key("a"), SOURCE)).isFalse();
    }

    @Test
    void theShareIsThatOfTheKeys() {
        long second = IntStream.range(0, 20_000)
                .filter(i -> new KeySplit(0.2).second(key("key-" + i), SOURCE))
                .count();
        // Five standard deviations about 4,000.
        assertThat(second).isBetween(3_717L, 4_283L);
        assertThat(IntStream.range(0, 100)).noneMatch(i -> new KeySplit(0).second(key("" + i), SOURCE));
        assertThat(IntStream.range(0, 100)).allMatch(i -> new KeySplit(1).second(key("" + i), SOURCE));
    }

    @Test
    void messagesWithoutAKeyAreSplitByWhereTheyStand() {
        long second = IntStream.range(0, 1_000)
                .filter(i -> new KeySplit(0.5).second(null, new Coordinates("images", 0, i, 0)))
                .count();
        assertThat(second).isBetween(420L, 580L);
        assertThat(new KeySplit(0.5).second(null, SOURCE))
                .isEqualTo(new KeySplit(0.5).second(key("images-3-17"), SOURCE));
    }

    @Test
    void aShareIsAFraction() {
        assertThatThrownBy(() -> new KeySplit(1.5)).hasMessage("KeySplit expects a share of 0 … 1, but it got 1.5.");
    }
}
