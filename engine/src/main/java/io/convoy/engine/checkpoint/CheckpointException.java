package io.convoy.engine.checkpoint;

/** A checkpoint that can't be what it should be: cut short, changed, or never one. The message is for the user. */
public final class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
