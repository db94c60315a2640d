package io.convoy.engine.kernel;

/** The arithmetic can't be set up or can't go on. The message is for the user. */
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public KernelException(String message) {
        super(message);
    }

    public KernelException(String message, Throwable cause) {
        super(message, cause);
    }
}
