package io.convoy.spark.config;

/**
 * A component of a configuration record is outside its range: <i>key expects …, but it got ….</i> The reader adds the file,
 * the line and the path of the section.
 */
public final class InvalidValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String expectation;

    /**
     * @param key the component's name, e.g. {@code epochs}
     * @param expectation the rest of the sentence, e.g. {@code expects a whole number of at least 1, but it got 0.}
     */
    InvalidValueException(String key, String expectation) {
        super(key + " " + expectation);
        this.key = key;
        this.expectation = expectation;
    }

    String key() {
        return key;
    }

    String expectation() {
        return expectation;
    }
}
