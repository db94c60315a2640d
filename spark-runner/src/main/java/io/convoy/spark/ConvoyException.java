package io.convoy.spark;

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

    ConvoyException(String message, Throwable cause) {
        super(message, cause);
    }
}
