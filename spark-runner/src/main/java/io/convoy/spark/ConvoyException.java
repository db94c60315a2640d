package io.convoy.spark;

import org.jspecify.annotations.Nullable;

/**
 * A failure whose message is written for the user: one line in the form <i>subject, what it expects, what it got, maybe a
 * remedy</i>. The command line prints that line alone.
 */
public abstract sealed class ConvoyException extends RuntimeException
        permits InvalidInputException, RunFailedException {
    private static final long serialVersionUID = 1L;

    ConvoyException(String message) {
        super(message);
    }

    ConvoyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
