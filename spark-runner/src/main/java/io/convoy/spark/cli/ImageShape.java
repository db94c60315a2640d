package io.convoy.spark.cli;

import io.convoy.engine.tensor.Shape;
import io.convoy.spark.InvalidInputException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code --input CxHxW} says. */
final class ImageShape {
    private static final Pattern IMAGE = Pattern.compile("[1-9][0-9]{0,6}x[1-9][0-9]{0,6}x[1-9][0-9]{0,6}");

    private ImageShape() {}

    /** Channels, height and width; none of none. */
    static @Nullable Shape parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        if (!IMAGE.matcher(text).matches()) {
            throw new InvalidInputException(
                    "--input expects channels, height and width, such as 3x224x224, but it got " + text + ".");
        }
        return Shape.of(
                Arrays.stream(text.split("x", -1)).mapToInt(Integer::parseInt).toArray());
    }
}
