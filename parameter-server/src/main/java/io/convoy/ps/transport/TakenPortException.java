package io.convoy.ps.transport;

/** No port of those that the user allowed is free. The message is for the user. */
public final class TakenPortException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TakenPortException(String message) {
        super(message);
    }
}
