package io.convoy.engine.kernel.java;

import java.util.Arrays;

/**
 * Which input positions each output position reads along one axis, in ascending order, and with which weight: y[p] = Σ_t
 * weight[t] · x[index[t]] over t from begin[p] to begin[p + 1]. Found once, when a program is compiled.
 */
final class Taps {
    private final int in;
    private final int[] begin;
    private final int[] index;
    private final float[] weight;

    /** The number of taps that every output position has; 0 if they differ. */
    private final int uniform;

    private Taps(int in, int[] begin, int[] index, float[] weight) {
        this.in = in;
        this.begin = begin;
        this.index = index;
        this.weight = weight;
        int count = begin.length > 1 ? begin[1] : 0;
        for (int p = 0; p + 1 < begin.length; p++) {
            if (begin[p + 1] - begin[p] != count) {
                count = 0;
            }
        }
        this.uniform = count;
    }

    /** Collects the taps of one output position after the other. */
    static final class Builder {
        private final int in;
        private final int[] begin;
        private int[] index = new int[16];
        private double[] weight = new double[16];
        private int out;
        private int taps;

        Builder(int in, int out) {
            this.in = in;
            this.begin = new int[out + 1];
        }

        /** A further tap of the present position; a second one in a row at the same place adds its weight. */
        void tap(int at, double by) {
            if (taps > begin[out] && index[taps - 1] == at) {
                weight[taps - 1] += by;
                return;
            }
            if (taps == index.length) {
                index = Arrays.copyOf(index, 2 * taps);
                weight = Arrays.copyOf(weight, 2 * taps);
            }
            index[taps] = at;
            weight[taps++] = by;
        }

        void endPosition() {
            begin[++out] = taps;
        }

        /** Ends the position with its weights divided by their sum; nothing counts where that is 0. */
        void endPositionOfShares() {
            double sum = 0;
            for (int t = begin[out]; t < taps; t++) {
                sum += weight[t];
            }
            for (int t = begin[out]; t < taps; t++) {
                weight[t] = sum == 0 ? 0 : weight[t] / sum;
            }
            endPosition();
        }

        Taps build() {
            float[] rounded = new float[taps];
            for (int t = 0; t < taps; t++) {
                rounded[t] = (float) weight[t];
            }
            return new Taps(in, begin, Arrays.copyOf(index, taps), rounded);
        }
    }

    /** A sliding window's taps that lie inside the input, each with weight 1. */
    static Taps window(int in, int out, int kernel, int stride, int padding, int dilation) {
        Builder taps = new Builder(in, out);
        for (int p = 0; p < out; p++) {
            for (int i = 0; i < kernel; i++) {
                long at = (long) p * stride + (long) i * dilation - padding;
                if (at >= 0 && at < in) {
                    taps.tap((int) at, 1);
                }
            }
            taps.endPosition();
        }
        return taps.build();
    }

    /** A sliding window's taps, each with the weight 1 / divisor, or 1 / the number of taps if {@code divisor} is 0. */
    static Taps means(int in, int out, int kernel, int stride, int padding, boolean countIncludePad, int divisor) {
        Builder taps = new Builder(in, out);
        for (int p = 0; p < out; p++) {
            int begin = p * stride - padding;
            int from = Math.max(begin, 0);
            int to = Math.min(begin + kernel, in);
            // What lies beyond the border never counts.
            int count = countIncludePad ? Math.min(begin + kernel, in + padding) - begin : to - from;
            for (int at = from; at < to; at++) {
                taps.tap(at, 1.0 / (divisor == 0 ? count : divisor));
            }
            taps.endPosition();
        }
        return taps.build();
    }

    /** The windows of adaptive pooling, ⌊p · in / out⌋ to ⌈(p + 1) · in / out⌉, with the weights of a mean. */
    static Taps adaptive(int in, int out) {
        Builder taps = new Builder(in, out);
        for (int p = 0; p < out; p++) {
            int from = adaptiveBegin(p, in, out);
            int to = adaptiveEnd(p, in, out);
            for (int at = from; at < to; at++) {
                taps.tap(at, 1.0 / (to - from));
            }
            taps.endPosition();
        }
        return taps.build();
    }

    static int adaptiveBegin(int p, int in, int out) {
        return (int) ((long) p * in / out);
    }

    static int adaptiveEnd(int p, int in, int out) {
        return (int) (((long) (p + 1) * in + out - 1) / out);
    }

    /** The same weights read the other way: what an input position gives to the output positions. */
    Taps transposed() {
        int out = out();
        int[] count = new int[in + 1];
        for (int at : index) {
            count[at + 1]++;
        }
        for (int h = 0; h < in; h++) {
            count[h + 1] += count[h];
        }
        int[] next = count.clone();
        int[] to = new int[index.length];
        float[] by = new float[index.length];
        for (int p = 0; p < out; p++) {
            for (int t = begin[p]; t < begin[p + 1]; t++) {
                int place = next[index[t]]++;
                to[place] = p;
                by[place] = weight[t];
            }
        }
        return new Taps(out, count, to, by);
    }

    /** The length of the input's axis. */
    int in() {
        return in;
    }

    /** The length of the output's axis. */
    int out() {
        return begin.length - 1;
    }

    /** How many taps output position {@code p} has. */
    int count(int p) {
        return begin[p + 1] - begin[p];
    }

    /** The most that any position has. */
    int most() {
        int most = 0;
        for (int p = 0; p < out(); p++) {
            most = Math.max(most, count(p));
        }
        return most;
    }

    /** The input position of tap {@code t} of output position {@code p}. */
    int at(int p, int t) {
        return index[begin[p] + t];
    }

    /**
     * Applies the taps down the columns of a plane: overwrites y [out, width] from x [in, width], each from its offset on. The
     * inner loops run along rows.
     */
    void down(float[] x, int xOffset, float[] y, int yOffset, int width) {
        for (int p = 0; p < begin.length - 1; p++) {
            int t = begin[p];
            int end = begin[p + 1];
            int to = yOffset + p * width;
            if (end == t) {
                Arrays.fill(y, to, to + width, 0);
                continue;
            }
            int first = xOffset + index[t] * width;
            if (end - t == 1 && weight[t] == 1) {
                System.arraycopy(x, first, y, to, width);
                continue;
            }
            if ((end - t) % 2 == 1) {
                float by = weight[t++];
                for (int i = 0; i < width; i++) {
                    y[to + i] = by * x[first + i];
                }
            } else {
                float by = weight[t];
                float byNext = weight[t + 1];
                int second = xOffset + index[t + 1] * width;
                for (int i = 0; i < width; i++) {
                    y[to + i] = by * x[first + i] + byNext * x[second + i];
                }
                t += 2;
            }
            for (; t < end; t += 2) {
                float by = weight[t];
                float byNext = weight[t + 1];
                int from = xOffset + index[t] * width;
                int fromNext = xOffset + index[t + 1] * width;
                for (int i = 0; i < width; i++) {
                    y[to + i] += by * x[from + i] + byNext * x[fromNext + i];
                }
            }
        }
    }

    /** Applies the taps along rows: overwrites y [rows, out] from x [rows, in], each from its offset on. */
    void along(float[] x, int xOffset, float[] y, int yOffset, int rows) {
        int out = out();
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * in;
            int to = yOffset + row * out;
            switch (uniform) {
                case 1 -> {
                    for (int q = 0; q < out; q++) {
                        y[to + q] = weight[q] * x[from + index[q]];
                    }
                }
                case 2 -> {
                    for (int q = 0; q < out; q++) {
                        int t = 2 * q;
                        y[to + q] = weight[t] * x[from + index[t]] + weight[t + 1] * x[from + index[t + 1]];
                    }
                }
                default -> {
                    for (int q = 0; q < out; q++) {
                        float sum = 0;
                        for (int t = begin[q]; t < begin[q + 1]; t++) {
                            sum += weight[t] * x[from + index[t]];
                        }
                        y[to + q] = sum;
                    }
                }
            }
        }
    }
}
