package io.convoy.ps.wire;

/** Bytes that are no frame. Whoever sent them is not worth another one: the connection is closed. */
public final class MalformedFrameException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedFrameException(String message) {
        super(message);
    }

    MalformedFrameException(String message, Throwable cause) {
        super(message, cause);
    }
}
