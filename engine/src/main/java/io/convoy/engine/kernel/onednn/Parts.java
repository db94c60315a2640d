package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.Zeros;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Split;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Concat}, {@link Split} and {@link Slice}: copies between tensors and runs of another tensor along one dimension. Where
 * the runs end between blocks, the layout of the input is kept.
 */
public final class Parts {
    private Parts() {}

    public static Kernel of(Concat layer) {
        return new Joined(layer.dim());
    }

    public static Kernel of(Split layer) {
        List<Integer> from = new ArrayList<>();
        int sum = 0;
        for (int size : layer.sizes()) {
            from.add(sum);
            sum += size;
        }
        return new Cut(
                layer.dim(), (x, output) -> from.get(output), layer.sizes().size(), layer::outputs);
    }

    public static Kernel of(Slice layer) {
        return layer.step() == 1
                ? new Cut(layer.dim(), (x, output) -> layer.begin(x), 1, layer::outputs)
                : new Stepped(layer);
    }

    private static int axis(int dim, Shape shape) {
        return Math.floorMod(dim, shape.rank());
    }

    /** Copies the run of {@code whole} that begins at {@code from} into a tensor of its own. */
    private static Value copyOfPart(Emitter emit, Value whole, Shape part, int axis, int from) {
        MemoryLayout run = whole.layout().part(emit.handles(), part, axis, from);
        Value source = run == null ? emit.plain(whole) : whole;
        MemoryLayout lies = run == null ? part(emit, source, part, axis, from) : run;
        Value copy = emit.value(source.layout().like(emit.handles(), part));
        Reorder.emit(emit, new Value(lies, source.buffer()), copy);
        return copy;
    }

    /** Overwrites the run of {@code whole} that begins at {@code from}. */
    private static void copyIntoPart(Emitter emit, Value part, Value whole, int axis, int from) {
        Reorder.emit(emit, part, new Value(part(emit, whole, part.shape(), axis, from), whole.buffer()));
    }

    private static MemoryLayout part(Emitter emit, Value whole, Shape part, int axis, int from) {
        MemoryLayout run = whole.layout().part(emit.handles(), part, axis, from);
        if (run == null) {
            throw new IllegalStateException("A part of " + whole.shape() + " does not begin between blocks.");
        }
        return run;
    }

    /** {@code wanted} if all runs of these sizes lie between its blocks, else row-major. */
    private static MemoryLayout dividing(Emitter emit, MemoryLayout wanted, List<Shape> parts, int axis) {
        int from = 0;
        for (Shape part : parts) {
            if (wanted.part(emit.handles(), part, axis, from) == null) {
                return MemoryLayout.plain(emit.handles(), wanted.shape());
            }
            from += part.size(axis);
        }
        return wanted;
    }

    private record Joined(int dim) implements Kernel {
        @Override
        public Forward forward(Emitter emit, List<Value> inputs) {
            List<Shape> shapes = inputs.stream().map(Value::shape).toList();
            int axis = axis(dim, shapes.get(0));
            Shape whole = new Concat(shapes.size(), dim).outputs(shapes).get(0);
            Value y = emit.value(dividing(emit, inputs.get(0).layout().like(emit.handles(), whole), shapes, axis));
            int from = 0;
            for (Value x : inputs) {
                copyIntoPart(emit, x, y, axis, from);
                from += x.shape().size(axis);
            }
            return Forward.of(y, (back, gradients, needed) -> {
                List<@Nullable Gradient> produced = new ArrayList<>();
                int at = 0;
                for (int i = 0; i < shapes.size(); i++) {
                    produced.add(
                            needed.get(i)
                                    ? new Gradient(
                                            copyOfPart(back, gradients.get(0).value(), shapes.get(i), axis, at), true)
                                    : null);
                    at += shapes.get(i).size(axis);
                }
                return produced;
            });
        }
    }

    /**
     * Every step-th along an axis. Row-major, the axis is seen as groups of one step, out of each of which one is copied; what
     * begins a last group that isn't whole is copied by itself.
     */
    private record Stepped(Slice layer) implements Kernel {
        @Override
        public Forward forward(Emitter emit, List<Value> inputs) {
            Shape shape = inputs.get(0).shape();
            Value y = emit.value(MemoryLayout.plain(
                    emit.handles(), layer.outputs(List.of(shape)).get(0)));
            copy(emit, emit.plain(inputs.get(0)), y, true);
            return Forward.of(y, (back, gradients, needed) -> {
                if (!needed.get(0)) {
                    return Arrays.asList((Gradient) null);
                }
                Value dx = back.value(MemoryLayout.plain(back.handles(), shape));
                Zeros.emit(back, dx);
                copy(back, dx, back.plain(gradients.get(0).value()), false);
                return List.of(new Gradient(dx, true));
            });
        }

        /** From x to y, or from there to here. */
        private void copy(Emitter emit, Value x, Value y, boolean forward) {
            int axis = axis(layer.dim(), x.shape());
            int step = layer.step();
            int length = x.shape().size(axis);
            int taken = y.shape().size(axis);
            int group = layer.begin(x.shape()) / step;
            int place = layer.begin(x.shape()) % step;
            int outer = product(x.shape(), 0, axis);
            int inner = product(x.shape(), axis + 1, x.shape().rank());
            int whole = Math.min(taken, length / step - group);
            if (whole > 0) {
                MemoryLayout groups =
                        MemoryLayout.strided(emit.handles(), Shape.of(outer, length / step, step, inner), new long[] {
                            (long) length * inner, (long) step * inner, inner, 1
                        });
                MemoryLayout results = MemoryLayout.plain(emit.handles(), Shape.of(outer, taken, 1, inner));
                Shape part = Shape.of(outer, whole, 1, inner);
                move(
                        emit,
                        new Value(groups.part(emit.handles(), part, 0, group, place, 0), x.buffer()),
                        new Value(results.part(emit.handles(), part, 0, 0, 0, 0), y.buffer()),
                        forward);
            }
            if (whole < taken) {
                Shape part = Shape.of(outer, 1, inner);
                MemoryLayout all = MemoryLayout.plain(emit.handles(), Shape.of(outer, length, inner));
                MemoryLayout results = MemoryLayout.plain(emit.handles(), Shape.of(outer, taken, inner));
                long last = layer.begin(x.shape()) + (long) whole * step;
                move(
                        emit,
                        new Value(all.part(emit.handles(), part, 0, last, 0), x.buffer()),
                        new Value(results.part(emit.handles(), part, 0, whole, 0), y.buffer()),
                        forward);
            }
        }

        private static void move(Emitter emit, Value x, Value y, boolean forward) {
            Reorder.emit(emit, forward ? x : y, forward ? y : x);
        }

        private static int product(Shape shape, int from, int to) {
            int product = 1;
            for (int i = from; i < to; i++) {
                product *= shape.size(i);
            }
            return product;
        }
    }

    /** Where a part begins. */
    @FunctionalInterface
    private interface Begin {
        int of(Shape x, int output);
    }

    @FunctionalInterface
    private interface Outputs {
        List<Shape> of(List<Shape> inputs);
    }

    private record Cut(int dim, Begin begin, int count, Outputs outputs) implements Kernel {
        @Override
        public Forward forward(Emitter emit, List<Value> inputs) {
            Value x = inputs.get(0);
            int axis = axis(dim, x.shape());
            List<Shape> shapes = outputs.of(List.of(x.shape()));
            List<Value> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                parts.add(copyOfPart(emit, x, shapes.get(i), axis, begin.of(x.shape(), i)));
            }
            return new Forward(parts, (back, gradients, needed) -> {
                if (!needed.get(0)) {
                    return Arrays.asList((Gradient) null);
                }
                return List.of(new Gradient(backward(back, x, shapes, axis, gradients), true));
            });
        }

        /** Zeros are written in float32. */
        private Value backward(Emitter emit, Value x, List<Shape> shapes, int axis, List<Gradient> gradients) {
            int covered = 0;
            boolean divides = true;
            for (int i = 0; i < count; i++) {
                covered += shapes.get(i).size(axis);
                divides &= x.layout().part(emit.handles(), shapes.get(i), axis, begin.of(x.shape(), i)) != null;
            }
            boolean gaps = covered < x.shape().size(axis);
            MemoryLayout lies = divides ? x.layout() : MemoryLayout.plain(emit.handles(), x.shape());
            Value dx = emit.value(gaps ? lies.in(emit.handles(), Precision.FLOAT32) : lies);
            if (gaps) {
                Zeros.emit(emit, dx);
            }
            for (int i = 0; i < count; i++) {
                copyIntoPart(emit, gradients.get(i).value(), dx, axis, begin.of(x.shape(), i));
            }
            return dx;
        }
    }
}
