package io.convoy.spark;

import org.jspecify.annotations.Nullable;

/** A run that had begun could not go on: an executor was lost, a slot failed, a deadline passed; exit code 1. */
public final class RunFailedException extends ConvoyException {
    private static final long serialVersionUID = 1L;

    /** An error with its whole text in {@code message}, one line. */
    public RunFailedException(String message) {
        super(message);
    }

    /** An error with its whole text in {@code message}, one line; {@code cause} is shown with {@code --verbose} only. */
    public RunFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
