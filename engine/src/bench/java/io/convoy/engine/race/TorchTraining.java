package io.convoy.engine.race;

import io.convoy.engine.data.EpochOrder;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.libtorch.TorchNetwork;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import io.convoy.engine.train.TrainingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * libtorch's training, as fast as its documentation lets it be: the images are laid out once, gradients are dropped and not zeroed,
 * activations are overwritten where nobody needs them, and its fused rule updates the weights. Either all cores work in every
 * operator, or each has a single-threaded replica on its share of the batch, and every one updates a part of the weights that they
 * share. In bfloat16 it does what its autocast does: convolutions and fully connected layers on bfloat16 copies of the weights, and
 * all activations in bfloat16.
 */
final class TorchTraining implements Contestant {
    /** {@code reduction} of libtorch's losses. */
    private static final int SUM = 2;

    private static final String RULE =
            """
            def update(weights: List[Tensor], gradients: List[Tensor], momenta: List[Tensor], rate: float):
                torch._fused_sgd_(weights, gradients, momenta, weight_decay=0.0, momentum=%s, lr=rate, dampening=0.0, \
            nesterov=False, maximize=False, is_first_step=False)

            def add(sums: List[Tensor], gradients: List[Tensor]):
                torch._foreach_add_(sums, gradients)
            """
                    .formatted(Race.MOMENTUM);

    private final Race race;
    private final TrainingPlan plan;
    private final InputPipeline data;
    private final Network network;
    private final boolean channelsLast;
    private final boolean lower;
    private final Crowd crowd;
    private final int replicas;
    private final CompilationUnit unit;

    /** The nodes that read their weights in bfloat16. */
    private final Set<String> lowered = new HashSet<>();

    /** The weights that all replicas share, momenta, and every replica's own views, which have its gradients. */
    private final Map<String, Tensor> weights = new LinkedHashMap<>();

    private final Map<String, Tensor> momenta = new LinkedHashMap<>();
    private final List<Map<String, Tensor>> views = new ArrayList<>();
    private final List<Map<String, Tensor>> statistics = new ArrayList<>();
    private final List<TorchNetwork> networks = new ArrayList<>();
    private final List<Tensor> images = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();

    /** Which parameters each replica updates. */
    private final List<List<String>> shares = new ArrayList<>();

    TorchTraining(Race race, boolean together, boolean channelsLast, int cores) {
        this.race = race;
        this.plan = race.plan(race.batch());
        this.data = race.data();
        this.network = plan.network();
        this.channelsLast = channelsLast;
        this.lower = race.precision() == Precision.BFLOAT16;
        this.replicas = together ? 1 : cores;
        this.crowd = new Crowd(replicas);
        for (Node node : network.nodes()) {
            if (lower && (node.layer() instanceof Conv2d || node.layer() instanceof Linear)) {
                lowered.add(node.parameters());
            }
        }
        // Of this thread, which only checks.
        torch.set_num_threads(cores);
        this.unit = torch.compile(RULE);
        crowd.each(replica -> torch.set_num_threads(cores / replicas));
        load();
        divide();
        List<Integer> samples = order(0);
        for (int i = 0; i < replicas; i++) {
            networks.add(new TorchNetwork(network, ScalarType.Float, true));
            int first = race.batch() * i / replicas;
            List<Integer> own = samples.subList(first, race.batch() * (i + 1) / replicas);
            images.add(images(own));
            targets.add(targets(own));
        }
    }

    /** The common first weights, again. */
    private void load() {
        ParameterLayout layout = plan.parameters();
        ModelState state = plan.initialState();
        weights.clear();
        momenta.clear();
        views.clear();
        statistics.clear();
        for (Network.Parameter parameter : network.parameters()) {
            ParameterLayout.Entry entry = layout.entry(parameter.name());
            float[] values =
                    Arrays.copyOfRange(state.weights(), entry.offset(), entry.offset() + entry.length());
            Tensor weight = formatted(tensor(values, parameter.shape().toArray()));
            weights.put(parameter.name(), weight);
            momenta.put(parameter.name(), torch.zeros_like(weight));
        }
        for (int i = 0; i < replicas; i++) {
            Map<String, Tensor> own = new LinkedHashMap<>();
            weights.forEach((name, weight) -> own.put(name, weight.detach().set_requires_grad(true)));
            views.add(own);
            Map<String, Tensor> running = new LinkedHashMap<>();
            for (StatisticsLayout.Entry entry : plan.statistics().entries()) {
                long[] channels = {entry.channels()};
                running.put(entry.name() + ".running_mean", torch.zeros(channels));
                running.put(entry.name() + ".running_var", torch.ones(channels));
            }
            statistics.add(running);
        }
    }

    /** So that the replicas' parts of the update are about equal. */
    private void divide() {
        long[] load = new long[replicas];
        for (int i = 0; i < replicas; i++) {
            shares.add(new ArrayList<>());
        }
        List<String> largestFirst = weights.entrySet().stream()
                .sorted((a, b) ->
                        Long.compare(b.getValue().numel(), a.getValue().numel()))
                .map(Map.Entry::getKey)
                .toList();
        for (String name : largestFirst) {
            int least = 0;
            for (int i = 1; i < replicas; i++) {
                least = load[i] < load[least] ? i : least;
            }
            load[least] += Objects.requireNonNull(weights.get(name)).numel();
            shares.get(least).add(name);
        }
    }

    private List<Integer> order(long epoch) {
        EpochOrder order = EpochOrder.shuffled(plan.seed(), epoch, race.batch());
        return IntStream.range(0, race.batch()).map(order::sampleAt).boxed().toList();
    }

    private Tensor images(List<Integer> samples) {
        Tensor x = formatted(tensor(
                Race.images(data, samples), race.image().batched(samples.size()).toArray()));
        return lower ? x.to(ScalarType.BFloat16) : x;
    }

    private Tensor targets(List<Integer> samples) {
        long[] labels = samples.stream().mapToLong(data::label).toArray();
        try (LongPointer pointer = new LongPointer(labels)) {
            return torch.from_blob(pointer, new long[] {labels.length}, new TensorOptions(ScalarType.Long))
                    .clone();
        }
    }

    private static Tensor tensor(float[] values, int[] sizes) {
        try (FloatPointer pointer = new FloatPointer(values)) {
            return torch.from_blob(pointer, Arrays.stream(sizes).asLongStream().toArray())
                    .clone();
        }
    }

    private Tensor formatted(Tensor tensor) {
        return channelsLast && tensor.dim() == 4
                ? tensor.to(
                        tensor.scalar_type(), false, true, new MemoryFormatOptional(MemoryFormat.ChannelsLast))
                : tensor;
    }

    /** The sum of the losses, divided by the whole batch; leaves the gradients in the replica's views. */
    @SuppressWarnings("try") // the scope frees libtorch's tensors when it closes
    private double forwardAndBackward(int replica, Tensor x, Tensor target) {
        try (PointerScope scope = new PointerScope()) {
            TorchNetwork torchNetwork = networks.get(replica);
            Map<String, Tensor> parameters = torchNetwork.parameters();
            views.get(replica)
                    .forEach((name, weight) -> parameters.put(
                            name,
                            lowered.contains(name.substring(0, name.lastIndexOf('.')))
                                    ? weight.to(ScalarType.BFloat16)
                                    : weight));
            parameters.putAll(statistics.get(replica));
            Tensor y = torchNetwork.output(x);
            Tensor loss = torch.cross_entropy_loss(
                            lower ? y.to(ScalarType.Float) : y, target, new TensorOptional(), SUM, -100, 0)
                    .mul(new Scalar(1.0 / race.batch()));
            loss.backward();
            return loss.item_double();
        }
    }

    /** Adds up the gradients of one replica's share of the parameters, updates it, and drops its gradients. */
    @SuppressWarnings("try") // the scope frees libtorch's tensors when it closes
    private void update(int replica) {
        try (PointerScope scope = new PointerScope()) {
            List<String> names = shares.get(replica);
            IValue sums = gradients(0, names);
            for (int other = 1; other < replicas; other++) {
                call("add", sums, gradients(other, names));
            }
            call("update", list(names, weights::get), sums, list(names, momenta::get), new IValue(Race.LEARNING_RATE));
            for (Map<String, Tensor> own : views) {
                for (String name : names) {
                    Objects.requireNonNull(own.get(name)).mutable_grad().reset();
                }
            }
        }
    }

    private IValue gradients(int replica, List<String> names) {
        return list(names, name -> Objects.requireNonNull(views.get(replica).get(name)).grad());
    }

    private static IValue list(List<String> names, java.util.function.Function<String, @Nullable Tensor> tensors) {
        GenericList list = new GenericList(new Type.TypePtr(TensorType.get()));
        for (String name : names) {
            list.push_back(new IValue(Objects.requireNonNull(tensors.apply(name))));
        }
        return new IValue(list);
    }

    private void call(String name, IValue... arguments) {
        IValue unused = unit.get_function(new QualifiedName(name)).apply(new IValueVector(arguments));
    }

    @Override
    public long run(long nanos) {
        long end = System.nanoTime() + nanos;
        Meeting meeting = new Meeting(replicas);
        AtomicBoolean over = new AtomicBoolean();
        return crowd.sum(replica -> {
            long samples = 0;
            while (!over.get()) {
                double unused = forwardAndBackward(replica, images.get(replica), targets.get(replica));
                meeting.meet();
                update(replica);
                samples += targets.get(replica).numel();
                if (replica == 0) {
                    over.set(System.nanoTime() >= end);
                }
                meeting.meet();
            }
            return samples;
        });
    }

    /** On one replica with all cores, whose gradients add up over the micro-batches. */
    @Override
    @SuppressWarnings("try") // the scope frees libtorch's tensors when it closes
    public double[] check(int steps, int microBatch) {
        load();
        double[] losses = new double[steps];
        for (int step = 0; step < steps; step++) {
            try (PointerScope scope = new PointerScope()) {
                List<Integer> samples = order(step);
                for (int first = 0; first < samples.size(); first += microBatch) {
                    List<Integer> part = samples.subList(first, Math.min(samples.size(), first + microBatch));
                    losses[step] += forwardAndBackward(0, images(part), targets(part));
                }
                for (int other = 1; other < replicas; other++) {
                    for (Map.Entry<String, Tensor> view : views.get(other).entrySet()) {
                        view.getValue()
                                .mutable_grad()
                                .put(torch.zeros_like(view.getValue().detach()));
                    }
                }
                for (int replica = 0; replica < replicas; replica++) {
                    update(replica);
                }
            }
        }
        load();
        return losses;
    }

    @Override
    public void close() {
        crowd.close();
        weights.clear();
        momenta.clear();
        views.clear();
    }
}
