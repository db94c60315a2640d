package io.convoy.engine.race;

import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.network.Network;
import io.convoy.engine.train.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** libtorch's scoring: TorchScript, frozen and {@code optimize_for_inference}, all cores on one batch, or a single-threaded caller a core. */
final class TorchScoring implements Contestant {
    private final Race race;
    private final JitModule module;
    private final Tensor images;
    private final Crowd crowd;

    TorchScoring(Race race, boolean together, boolean channelsLast, int cores) throws IOException {
        this.race = race;
        TrainingPlan plan = race.plan(race.batch());
        Path file = Files.createTempFile("race", ".pt");
        try {
            new TorchScript(plan.network()).write(state(plan), file);
            this.module = torch.optimize_for_inference(torch.load(file.toString()));
        } finally {
            Files.deleteIfExists(file);
        }
        Tensor x = tensor(
                Race.images(race.data(), IntStream.range(0, race.batch()).boxed().toList()),
                race.image().batched(race.batch()).toArray());
        this.images = channelsLast
                ? x.to(x.scalar_type(), false, true, new MemoryFormatOptional(MemoryFormat.ChannelsLast))
                : x;
        int count = together ? 1 : cores;
        torch.set_num_threads(cores / count);
        this.crowd = new Crowd(count);
        crowd.each(number -> torch.set_num_threads(cores / count));
    }

    private static Map<String, Tensor> state(TrainingPlan plan) {
        ModelState first = plan.initialState();
        Map<String, Tensor> state = new LinkedHashMap<>();
        for (Network.Parameter parameter : plan.network().parameters()) {
            ParameterLayout.Entry entry = plan.parameters().entry(parameter.name());
            float[] values =
                    Arrays.copyOfRange(first.weights(), entry.offset(), entry.offset() + entry.length());
            state.put(parameter.name(), tensor(values, parameter.shape().toArray()));
        }
        for (StatisticsLayout.Entry entry : plan.statistics().entries()) {
            long[] channels = {entry.channels()};
            state.put(entry.name() + ".running_mean", torch.zeros(channels));
            state.put(entry.name() + ".running_var", torch.ones(channels));
        }
        return state;
    }

    private static Tensor tensor(float[] values, int[] sizes) {
        try (FloatPointer pointer = new FloatPointer(values)) {
            return torch.from_blob(pointer, Arrays.stream(sizes).asLongStream().toArray())
                    .clone();
        }
    }

    @Override
    @SuppressWarnings("try") // the scope frees libtorch's tensors when it closes
    public long run(long nanos) {
        return crowd.batches(nanos, race.batch(), number -> {
            try (PointerScope scope = new PointerScope();
                    InferenceMode mode = new InferenceMode(true)) {
                IValue unused = module.forward(new IValueVector(new IValue(images)));
            }
        });
    }

    @Override
    @SuppressWarnings("try") // the scope frees libtorch's tensors when it closes
    public double[] check(int steps, int microBatch) {
        try (PointerScope scope = new PointerScope();
                InferenceMode mode = new InferenceMode(true)) {
            Tensor y = module.forward(new IValueVector(new IValue(images))).toTensor().contiguous();
            float[] values = new float[Math.toIntExact(y.numel())];
            new FloatPointer(y.data_ptr_float()).get(values);
            return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
        }
    }

    @Override
    public void close() {
        crowd.close();
        module.deallocate();
    }
}
