package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How bytes become a network's input: x = (pixel / 255 − mean[c]) / standardDeviation[c], in float32. It belongs to the
 * trained model, so that whoever scores with it computes the same bits.
 *
 * @param mean one for each channel, on the scale of 0 … 1
 * @param standardDeviation one for each channel, greater than 0, on the scale of 0 … 1
 */
public record Preprocessing(List<Float> mean, List<Float> standardDeviation) {
    public Preprocessing {
        mean = List.copyOf(mean);
        standardDeviation = List.copyOf(standardDeviation);
        if (mean.isEmpty() || mean.size() != standardDeviation.size()) {
            throw new DataException(
                    "Preprocessing expects a mean and a standard deviation for each channel, but it got " + mean.size()
                            + " means and " + standardDeviation.size() + " standard deviations.");
        }
        for (int c = 0; c < mean.size(); c++) {
            if (!Float.isFinite(mean.get(c))) {
                throw new DataException(
                        "Preprocessing expects finite means, but that of channel " + c + " is " + mean.get(c) + ".");
            }
            float deviation = standardDeviation.get(c);
            if (!(deviation > 0) || !Float.isFinite(deviation)) {
                throw new DataException("Preprocessing expects standard deviations greater than 0, but that of channel "
                        + c + " is " + deviation + ".");
            }
        }
    }

    /** Only scales pixels to 0 … 1. */
    public static Preprocessing unit(int channels) {
        return new Preprocessing(Collections.nCopies(channels, 0f), Collections.nCopies(channels, 1f));
    }

    /**
     * The mean and the standard deviation (of the population) of all pixels of each channel. Their sums are integers, so
     * the result doesn't depend on any order.
     *
     * @throws DataException if all pixels of a channel are equal
     */
    public static Preprocessing measure(Dataset dataset) {
        Shape shape = dataset.sampleShape();
        int channels = shape.size(0);
        int plane = shape.size(1) * shape.size(2);
        byte[] pixels = new byte[channels * plane];
        long[] sum = new long[channels];
        // About the first pixel, so that neither a bright nor a dark channel cancels digits, and a constant one gives
        // 0.
        int[] pivot = new int[channels];
        long[] squares = new long[channels];
        for (int i = 0; i < dataset.size(); i++) {
            dataset.read(i, pixels);
            for (int c = 0; c < channels; c++) {
                if (i == 0) {
                    pivot[c] = pixels[c * plane] & 0xFF;
                }
                for (int p = c * plane; p < (c + 1) * plane; p++) {
                    int difference = (pixels[p] & 0xFF) - pivot[c];
                    sum[c] += difference;
                    squares[c] += (long) difference * difference;
                }
            }
        }
        double count = (double) dataset.size() * plane;
        List<Float> mean = new ArrayList<>();
        List<Float> deviation = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            if (squares[c] == 0) {
                throw new DataException(dataset.name() + " expects pixels that vary, but all of channel " + c + " are "
                        + pivot[c] + ". Maybe the images are blank, or mean and standard deviation have to be given.");
            }
            double shifted = sum[c] / count;
            mean.add((float) ((pivot[c] + shifted) / 255));
            deviation.add((float) (StrictMath.sqrt(squares[c] / count - shifted * shifted) / 255));
        }
        return new Preprocessing(mean, deviation);
    }

    /** The number of channels. */
    public int channels() {
        return mean.size();
    }

    /** Overwrites {@code into} from {@code offset} on with the first {@code count} of {@code pixels}, on the scale of 0 … 1. */
    public static void scale(byte[] pixels, int count, float[] into, int offset) {
        for (int i = 0; i < count; i++) {
            into[offset + i] = (pixels[i] & 0xFF) / 255f;
        }
    }

    /** Overwrites one sample of {@code shape} [C, H, W] on the scale of 0 … 1, in place, with its normalised values. */
    public void normalise(float[] values, int offset, Shape shape) {
        int plane = shape.size(1) * shape.size(2);
        for (int c = 0; c < shape.size(0); c++) {
            float m = mean.get(c);
            float d = standardDeviation.get(c);
            int first = offset + c * plane;
            for (int i = first; i < first + plane; i++) {
                values[i] = (values[i] - m) / d;
            }
        }
    }

    /** The normalised value of every byte, for each channel: the same bits as {@link #scale} and {@link #normalise} give. */
    float[][] tables() {
        byte[] bytes = new byte[256];
        for (int value = 0; value < bytes.length; value++) {
            bytes[value] = (byte) value;
        }
        float[][] tables = new float[channels()][bytes.length];
        for (int c = 0; c < tables.length; c++) {
            scale(bytes, bytes.length, tables[c], 0);
            new Preprocessing(List.of(mean.get(c)), List.of(standardDeviation.get(c)))
                    .normalise(tables[c], 0, Shape.of(1, 1, bytes.length));
        }
        return tables;
    }
}
