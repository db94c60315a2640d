package io.convoy.engine.program;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.kernel.Assembly;
import io.convoy.engine.kernel.Buffer;
import io.convoy.engine.kernel.Folded;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.OneDnn;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.Reorder;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Arena;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * A network's parameters and running statistics in memory, one copy for all replicas of a process: canonical in flat
 * row-major vectors, and beside them the copies in the layouts that the kernels like. Whoever writes to the flat vectors
 * calls {@link #refresh()} before the next program runs. Copies with a BatchNorm folded in are made anew by the first program
 * that reads them, so that training doesn't pay for them in every step.
 */
public final class Weights implements AutoCloseable {
    private record Copy(Shape shape, Value value) {}

    private record FoldedCopy(String convolution, String behind, Folded value) {}

    private final ParameterLayout layout;
    private final StatisticsLayout statisticsLayout;
    private final Arena arena;
    private final boolean planned;
    private final Handles handles = new Handles();
    private final dnnl_stream stream = OneDnn.stream(handles);
    private final FloatSpan flat;
    private final FloatSpan statistics;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, List<Copy>> copies = new HashMap<>();
    private final List<FoldedCopy> foldedCopies = new ArrayList<>();
    private final List<Operation> foldings = new ArrayList<>();
    private @Nullable FloatSpan scratch;
    private boolean folded;

    /** Weights of zero and initial running statistics. */
    public Weights(ParameterLayout layout, StatisticsLayout statisticsLayout) {
        this(layout, statisticsLayout, new Arena(), false);
    }

    private Weights(ParameterLayout layout, StatisticsLayout statisticsLayout, Arena arena, boolean planned) {
        this.arena = arena;
        this.planned = planned;
        this.layout = layout;
        this.statisticsLayout = statisticsLayout;
        this.flat = arena.allocate(layout.length());
        this.statistics = arena.allocate(statisticsLayout.length());
        this.statistics.write(0, statisticsLayout.initial(), 0, statisticsLayout.length());
    }

    /** Weights that nobody computes with, for a {@link Footprint}. */
    static Weights planned(ParameterLayout layout, StatisticsLayout statisticsLayout) {
        return new Weights(layout, statisticsLayout, Arena.untouched(), true);
    }

    /** Bytes of the flat vectors and of the copies that programs have asked for so far. */
    public long bytes() {
        return arena.bytes();
    }

    public ParameterLayout layout() {
        return layout;
    }

    public StatisticsLayout statisticsLayout() {
        return statisticsLayout;
    }

    /** The flat parameter vector. */
    public FloatSpan flat() {
        return flat;
    }

    /** The flat vector of running statistics. */
    public FloatSpan statistics() {
        return statistics;
    }

    /** Lays the copies out again. */
    public synchronized void refresh() {
        for (Operation operation : operations) {
            operation.run();
        }
        folded = false;
    }

    private synchronized void fold() {
        if (!folded) {
            foldings.forEach(Operation::run);
            folded = true;
        }
    }

    /** The first operation of a program that reads what {@link #folded} gives. */
    Operation folding() {
        return new Operation() {
            @Override
            public List<Value> touches() {
                return List.of();
            }

            @Override
            public void bind(Memory memory) {}

            @Override
            public void run() {
                fold();
            }

            @Override
            public String toString() {
                return "folding";
            }
        };
    }

    /** The parameters of a convolution with the BatchNorm {@code behind} folded in, which has its own under {@code scope}. */
    synchronized Folded folded(Network.Node convolution, BatchNorm2d behind, String scope, MemoryLayout wanted) {
        for (FoldedCopy copy : foldedCopies) {
            Value weight = copy.value().weight();
            if (copy.convolution().equals(convolution.parameters())
                    && copy.behind().equals(scope)
                    && weight.shape().equals(wanted.shape())
                    && weight.layout().matches(wanted)) {
                return copy.value();
            }
        }
        Values values = new Values(foldings);
        Value weight = values.value(wanted);
        Value bias = values.value(MemoryLayout.plain(handles, Shape.of(behind.channels())));
        FloatSpan rowMajor = scratch();
        values.emit(new Folding(
                layout.entry(convolution.parameters() + ".weight"),
                entry(convolution.parameters() + ".bias"),
                behind,
                entry(scope + ".weight"),
                entry(scope + ".bias"),
                statisticsLayout.entry(scope),
                this,
                rowMajor,
                span(bias)));
        Reorder.emit(
                values,
                new Value(
                        MemoryLayout.plain(handles, wanted.shape()),
                        Buffer.at(rowMajor.address(), wanted.shape().count() * Float.BYTES)),
                weight);
        folded = false;
        Folded made = new Folded(weight, bias);
        foldedCopies.add(new FoldedCopy(convolution.parameters(), scope, made));
        return made;
    }

    private ParameterLayout.@Nullable Entry entry(String name) {
        return layout.entries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Room for the largest parameter, row-major. */
    private FloatSpan scratch() {
        FloatSpan room = scratch;
        if (room == null) {
            room = arena.allocate(layout.entries().stream()
                    .mapToInt(ParameterLayout.Entry::length)
                    .max()
                    .orElse(0));
            scratch = room;
        }
        return room;
    }

    private FloatSpan span(Value value) {
        return arena.span(
                value.buffer().address(), Math.toIntExact(value.buffer().bytes() / Float.BYTES));
    }

    /** A parameter under {@code wanted}'s shape, in place if it lies so already, else a copy that {@link #refresh} renews. */
    synchronized Value in(ParameterLayout.Entry entry, MemoryLayout wanted) {
        Value plain = at(entry, wanted.shape());
        if (plain.layout().matches(wanted)) {
            return plain;
        }
        List<Copy> known = copies.computeIfAbsent(entry.name(), name -> new ArrayList<>());
        for (Copy copy : known) {
            if (copy.shape().equals(wanted.shape()) && copy.value().layout().matches(wanted)) {
                return copy.value();
            }
        }
        List<Operation> made = new ArrayList<>();
        Values values = new Values(made);
        Value copy = values.value(wanted);
        Reorder.emit(values, plain, copy);
        made.forEach(Operation::run);
        operations.addAll(made);
        known.add(new Copy(wanted.shape(), copy));
        return copy;
    }

    /** A parameter as it lies in the flat vector. Replicas compile at the same time, and handles are for one thread. */
    synchronized Value at(ParameterLayout.Entry entry, Shape shape) {
        return new Value(
                MemoryLayout.plain(handles, shape),
                Buffer.at(flat.address() + (long) entry.offset() * Float.BYTES, shape.count() * Float.BYTES));
    }

    @Override
    public void close() {
        handles.close();
        arena.close();
    }

    /** Allocates at once: the copies live as long as the weights. */
    private final class Values implements Assembly {
        private final List<Operation> made;

        private Values(List<Operation> made) {
            this.made = made;
        }

        @Override
        public Handles handles() {
            return handles;
        }

        @Override
        public dnnl_stream stream() {
            return stream;
        }

        @Override
        public void emit(Operation operation) {
            if (planned) {
                return;
            }
            operation.bind(Weights.this::span);
            made.add(operation);
        }

        @Override
        public Value value(MemoryLayout wanted) {
            MemoryLayout kept = MemoryLayout.copyOf(handles, wanted.shape(), wanted.descriptor());
            return new Value(kept, Buffer.at(arena.allocateBytes(kept.bytes()), kept.bytes()));
        }
    }
}
