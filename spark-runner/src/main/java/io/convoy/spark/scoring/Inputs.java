package io.convoy.spark.scoring;

import io.convoy.engine.data.image.ImageException;
import io.convoy.engine.serve.ImageInput;
import io.convoy.engine.serve.ModelCard;
import io.convoy.spark.InvalidInputException;

/** How what is given becomes a model's input; whatever can't is refused with a reason that a person understands. */
public final class Inputs {
    private Inputs() {}

    /**
     * Overwrites one input with the image in {@code file}.
     *
     * @throws ImageException if it is none that can be used
     */
    public static void file(byte[] file, ImageInput input, float[] into, int offset) {
        input.put(input.decode(file), into, offset);
    }

    /**
     * Overwrites one input with {@code pixels}, unsigned bytes, [C, H, W].
     *
     * @throws ImageException if they are of another number
     */
    public static void pixels(byte[] pixels, ImageInput input, float[] into, int offset) {
        requireLength(pixels.length, "bytes", input);
        input.put(pixels, into, offset);
    }

    /**
     * Overwrites one input with {@code values}, [C, H, W], on the scale of 0 … 1.
     *
     * @throws ImageException if they are of another number, or one is not finite
     */
    public static void values(float[] values, ImageInput input, float[] into, int offset) {
        requireLength(values.length, "values", input);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new ImageException("value " + i + " is " + values[i]);
            }
        }
        input.put(values, into, offset);
    }

    private static void requireLength(int length, String unit, ImageInput input) {
        if (length != input.floats()) {
            throw new ImageException("it has " + length + " " + unit + " instead of the " + input.floats() + " of "
                    + input.card().image());
        }
    }

    /**
     * Checks that image files can be what a model looks at.
     *
     * @throws InvalidInputException if its inputs have neither 1 nor 3 channels
     */
    public static void requireFiles(ModelCard card) {
        int channels = card.image().size(0);
        if (channels != 1 && channels != 3) {
            throw new InvalidInputException("Model " + card.name() + " expects inputs of " + card.image()
                    + ", but an image file has 1 or 3 channels. Maybe give it pixels or values.");
        }
    }
}
