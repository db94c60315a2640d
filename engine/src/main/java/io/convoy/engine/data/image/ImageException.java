package io.convoy.engine.data.image;

/**
 * A file that holds no image which can be used. The message is a clause for people, {@code its compressed data ends too early},
 * to be put behind the file's name.
 */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ImageException(String message) {
        super(message);
    }

    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
