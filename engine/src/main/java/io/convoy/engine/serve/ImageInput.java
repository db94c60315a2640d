package io.convoy.engine.serve;

import io.convoy.engine.data.image.ImageException;
import io.convoy.engine.data.image.Images;
import io.convoy.engine.data.image.Picture;
import io.convoy.engine.tensor.Shape;

/**
 * How what clients send becomes a model's input, with the bits that training saw: a file is decoded, brought to the input's
 * channels, height and width as the model's {@link ModelCard#fit} says, and normalised by its {@link ModelCard#preprocessing}.
 * For any number of threads.
 *
 * @param card of the model
 * @param maxPixels width × height from which on a file is refused, before any memory is taken for it
 */
public record ImageInput(ModelCard card, long maxPixels) {
    /** With {@link Images#MAX_PIXELS}. */
    public ImageInput(ModelCard card) {
        this(card, Images.MAX_PIXELS);
    }

    /** The floats of one input. */
    public int floats() {
        return Math.toIntExact(card.image().count());
    }

    /**
     * The pixels of a file at the input's size, [C, H, W] unsigned bytes.
     *
     * @throws ImageException if it is no image that can be used, and why
     */
    public byte[] decode(byte[] file) {
        Shape shape = card.image();
        Picture picture = Images.decode(file, maxPixels).withChannels(shape.size(0));
        return card.fit().apply(picture, shape.size(1), shape.size(2)).pixels();
    }

    /** Overwrites one input from {@code offset} on with {@code pixels}, [C, H, W] unsigned bytes of 0 … 255. */
    public void put(byte[] pixels, float[] into, int offset) {
        float[] unit = new float[floats()];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (pixels[i] & 0xFF) / 255f;
        }
        put(unit, into, offset);
    }

    /** Overwrites one input from {@code offset} on with {@code values}, [C, H, W] on the scale of 0 … 1. */
    public void put(float[] values, float[] into, int offset) {
        System.arraycopy(values, 0, into, offset, floats());
        card.preprocessing().normalise(into, offset, card.image());
    }
}
