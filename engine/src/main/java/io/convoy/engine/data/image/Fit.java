package io.convoy.engine.data.image;

/**
 * How a picture is brought to a network's input: a part of it is resampled with a triangle filter as wide as the reduction, so
 * that small pictures don't flicker. The arithmetic is in fixed point with 22 bits behind the point, as Pillow's.
 *
 * @param shape which part
 * @param keep how much of the part's height and width is used, about its centre, above 0 and at most 1; 0.875 is what others call
 *     resizing to 256 and cropping to 224
 */
public record Fit(Kind shape, double keep) {
    /** Which part of a picture is used. */
    public enum Kind {
        /** The largest part in the middle that has the input's proportions: nothing is distorted, the rest is cut off. */
        CROP,
        /** All of it, distorted if it has other proportions. */
        SQUASH
    }

    private static final int POINT = 22;

    public Fit {
        if (!(keep > 0 && keep <= 1)) {
            throw new IllegalArgumentException(
                    "Fit expects to keep more than 0 and at most 1, but it got " + keep + ".");
        }
    }

    /** {@code picture} at {@code height} × {@code width}. */
    public Picture apply(Picture picture, int height, int width) {
        double boxWidth = picture.width();
        double boxHeight = picture.height();
        if (shape == Kind.CROP) {
            boxWidth = Math.min(boxWidth, (double) picture.height() * width / height);
            boxHeight = Math.min(boxHeight, (double) picture.width() * height / width);
        }
        boxWidth *= keep;
        boxHeight *= keep;
        if (boxWidth == width && boxHeight == height && picture.width() == width && picture.height() == height) {
            return picture;
        }
        Axis across = Axis.of(picture.width(), (picture.width() - boxWidth) / 2, boxWidth, width);
        Axis down = Axis.of(picture.height(), (picture.height() - boxHeight) / 2, boxHeight, height);
        byte[] fitted = new byte[picture.channels() * height * width];
        // Only the rows that count.
        int firstRow = down.first[0];
        int rows = down.first[height - 1] + down.counts[height - 1] - firstRow;
        byte[] narrowed = new byte[Math.multiplyExact(rows, width)];
        for (int c = 0; c < picture.channels(); c++) {
            int plane = c * picture.height() * picture.width();
            for (int y = 0; y < rows; y++) {
                int row = plane + (firstRow + y) * picture.width();
                for (int x = 0; x < width; x++) {
                    narrowed[y * width + x] = across.sample(picture.pixels(), row, 1, x);
                }
            }
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    fitted[(c * height + y) * width + x] = down.sample(narrowed, x - firstRow * width, width, y);
                }
            }
        }
        return new Picture(picture.channels(), height, width, fitted);
    }

    /** The weights of one axis: output i is Σ weights[i·most + k] · input[first[i] + k], for k below counts[i]. */
    private static final class Axis {
        private final int[] first;
        private final int[] counts;
        private final int[] weights;
        private final int most;

        private Axis(int outputs, int most) {
            first = new int[outputs];
            counts = new int[outputs];
            weights = new int[Math.multiplyExact(outputs, most)];
            this.most = most;
        }

        static Axis of(int inputs, double begin, double length, int outputs) {
            double scale = length / outputs;
            double reach = Math.max(scale, 1);
            int most = Math.min(inputs, (int) Math.ceil(reach) * 2 + 1);
            Axis axis = new Axis(outputs, most);
            double[] shares = new double[most];
            for (int i = 0; i < outputs; i++) {
                double centre = begin + (i + 0.5) * scale;
                int low = Math.max(0, (int) (centre - reach + 0.5));
                int count = Math.min(inputs, (int) (centre + reach + 0.5)) - low;
                double sum = 0;
                for (int k = 0; k < count; k++) {
                    shares[k] = Math.max(0, 1 - Math.abs((low + k + 0.5 - centre) / reach));
                    sum += shares[k];
                }
                for (int k = 0; k < count; k++) {
                    axis.weights[i * most + k] = (int) (0.5 + shares[k] / sum * (1 << POINT));
                }
                axis.first[i] = low;
                axis.counts[i] = count;
            }
            return axis;
        }

        byte sample(byte[] from, int at, int step, int index) {
            int sum = 1 << (POINT - 1);
            int begin = at + first[index] * step;
            for (int k = 0; k < counts[index]; k++) {
                sum += (from[begin + k * step] & 0xFF) * weights[index * most + k];
            }
            return (byte) Math.min(255, sum >> POINT);
        }
    }
}
