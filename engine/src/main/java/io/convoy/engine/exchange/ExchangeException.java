package io.convoy.engine.exchange;

/** An exchange that can't go on: somebody did not answer in time, was refused, or is gone. The message is for the user. */
public final class ExchangeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ExchangeException(String message) {
        super(message);
    }

    public ExchangeException(String message, Throwable cause) {
        super(message, cause);
    }
}
