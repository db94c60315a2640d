package io.convoy.engine.form;

/** A description of a network can't be used. The message is for the user: one line that begins with where it was written. */
public final class FormException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public FormException(String message) {
        super(message);
    }

    public FormException(String message, Throwable cause) {
        super(message, cause);
    }
}
