package io.convoy.spark.message;

import org.jspecify.annotations.Nullable;

/**
 * A message that can't be scored. The message of the exception is a clause for people, {@code its compressed data ends too early},
 * which a dead letter carries as its reason.
 */
public final class UnusableMessageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnusableMessageException(String reason) {
        super(reason);
    }

    public UnusableMessageException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    /** The clause. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
