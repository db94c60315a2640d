package io.convoy.spark.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The headers of predictions and dead letters. */
class DeadLetterTest {
    private static final Coordinates SOURCE = new Coordinates("images", 3, 17, 1_000);

    @Test
    void aMessageWithoutAnIdIsNamedByWhereItStands() {
        assertThat(SOURCE.id()).isEqualTo("images-3-17");
        assertThat(SOURCE).hasToString("images-3 at offset 17");
    }

    @Test
    void theSourcesHeadersAreCarriedThroughByteForByte() {
        MessageHeader poison = new MessageHeader("trace", new byte[] {(byte) 0xFF, 0, (byte) 0xC0});
        MessageHeader nothing = new MessageHeader("", null);
        assertThat(SOURCE.headers(List.of(poison, nothing, poison), "v1"))
                .containsExactly(
                        poison,
                        nothing,
                        poison,
                        MessageHeader.of("convoy.topic", "images"),
                        MessageHeader.of("convoy.partition", "3"),
                        MessageHeader.of("convoy.offset", "17"),
                        MessageHeader.of("convoy.model", "v1"));
    }

    @Test
    void headersOfAnEarlierPassageAreReplaced() {
        List<MessageHeader> own = List.of(
                MessageHeader.of("convoy.reason", "it was empty"),
                MessageHeader.of("convoy.offset", "-1"),
                MessageHeader.of("convoys", "kept"));
        assertThat(SOURCE.headers(own, "v1"))
                .extracting(MessageHeader::toString)
                .containsExactly(
                        "convoys=kept",
                        "convoy.topic=images",
                        "convoy.partition=3",
                        "convoy.offset=17",
                        "convoy.model=v1");
    }

    @Test
    void aDeadLetterSaysWhy() {
        assertThat(new DeadLetter(SOURCE, "it is empty", "v1").headers(List.of()))
                .extracting(MessageHeader::toString)
                .containsExactly(
                        "convoy.topic=images",
                        "convoy.partition=3",
                        "convoy.offset=17",
                        "convoy.model=v1",
                        "convoy.reason=it is empty");
    }

    @Test
    void headersAreEqualByTheirBytes() {
        MessageHeader one = new MessageHeader("a", new byte[] {1});
        assertThat(one)
                .isEqualTo(new MessageHeader("a", new byte[] {1}))
                .hasSameHashCodeAs(new MessageHeader("a", new byte[] {1}));
        assertThat(one).isNotEqualTo(new MessageHeader("a", null)).isNotEqualTo(new MessageHeader("b", new byte[] {1}));
        assertThat(new MessageHeader("a", null))
                .isEqualTo(new MessageHeader("a", null))
                .hasToString("a=null");
    }
}
