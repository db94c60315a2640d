package io.convoy.engine.onnx;

/** Something that ONNX can't say of a network, or a file that is no network of our layers. The message is for the user. */
public final class OnnxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OnnxException(String message) {
        super(message);
    }

    public OnnxException(String message, Throwable cause) {
        super(message, cause);
    }
}
