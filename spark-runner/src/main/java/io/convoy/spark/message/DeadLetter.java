package io.convoy.spark.message;

import java.util.List;

/**
 * What is written of a message that can't be scored: its key and its value as they were, bytes or null, and headers that say why.
 *
 * @param source where the message stands
 * @param reason why it can't be scored, a clause for people
 * @param model the version of the model that would have scored it
 */
public record DeadLetter(Coordinates source, String reason, String model) {
    /** The header with the reason. */
    public static final String REASON = Coordinates.HEADERS + "reason";

    /** {@link Coordinates#headers}, and {@value #REASON} last. */
    public List<MessageHeader> headers(List<MessageHeader> own) {
        List<MessageHeader> headers = source.headers(own, model);
        headers.add(MessageHeader.of(REASON, reason));
        return headers;
    }
}
