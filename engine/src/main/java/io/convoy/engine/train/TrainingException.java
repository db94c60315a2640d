package io.convoy.engine.train;

import org.jspecify.annotations.Nullable;

/** Training can't go on. The message is for the user. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TrainingException(String message) {
        super(message);
    }

    public TrainingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
