package io.convoy.spark;

import org.jspecify.annotations.Nullable;

/** What the user gave (a configuration, a file, a setting of Spark) can't be run as it is; exit code 2. */
public final class InvalidInputException extends ConvoyException {
    private static final long serialVersionUID = 1L;

    /** An error with its whole text in {@code message}, one line. */
    public InvalidInputException(String message) {
        super(message);
    }

    /** An error with its whole text in {@code message}, one line; {@code cause} is shown with {@code --verbose} only. */
    public InvalidInputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
