package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.FloatSpan;
import java.util.ArrayList;
import java.util.List;

/**
 * Arithmetic in Java on row-major tensors outside the heap. It works on tiles: a tile of {@link Building#perSample} tensors is
 * one sample, or a smaller run of memory where {@link Building#tiles} says so, which fits the cache; whole tensors, such as
 * parameters, are read once and written once a run. Tiles are {@code float[]}, for which the compiler finds vector
 * instructions.
 */
public final class JavaOperation implements Operation {
    /** What is done with the tiles. */
    @FunctionalInterface
    public interface Body {
        /**
         * Overwrites the output tiles of sample {@code sample}, counted from 0. Outputs that are whole tensors are zeros at sample 0
         * and keep their values from sample to sample.
         *
         * @param sample which one, or which tile; 0 only, if all tensors are whole
         * @param in the inputs' tiles, in the order in which they were named
         * @param out the outputs' tiles, in the order in which they were named
         */
        void run(int sample, float[][] in, float[][] out);
    }

    private record Tensor(Value value, boolean perSample, boolean written) {}

    private final String what;
    private final List<Tensor> tensors;
    private final int samples;
    private final Body body;
    private final FloatSpan[] spans;
    private final float[][] in;
    private final float[][] out;

    private JavaOperation(String what, List<Tensor> tensors, int tiles, Body body) {
        this.what = what;
        this.tensors = List.copyOf(tensors);
        this.body = body;
        this.samples = tiles > 0
                ? tiles
                : tensors.stream()
                        .filter(Tensor::perSample)
                        .mapToInt(tensor -> tensor.value().shape().size(0))
                        .findFirst()
                        .orElse(1);
        this.spans = new FloatSpan[tensors.size()];
        this.in = tiles(false);
        this.out = tiles(true);
    }

    private float[][] tiles(boolean written) {
        return tensors.stream()
                .filter(tensor -> tensor.written() == written)
                .map(tensor -> new float[length(tensor)])
                .toArray(float[][]::new);
    }

    private int length(Tensor tensor) {
        long count = tensor.value().shape().count();
        return Math.toIntExact(tensor.perSample() ? count / Math.max(1, samples) : count);
    }

    /** Starts an operation; name its tensors, then {@link Building#emit}. */
    public static Building of(Emitter emit, String what) {
        return new Building(emit, what);
    }

    /** An operation whose tensors are being named. */
    public static final class Building {
        private final Emitter emit;
        private final String what;
        private final List<Tensor> tensors = new ArrayList<>();
        private int tiles;

        private Building(Emitter emit, String what) {
            this.emit = emit;
            this.what = what;
        }

        /** An input whose first dimension is the batch, in tiles of one sample. */
        public Building perSample(Value input) {
            tensors.add(new Tensor(emit.plain(input), true, false));
            return this;
        }

        /** The same as it lies, in a layout without padding whose outermost dimension is the batch. */
        public Building perSampleAsItLies(Value input) {
            tensors.add(new Tensor(input, true, false));
            return this;
        }

        /** Cuts what would be cut into samples into {@code count} tiles instead, equal runs of memory. */
        public Building tiles(int count) {
            tiles = count;
            return this;
        }

        /** An input that each sample sees whole. */
        public Building whole(Value input) {
            tensors.add(new Tensor(emit.plain(input), false, false));
            return this;
        }

        /** An output without padding whose outermost dimension is the batch, in tiles of one sample. */
        public Building intoSamples(Value output) {
            tensors.add(new Tensor(output, true, true));
            return this;
        }

        /** A row-major output to which all samples contribute. */
        public Building intoWhole(Value output) {
            tensors.add(new Tensor(output, false, true));
            return this;
        }

        /** Adds it to the program. */
        public void emit(Body body) {
            emit.emit(new JavaOperation(what, tensors, tiles, body));
        }
    }

    @Override
    public List<Value> touches() {
        return tensors.stream().map(Tensor::value).toList();
    }

    @Override
    public void bind(Memory memory) {
        for (int i = 0; i < spans.length; i++) {
            spans[i] = memory.floats(tensors.get(i).value());
        }
    }

    @Override
    public void run() {
        move(0, false, false);
        for (float[] whole : out) {
            java.util.Arrays.fill(whole, 0);
        }
        for (int sample = 0; sample < samples; sample++) {
            move(sample, true, false);
            body.run(sample, in, out);
            move(sample, true, true);
        }
        move(0, false, true);
    }

    /** Copies the inputs' tiles in, or the outputs' tiles out. */
    private void move(int sample, boolean perSample, boolean written) {
        float[][] tiles = written ? out : in;
        int tile = 0;
        for (int i = 0; i < spans.length; i++) {
            Tensor tensor = tensors.get(i);
            if (tensor.written() != written) {
                continue;
            }
            float[] values = tiles[tile++];
            if (tensor.perSample() != perSample) {
                continue;
            }
            int offset = perSample ? sample * values.length : 0;
            if (written) {
                spans[i].write(offset, values, 0, values.length);
            } else {
                spans[i].read(offset, values, 0, values.length);
            }
        }
    }

    @Override
    public String toString() {
        return what;
    }
}
