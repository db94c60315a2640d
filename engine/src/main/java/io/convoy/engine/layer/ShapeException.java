package io.convoy.engine.layer;

/** A layer was given inputs that it can't take. The message is for the user. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public ShapeException(String message) {
        super(message);
    }
}
