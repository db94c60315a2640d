package io.convoy.engine.program;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.kernel.Buffer;
import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Folded;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.OneDnn;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.kernel.Randomness;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.Addition;
import io.convoy.engine.kernel.onednn.Reorder;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.RunningStatistics;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Arena;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a network into a {@link Program}: walks the fused steps forward, then backward in the opposite order, adding gradients
 * where a tensor was used more than once; then places every buffer.
 */
final class Compiler implements Emitter {
    private final Network network;
    private final Weights weights;
    private final Purpose purpose;
    private final Handles handles = new Handles();
    private final Arena arena;
    private final dnnl_stream stream;
    private final FloatSpan gradients;
    private final FloatSpan batchStatistics;

    private List<Operation> operations = new ArrayList<>();
    private final Map<Port, Value> values = new HashMap<>();
    private final Map<Port, Gradient> arrived = new HashMap<>();
    private final Map<Value, List<Value>> conversions = new HashMap<>();
    private final Map<String, Integer> usesLeft = new HashMap<>();
    private final Set<String> begunGradients = new HashSet<>();
    private final Map<String, Value> openGradients = new HashMap<>();
    private final Map<String, Long> statisticsElements = new HashMap<>();
    private final List<StatisticsMerge> statisticsMerges = new ArrayList<>();
    private final Map<Shape, Value> zeros = new HashMap<>();
    private final Randomness randomness = new Randomness();
    private boolean folds;
    private @Nullable StatisticsMerge statisticsMerge;
    private @Nullable FusedStep current;

    Compiler(Network network, Weights weights, Purpose purpose) {
        this(network, weights, purpose, new Arena());
    }

    private Compiler(Network network, Weights weights, Purpose purpose, Arena arena) {
        this.arena = arena;
        this.network = network;
        this.weights = weights;
        this.purpose = purpose;
        this.stream = OneDnn.stream(handles);
        this.gradients = arena.allocate(purpose.backward() ? weights.layout().length() : 0);
        this.batchStatistics =
                arena.allocate(purpose.training() ? weights.statisticsLayout().length() : 0);
    }

    /** Compiles, or leaves nothing behind. */
    Program compile() {
        try {
            return assemble(draft());
        } catch (RuntimeException | Error e) {
            handles.close();
            arena.close();
            throw e;
        }
    }

    /** The memory that the program would have, of which this takes none. */
    static Footprint.OfProgram plan(Network network, Weights weights, Purpose purpose) {
        Compiler compiler = new Compiler(network, weights, purpose, Arena.untouched());
        try {
            MemoryPlan plan = new MemoryPlan(compiler.draft().operations());
            return new Footprint.OfProgram(purpose, plan.bytes(), compiler.arena.bytes());
        } finally {
            compiler.handles.close();
            compiler.arena.close();
        }
    }

    private Draft draft() {
        purpose.precision().requireCpu();
        List<FusedStep> steps = FusedStep.of(network, purpose);
        List<Tensor> inputs = new ArrayList<>();
        for (Network.Input input : network.inputs()) {
            Tensor tensor = Tensor.allocate(arena, input.sample().batched(purpose.batch()));
            inputs.add(tensor);
            values.put(new Port(input.name(), 0), outside(tensor));
        }
        List<Kernel.Backward> waysBack = new ArrayList<>();
        for (FusedStep step : steps) {
            current = step;
            List<Value> read = step.inputs().stream().map(this::value).toList();
            prepareStatistics(step, read.get(0).shape());
            Kernel.Forward forward = step.kernel().forward(this, read);
            for (int i = 0; i < step.outputs().size(); i++) {
                values.put(step.outputs().get(i), forward.outputs().get(i));
            }
            waysBack.add(forward.backward());
            for (String parameter : step.parameterNames()) {
                usesLeft.merge(parameter, 1, Integer::sum);
            }
        }
        statisticsMerges.forEach(this::emit);
        List<Value> outputs = new ArrayList<>();
        List<Tensor> outputGradients = new ArrayList<>();
        for (Port port : network.outputs()) {
            Value output = plain(value(port));
            outputs.add(output);
            if (purpose.backward()) {
                outputGradients.add(Tensor.allocate(arena, output.shape()));
            }
        }
        emit(new Boundary(outputs));
        List<Operation> forward = take();

        List<Segment> backward = new ArrayList<>();
        List<Value> inputGradients = new ArrayList<>();
        if (purpose.backward()) {
            // Here, not above: the gradients of a port that is an output twice are added on the way back.
            for (int i = 0; i < outputGradients.size(); i++) {
                arrive(network.outputs().get(i), new Gradient(outside(outputGradients.get(i)), false));
            }
            backward(steps, waysBack, backward);
            for (Network.Input input : network.inputs()) {
                if (purpose.inputGradients()) {
                    Gradient gradient = arrived.get(new Port(input.name(), 0));
                    inputGradients.add(
                            gradient == null
                                    ? constant(input.sample().batched(purpose.batch()), new float[0])
                                    : plain(gradient.value()));
                }
            }
            emit(new Boundary(inputGradients));
            backward.add(new Segment(take(), List.of()));
        }
        return new Draft(forward, backward, inputs, outputs, outputGradients, inputGradients);
    }

    /** A program whose values have no place yet. */
    private record Draft(
            List<Operation> forward,
            List<Segment> backward,
            List<Tensor> inputs,
            List<Value> outputs,
            List<Tensor> outputGradients,
            List<Value> inputGradients) {
        List<Operation> operations() {
            List<Operation> all = new ArrayList<>(forward);
            backward.forEach(segment -> all.addAll(segment.operations()));
            return all;
        }
    }

    private Program assemble(Draft draft) {
        List<Operation> all = draft.operations();
        MemoryPlan plan = new MemoryPlan(all);
        long slab = arena.allocateBytes(plan.bytes());
        plan.place(slab);
        all.forEach(operation -> operation.bind(this::floats));
        Program.Ports ports = new Program.Ports(
                draft.inputs(),
                draft.outputs().stream().map(this::placed).toList(),
                draft.outputGradients(),
                draft.inputGradients().stream().map(this::placed).toList(),
                new Tensor(Shape.of(gradients.length()), gradients),
                new Tensor(Shape.of(batchStatistics.length()), batchStatistics));
        return new Program(
                purpose,
                handles,
                arena,
                ports,
                randomness,
                new Segment(draft.forward(), List.of()),
                draft.backward(),
                slab,
                plan.bytes());
    }

    private void backward(List<FusedStep> steps, List<Kernel.Backward> waysBack, List<Segment> segments) {
        Set<Port> needed = neededGradients(steps);
        Map<Integer, Integer> openParameters = parametersOfBuckets();
        for (int i = steps.size() - 1; i >= 0; i--) {
            FusedStep step = steps.get(i);
            current = step;
            if (step.outputs().stream().anyMatch(port -> needed.contains(port) && arrived.containsKey(port))) {
                List<@Nullable Gradient> produced = waysBack.get(i)
                        .backward(
                                this,
                                step.outputs().stream().map(this::gradient).toList(),
                                step.inputs().stream().map(needed::contains).toList());
                for (int j = 0; j < produced.size(); j++) {
                    Gradient one = produced.get(j);
                    if (one != null) {
                        arrive(step.inputs().get(j), one);
                    }
                }
            }
            List<Integer> finished = finish(step, openParameters);
            if (!finished.isEmpty()) {
                segments.add(new Segment(take(), finished));
            }
        }
    }

    /** Ports whose gradient something in front of them wants: a parameter, or an input whose gradient is asked for. */
    private Set<Port> neededGradients(List<FusedStep> steps) {
        Set<Port> needed = new HashSet<>();
        if (purpose.inputGradients()) {
            network.inputs().forEach(input -> needed.add(new Port(input.name(), 0)));
        }
        for (FusedStep step : steps) {
            if (!step.parameterNames().isEmpty() || step.inputs().stream().anyMatch(needed::contains)) {
                needed.addAll(step.outputs());
            }
        }
        return needed;
    }

    /** What arrived at {@code port}; zeros if nobody reads it. */
    private Gradient gradient(Port port) {
        Gradient gradient = arrived.get(port);
        return gradient != null
                ? gradient
                : new Gradient(
                        zeros.computeIfAbsent(value(port).shape(), shape -> constant(shape, new float[0])), false);
    }

    private Map<Integer, Integer> parametersOfBuckets() {
        Map<Integer, Integer> count = new HashMap<>();
        weights.layout().entries().forEach(entry -> count.merge(bucket(entry), 1, Integer::sum));
        return count;
    }

    private int bucket(ParameterLayout.Entry entry) {
        for (Part part : weights.layout().parts()) {
            if (entry.offset() < part.end()) {
                return part.bucket();
            }
        }
        throw new IllegalStateException("Parameter " + entry.name() + " lies in no part.");
    }

    /** Counts down the uses of the step's parameters and tells the buckets that are final now. */
    private List<Integer> finish(FusedStep step, Map<Integer, Integer> openParameters) {
        Set<Integer> finished = new TreeSet<>();
        for (String name : step.parameterNames()) {
            if (usesLeft.merge(name, -1, Integer::sum) == 0) {
                int bucket = bucket(weights.layout().entry(name));
                if (openParameters.merge(bucket, -1, Integer::sum) == 0) {
                    finished.add(bucket);
                }
            }
        }
        return List.copyOf(finished);
    }

    private void arrive(Port port, Gradient gradient) {
        Gradient before = arrived.get(port);
        if (before == null) {
            arrived.put(port, gradient);
            return;
        }
        Gradient target = before.exclusive() ? before : gradient;
        Gradient other = before.exclusive() ? gradient : before;
        Value sum = target.exclusive()
                ? new Value(target.value().layout(), target.value().buffer())
                : value(target.value().layout());
        Addition.add(this, target.value(), other.value(), sum);
        arrived.put(port, new Gradient(sum, true));
    }

    private List<Operation> take() {
        List<Operation> taken = List.copyOf(operations);
        operations = new ArrayList<>();
        return taken;
    }

    private Value outside(Tensor tensor) {
        return new Value(
                MemoryLayout.plain(handles, tensor.shape()),
                Buffer.at(tensor.span().address(), tensor.shape().count() * Float.BYTES));
    }

    private Tensor placed(Value value) {
        return new Tensor(
                value.shape(),
                arena.span(
                        value.buffer().address(), Math.toIntExact(value.shape().count())));
    }

    private FloatSpan floats(Value value) {
        if (value.layout().precision() != Precision.FLOAT32) {
            throw new IllegalStateException("A kernel in Java expects float32, but " + value.shape() + " is "
                    + value.layout().precision() + ".");
        }
        return arena.span(
                value.buffer().address(), Math.toIntExact(value.buffer().bytes() / Float.BYTES));
    }

    private Value value(Port port) {
        Value value = values.get(port);
        if (value == null) {
            throw new IllegalStateException("Port " + port + " has no value.");
        }
        return value;
    }

    private FusedStep current() {
        if (current == null) {
            throw new IllegalStateException("No step is being compiled.");
        }
        return current;
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
        operations.add(operation);
    }

    @Override
    public Value value(MemoryLayout layout) {
        return new Value(layout, Buffer.planned(layout.bytes()));
    }

    @Override
    public Value constant(Shape shape, float[] constants) {
        Tensor tensor = Tensor.allocate(arena, shape);
        tensor.span().write(0, constants, 0, constants.length);
        return outside(tensor);
    }

    @Override
    public Value in(MemoryLayout wanted, Value value) {
        if (value.layout().matches(wanted)) {
            return value;
        }
        List<Value> known = conversions.computeIfAbsent(value, key -> new ArrayList<>());
        for (Value conversion : known) {
            if (conversion.layout().matches(wanted)) {
                return conversion;
            }
        }
        Value conversion = value(wanted);
        Reorder.emit(this, value, conversion);
        known.add(conversion);
        return conversion;
    }

    @Override
    public Value plain(Value value) {
        return in(MemoryLayout.plain(handles, value.shape()), value);
    }

    @Override
    public Value parameter(String name, MemoryLayout wanted) {
        return weights.in(entry(name), wanted);
    }

    @Override
    public Folded folded(BatchNorm2d behind, String scope, MemoryLayout wanted) {
        if (!folds) {
            folds = true;
            operations.add(0, weights.folding());
        }
        return weights.folded(current().node(), behind, scope, wanted);
    }

    @Override
    public Value parameter(String name) {
        ParameterLayout.Entry entry = entry(name);
        return weights.at(entry, entry.shape());
    }

    private ParameterLayout.Entry entry(String name) {
        return weights.layout().entry(current().node().parameters() + "." + name);
    }

    @Override
    public Value parameterGradient(String name) {
        ParameterLayout.Entry entry = entry(name);
        Value first = gradientAt(entry);
        Value target = begunGradients.add(entry.name()) ? first : value(first.layout());
        openGradients.put(entry.name(), target);
        return target;
    }

    @Override
    public void parameterGradientDone(String name) {
        ParameterLayout.Entry entry = entry(name);
        Value written = openGradients.remove(entry.name());
        if (written != null && written.buffer().isPlanned()) {
            Value sum = gradientAt(entry);
            Addition.add(this, sum, written, sum);
        }
    }

    private Value gradientAt(ParameterLayout.Entry entry) {
        return new Value(
                MemoryLayout.plain(handles, entry.shape()),
                Buffer.at(
                        gradients.address() + (long) entry.offset() * Float.BYTES,
                        (long) entry.length() * Float.BYTES));
    }

    /**
     * A layer tells its statistics where they are read. The uses of a shared one have memory of their own, because the way
     * back needs each one's statistics, and are merged after forward.
     */
    private void prepareStatistics(FusedStep step, Shape x) {
        statisticsMerge = null;
        RunningStatistics running = step.node().layer().runningStatistics();
        if (running != null && purpose.training() && isShared(step.node())) {
            long elements = running.over() == StatisticsLayout.Over.BATCH ? x.count() / running.channels() : x.size(0);
            long before = statisticsElements.merge(step.node().parameters(), elements, Long::sum) - elements;
            statisticsMerge = new StatisticsMerge(
                    statistics(),
                    batchStatistics,
                    Tensor.allocate(arena, Shape.of(running.channels())),
                    Tensor.allocate(arena, Shape.of(running.channels())),
                    before,
                    elements);
            statisticsMerges.add(statisticsMerge);
        }
    }

    private boolean isShared(Network.Node node) {
        return network.nodes().stream()
                        .filter(other -> other.parameters().equals(node.parameters()))
                        .count()
                > 1;
    }

    @Override
    public Value batchMean(int channels) {
        StatisticsMerge merge = statisticsMerge;
        return merge == null ? floats(batchStatistics, statistics().offset(), channels) : outside(merge.mean());
    }

    @Override
    public Value batchVariance(int channels) {
        StatisticsMerge merge = statisticsMerge;
        return merge == null
                ? floats(batchStatistics, statistics().varianceOffset(), channels)
                : outside(merge.variance());
    }

    @Override
    public Value runningMean(int channels) {
        return floats(weights.statistics(), statistics().offset(), channels);
    }

    @Override
    public Value runningVariance(int channels) {
        return floats(weights.statistics(), statistics().varianceOffset(), channels);
    }

    private StatisticsLayout.Entry statistics() {
        return weights.statisticsLayout().entry(current().node().parameters());
    }

    private Value floats(FloatSpan span, int offset, int count) {
        return new Value(
                MemoryLayout.plain(handles, Shape.of(count)),
                Buffer.at(span.address() + (long) offset * Float.BYTES, (long) count * Float.BYTES));
    }

    @Override
    public Randomness.Draws draws() {
        return randomness.of(current().node().name());
    }

    @Override
    public boolean training() {
        return purpose.training();
    }

    @Override
    public Precision precision() {
        return purpose.precision();
    }

    @Override
    public boolean backward() {
        return purpose.backward();
    }
}
