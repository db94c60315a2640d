package io.convoy.spark.message;

/** What the value of a message to be scored is. */
public enum InputFormat {
    /** An image file, JPEG or PNG, told apart by its content. */
    IMAGE,
    /** Raw pixels or values behind a header of their shape, a {@link TensorMessage}. */
    TENSOR,
    /**
     * <code>{"id": "…", "image": "…"}</code> in UTF-8: an image file in Base64 (RFC 4648, section 4), and, if wanted, the name by
     * which its prediction is found again, a text of at most {@value MessageReader#MAX_ID} characters or a whole number. Nothing
     * else may be there, and nothing twice.
     */
    JSON
}
