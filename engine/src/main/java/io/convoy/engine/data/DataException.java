package io.convoy.engine.data;

/** Data that cannot be used as it is; the message is one line for people and names the file or the data set. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
