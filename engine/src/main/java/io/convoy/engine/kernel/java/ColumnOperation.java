package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Arithmetic in Java along one dimension of row-major tensors of one shape: what belongs together lies {@code inner} floats apart,
 * and so do many neighbours, side by side. A tile is a run of neighbours that fits the cache. Each row is an array of its own, because
 * compilers find vector instructions where all arrays are read at the same index.
 */
final class ColumnOperation implements Operation {
    /** Floats of a tile. */
    private static final int TILE = 1 << 14;

    /** Fewer neighbours than these aren't worth the copies. */
    private static final int NARROWEST = 32;

    /** What is done with a tile. */
    @FunctionalInterface
    interface Body {
        /** Overwrites the rows of {@code out} up to {@code width} from those of each of {@code in}. */
        void run(float[][][] in, int width, float[][] out);
    }

    private final String what;
    private final List<Value> touches;
    private final int outer;
    private final int length;
    private final int inner;
    private final int width;
    private final Body body;
    private final FloatSpan[] spans;
    private final float[][][] in;
    private final float[][] out;

    private ColumnOperation(String what, List<Value> touches, int axis, Body body) {
        Shape shape = touches.get(0).shape();
        this.what = what;
        this.touches = touches;
        this.body = body;
        this.length = shape.size(axis);
        int neighbours = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            neighbours *= shape.size(i);
        }
        this.inner = neighbours;
        this.outer = Math.toIntExact(shape.count() / Math.max(1, (long) length * inner));
        this.width = Math.min(inner, Math.max(NARROWEST, TILE / Math.max(1, length)));
        this.spans = new FloatSpan[touches.size()];
        this.in = new float[touches.size() - 1][length][width];
        this.out = new float[length][width];
    }

    /** Adds it to the program. */
    static void emit(Emitter emit, String what, int axis, List<Value> inputs, Value output, Body body) {
        List<Value> touches = new ArrayList<>();
        inputs.forEach(input -> touches.add(emit.plain(input)));
        touches.add(output);
        emit.emit(new ColumnOperation(what, touches, axis, body));
    }

    @Override
    public List<Value> touches() {
        return touches;
    }

    @Override
    public void bind(Memory memory) {
        for (int i = 0; i < spans.length; i++) {
            spans[i] = memory.floats(touches.get(i));
        }
    }

    @Override
    public void run() {
        for (int o = 0; o < outer; o++) {
            for (int from = 0; from < inner; from += width) {
                int here = Math.min(width, inner - from);
                int begin = o * length * inner + from;
                for (int i = 0; i < in.length; i++) {
                    for (int j = 0; j < length; j++) {
                        spans[i].read(begin + j * inner, in[i][j], 0, here);
                    }
                }
                body.run(in, here, out);
                for (int j = 0; j < length; j++) {
                    spans[in.length].write(begin + j * inner, out[j], 0, here);
                }
            }
        }
    }

    @Override
    public String toString() {
        return what;
    }
}
