package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole programs against central differences of what they compute, with every planned byte poisoned first. */
class ProgramTest {
    private static final int BATCH = 3;

    /** Weighted sum of all outputs: a scalar whose gradient is known where the weights are the output gradients. */
    private static double objective(Program program, List<float[]> outputWeights) {
        program.poison();
        program.forward();
        double sum = 0;
        for (int o = 0; o < outputWeights.size(); o++) {
            float[] y = program.outputs().get(o).span().toArray();
            for (int i = 0; i < y.length; i++) {
                sum += (double) y[i] * outputWeights.get(o)[i];
            }
        }
        return sum;
    }

    private static void fill(FloatSpan span, RandomStream random) {
        for (int i = 0; i < span.length(); i++) {
            span.set(i, (float) random.nextGaussian());
        }
    }

    private static void checkGradients(Network network) {
        checkGradients(network, new Purpose(BATCH, true, true, true));
    }

    private static void checkGradients(Network network, Purpose purpose) {
        RandomStream random = new Seed(3).stream();
        var layout = Layouts.parameters(network, 1);
        try (Weights weights = new Weights(layout, Layouts.statistics(network));
                Program program = Program.compile(network, weights, purpose)) {
            float[] initial = Layouts.initialWeights(network, layout, new Seed(5));
            for (int i = 0; i < initial.length; i++) {
                initial[i] += (float) (0.1 * random.nextGaussian());
            }
            weights.flat().write(0, initial, 0, initial.length);
            weights.refresh();
            for (Tensor input : program.inputs()) {
                fill(input.span(), random);
            }
            List<float[]> outputWeights = new ArrayList<>();
            for (Tensor gradient : program.outputGradients()) {
                fill(gradient.span(), random);
                outputWeights.add(gradient.span().toArray());
            }
            program.poison();
            program.forward();
            List<Integer> finished = new ArrayList<>();
            program.backward(finished::add);
            assertThat(finished).containsExactlyElementsOf(range(layout.buckets()));
            float[] gradient = program.gradients().span().toArray();
            List<float[]> inputGradients = program.inputGradients().stream()
                    .map(tensor -> tensor.span().toArray())
                    .toList();
            for (var entry : layout.entries()) {
                for (int k = 0; k < 4; k++) {
                    int i = entry.offset() + random.nextInt(entry.length());
                    check(
                            entry.name() + " " + i,
                            gradient[i],
                            difference(weights.flat(), i, program, weights, outputWeights));
                }
            }
            for (int t = 0; t < inputGradients.size(); t++) {
                FloatSpan input = program.inputs().get(t).span();
                for (int k = 0; k < 8; k++) {
                    int i = random.nextInt(input.length());
                    check(
                            "input " + t + " " + i,
                            inputGradients.get(t)[i],
                            difference(input, i, program, weights, outputWeights));
                }
            }
        }
    }

    private static List<Integer> range(int end) {
        List<Integer> range = new ArrayList<>();
        for (int i = 0; i < end; i++) {
            range.add(i);
        }
        return range;
    }

    private static double difference(
            FloatSpan span, int i, Program program, Weights weights, List<float[]> outputWeights) {
        float before = span.get(i);
        float step = 2e-3f;
        span.set(i, before + step);
        weights.refresh();
        double above = objective(program, outputWeights);
        span.set(i, before - step);
        weights.refresh();
        double below = objective(program, outputWeights);
        span.set(i, before);
        weights.refresh();
        return (above - below) / ((double) (before + step) - (double) (before - step));
    }

    private static void check(String what, double analytic, double numeric) {
        // float32 noise over a step of 2e-3, and a kink of a ReLU now and then: golden values are the sharper test.
        assertThat(Math.abs(analytic - numeric) / Math.max(1, Math.abs(numeric)))
                .as("%s: analytic %s, numeric %s", what, analytic, numeric)
                .isLessThan(2e-2);
    }

    @Test
    void sequenceOfConvolutionPoolingAndLinearHasTheRightGradients() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(2, 9, 9));
        x = network.add("conv", Conv2d.of(2, 5, 3).withPadding(1), x);
        x = network.add("pool", AvgPool2d.of(3, 3), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("fc", Linear.of(45, 4), x);
        checkGradients(network.output(x).build());
    }

    @Test
    void poolThatTakesTheGradientThroughTheReluInFrontOfItHasTheRightGradients() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(2, 8, 8));
        x = network.add("conv", Conv2d.of(2, 5, 3).withPadding(1), x);
        x = network.add("relu", new Relu(), x);
        x = network.add("pool", MaxPool2d.of(2, 2), x);
        checkGradients(network.output(x).build());
    }

    @Test
    void poolBehindAReluThatSomebodyElseReadsToo() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(2, 8, 8));
        x = network.add("conv", Conv2d.of(2, 5, 3).withPadding(1), x);
        Port relu = network.add("relu", new Relu(), x);
        Port pool = network.add("pool", MaxPool2d.of(2, 2), relu);
        Port other = network.add("other", Conv2d.of(5, 5, 2).withStride(2), relu);
        checkGradients(
                network.output(network.add("sum", new Add(), pool, other)).build());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void batchNormHasTheRightGradientsWithBatchAndWithRunningStatistics(boolean training) {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(3, 6, 6));
        x = network.add("conv", Conv2d.of(3, 18, 3).withoutBias(), x);
        x = network.add("bn", BatchNorm2d.of(18), x);
        x = network.add("pool", AvgPool2d.of(2, 2), x);
        checkGradients(network.output(x).build(), new Purpose(BATCH, training, true, true));
    }

    @Test
    void tensorReadByThreeNodesGetsTheSumOfTheirGradients() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(4, 5, 5));
        Port a = network.add("a", Conv2d.of(4, 4, 3).withPadding(1), x);
        Port b = network.add("b", Conv2d.of(4, 4, 1), a);
        Port c = network.add("c", Conv2d.of(4, 4, 3).withPadding(1).withGroups(2), a);
        Port sum = network.add("sum", new Add(), b, c);
        Port total = network.add("total", new Add(), sum, a);
        checkGradients(network.output(total).build());
    }

    @Test
    void sharedParametersGetTheSumOfTheirUsesGradients() {
        Network.Builder branch = Network.builder();
        Port x = branch.input("x", Shape.of(2, 6, 6));
        Port y = branch.add("conv", Conv2d.of(2, 3, 3), x);
        y = branch.add("bn", BatchNorm2d.of(3), y);
        Network shared = branch.output(y).build();

        Network.Builder network = Network.builder();
        Port left = network.input("left", Shape.of(2, 6, 6));
        Port right = network.input("right", Shape.of(2, 6, 6));
        Port a = network.include("a", "a", shared, left).get(0);
        Port b = network.include("b", "a", shared, right).get(0);
        Network siamese = network.output(a).output(b).build();
        assertThat(siamese.parameters())
                .extracting(Network.Parameter::name)
                .containsExactly("a.conv.weight", "a.conv.bias", "a.bn.weight", "a.bn.bias");
        checkGradients(siamese);
    }

    @Test
    void statisticsOfASharedBatchNormAreThoseOfAllItsUses() {
        Network.Builder network = Network.builder();
        Port left = network.input("left", Shape.of(1, 2, 2));
        Port right = network.input("right", Shape.of(1, 2, 2));
        Port a = network.add("bn", BatchNorm2d.of(1), left);
        Port b = network.addSharing("again", "bn", BatchNorm2d.of(1), right);
        Network siamese = network.output(a).output(b).build();
        try (Weights weights = new Weights(Layouts.parameters(siamese, 1), Layouts.statistics(siamese));
                Program program = Program.compile(siamese, weights, Purpose.training(1))) {
            program.inputs().get(0).span().write(0, new float[] {1, 2, 3, 4}, 0, 4);
            program.inputs().get(1).span().write(0, new float[] {5, 6, 7, 8}, 0, 4);
            program.forward();
            assertThat(program.batchStatistics().span().toArray()).containsExactly(4.5f, 5.25f);
        }
    }

    @Test
    void reluIsFusedOnlyWhereNobodyElseReadsWhatIsInFrontOfIt() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(1, 1, 2));
        Port linear = network.add("flatten", new Flatten(), x);
        linear = network.add("fc", new Linear(2, 2, false), linear);
        Port relu = network.add("relu", new Relu(), linear);
        Port sum = network.add("sum", new Add(), linear, relu);
        Network both = network.output(sum).build();
        try (Weights weights = new Weights(Layouts.parameters(both, 1), Layouts.statistics(both));
                Program program = Program.compile(both, weights, Purpose.inference(1))) {
            weights.flat().write(0, new float[] {1, 0, 0, 1}, 0, 4);
            weights.refresh();
            program.inputs().get(0).span().write(0, new float[] {-1, 2}, 0, 2);
            program.forward();
            assertThat(program.outputs().get(0).span().toArray()).containsExactly(-1, 4);
        }
    }

    @Test
    void aSamplesBitsDependNeitherOnItsPositionNorOnItsNeighbours() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(3, 12, 12));
        x = network.add("conv", Conv2d.of(3, 20, 3).withPadding(1), x);
        x = network.add("bn", BatchNorm2d.of(20), x);
        x = network.add("relu", new Relu(), x);
        x = network.add("pool", MaxPool2d.of(2, 2), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("fc", Linear.of(20 * 6 * 6, 10), x);
        Network whole = network.output(x).build();
        int batch = 8;
        int size = 3 * 12 * 12;
        var layout = Layouts.parameters(whole, 1);
        try (Weights weights = new Weights(layout, Layouts.statistics(whole));
                Program program = Program.compile(whole, weights, Purpose.inference(batch))) {
            float[] initial = Layouts.initialWeights(whole, layout, new Seed(5));
            weights.flat().write(0, initial, 0, initial.length);
            weights.refresh();
            FloatSpan sample = new io.convoy.engine.tensor.Arena().allocate(size);
            RandomStream random = new Seed(11).stream();
            fill(sample, random);
            float[] alone = null;
            for (int position = 0; position < batch; position++) {
                fill(program.inputs().get(0).span(), random);
                program.inputs().get(0).span().write(position * size, sample.toArray(), 0, size);
                program.forward();
                float[] scores = new float[10];
                program.outputs().get(0).span().read(position * 10, scores, 0, 10);
                if (alone == null) {
                    alone = scores;
                }
                assertThat(scores).containsExactly(alone);
            }
        }
    }

    @Test
    void convolutionWhoseWindowsAllMissTheInputGivesItsBias() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(8, 2, 1));
        x = network.add("conv", Conv2d.of(8, 3, 1).withStride(2).withPadding(1).withDilation(2), x);
        x = network.add("relu", new Relu(), x);
        Network missing = network.output(x).build();
        try (Weights weights = new Weights(Layouts.parameters(missing, 1), Layouts.statistics(missing));
                Program program = Program.compile(missing, weights, Purpose.inference(1))) {
            weights.flat().fill(9);
            int bias = weights.layout().entry("conv.bias").offset();
            weights.flat().write(bias, new float[] {1, 2, 3}, 0, 3);
            weights.refresh();
            program.poison();
            program.inputs().get(0).span().fill(1);
            program.forward();
            assertThat(program.outputs().get(0).span().toArray()).containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
        }
    }

    @Test
    void portThatIsAnOutputTwiceGetsTheSumOfBothGradients() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(2));
        Port y = builder.add("relu", new Relu(), x);
        Network network = builder.output(y).output(y).build();
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                Program program = Program.compile(network, weights, new Purpose(1, true, true, true))) {
            program.inputs().get(0).span().fill(1);
            program.forward();
            program.outputGradients().get(0).span().write(0, new float[] {1, 2}, 0, 2);
            program.outputGradients().get(1).span().write(0, new float[] {10, 20}, 0, 2);
            program.backward(bucket -> {});
            assertThat(program.inputGradients().get(0).span().toArray()).containsExactly(11, 22);
        }
    }

    @Test
    void memoryOfActivationsIsReusedInInference() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(16, 32, 32));
        for (int i = 0; i < 8; i++) {
            x = network.add("conv" + i, Conv2d.of(16, 16, 3).withPadding(1), x);
        }
        Network deep = network.output(x).build();
        long activation = 16L * 32 * 32 * Float.BYTES;
        try (Weights weights = new Weights(Layouts.parameters(deep, 1), Layouts.statistics(deep));
                Program inference = Program.compile(deep, weights, Purpose.inference(1));
                Program training = Program.compile(deep, weights, Purpose.training(1))) {
            assertThat(inference.slabBytes()).isLessThan(4 * activation);
            assertThat(training.slabBytes()).isGreaterThan(8 * activation);
        }
    }

    /** Three small layers, a bucket each if buckets are small. */
    private static Network threeLayers() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(2, 6, 6));
        x = network.add("conv1", Conv2d.of(2, 4, 3), x);
        x = network.add("relu1", new Relu(), x);
        x = network.add("conv2", Conv2d.of(4, 4, 3), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("fc", Linear.of(16, 3), x);
        return network.output(x).build();
    }

    private static ParameterLayout layout(Network network, int bucketFloats) {
        return new ParameterLayout(
                network.parameters().stream()
                        .map(parameter -> new ParameterLayout.Parameter(parameter.name(), parameter.shape()))
                        .toList(),
                bucketFloats,
                1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 140, 1_000})
    void bucketsAreToldOnceInOrderAndAreFinalThen(int bucketFloats) {
        Network network = threeLayers();
        ParameterLayout layout = layout(network, bucketFloats);
        RandomStream random = new Seed(8).stream();
        try (Weights weights = new Weights(layout, Layouts.statistics(network));
                Program program = Program.compile(network, weights, Purpose.training(BATCH))) {
            fill(weights.flat(), random);
            weights.refresh();
            fill(program.inputs().get(0).span(), random);
            fill(program.outputGradients().get(0).span(), random);
            float[] whenTold = new float[layout.length()];
            List<Integer> told = new ArrayList<>();
            program.forward();
            program.backward(bucket -> {
                told.add(bucket);
                for (Part part : layout.parts()) {
                    if (part.bucket() == bucket) {
                        program.gradients().span().read(part.offset(), whenTold, part.offset(), part.length());
                    }
                }
            });
            assertThat(told).containsExactlyElementsOf(range(layout.buckets()));
            assertThat(whenTold).containsExactly(program.gradients().span().toArray());
        }
        assertThat(layout.buckets())
                .isEqualTo(bucketFloats == 1 ? 6 : bucketFloats == 50 ? 3 : bucketFloats == 140 ? 2 : 1);
    }

    @Test
    void statisticsOfASharedBatchNormDoNotDependOnTheBatchBefore() {
        Network.Builder network = Network.builder();
        Port left = network.input("left", Shape.of(1, 1, 2));
        Port right = network.input("right", Shape.of(1, 1, 2));
        Port a = network.add("bn", BatchNorm2d.of(1), left);
        Port b = network.addSharing("again", "bn", BatchNorm2d.of(1), right);
        Network siamese = network.output(a).output(b).build();
        try (Weights weights = new Weights(Layouts.parameters(siamese, 1), Layouts.statistics(siamese));
                Program program = Program.compile(siamese, weights, Purpose.training(1))) {
            float[] fresh = statistics(program, 1.23e-10f);
            statistics(program, 1);
            assertThat(statistics(program, 1.23e-10f)).containsExactly(fresh);
            statistics(program, Float.NaN);
            assertThat(statistics(program, 1.23e-10f)).containsExactly(fresh);
        }
    }

    private static float[] statistics(Program program, float value) {
        for (Tensor input : program.inputs()) {
            input.span().fill(value);
        }
        program.forward();
        return program.batchStatistics().span().toArray();
    }

    @Test
    @Timeout(60)
    void compilingWaitsWhileAnotherProgramTakesItsWeights() throws Exception {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(2, 1, 1));
        Network norm = network.output(network.add("bn", BatchNorm2d.of(2), x)).build();
        try (Weights weights = new Weights(Layouts.parameters(norm, 1), Layouts.statistics(norm))) {
            FutureTask<Long> compiling = new FutureTask<>(() -> {
                try (Program program = Program.compile(norm, weights, Purpose.inference(1))) {
                    return program.slabBytes();
                }
            });
            Thread thread = new Thread(compiling, "compiling");
            // Native handles are for one thread at a time, and replicas compile at the same time.
            synchronized (weights) {
                thread.start();
                while (!compiling.isDone() && !waitsFor(thread, weights)) {
                    Thread.onSpinWait();
                }
                assertThat(compiling.isDone()).isFalse();
            }
            assertThat(compiling.get()).isPositive();
        }
    }

    private static boolean waitsFor(Thread thread, Object lock) {
        ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId());
        return info != null
                && info.getLockInfo() != null
                && info.getLockInfo().getIdentityHashCode() == System.identityHashCode(lock);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void poolsWhoseWindowIsLargerThanTheirInputHaveTheRightGradients(boolean maximum) {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(2, 3, 5));
        Window window = new Window(Pair.of(5), Pair.of(4), Pair.of(0), Pair.of(1), true);
        x = network.add("pool", maximum ? new MaxPool2d(window) : new AvgPool2d(window, true), x);
        Network pool = network.output(x).build();
        assertThat(pool.outputSample(0)).isEqualTo(Shape.of(2, 1, 1));
        checkGradients(pool);
    }

    @Test
    void inferenceTakesOneInputAndGivesEveryOutput() {
        Network.Builder network = Network.builder();
        Port x = network.input("x", Shape.of(2));
        Port y = network.add("relu", new Relu(), x);
        Network both = network.output(x).output(y).build();
        try (Weights weights = new Weights(Layouts.parameters(both, 1), Layouts.statistics(both));
                Inference inference = new Inference(both, weights, 3)) {
            inference.put(0, new float[] {1, -2}, 0);
            inference.put(1, new float[] {-3, 4}, 0);
            float[] values = {9, 9, 9, 9, 9};
            inference.run(2, values, 1);
            assertThat(values).containsExactly(9, 1, -2, -3, 4);
            inference.read(1, 2, values, 0);
            assertThat(values).containsExactly(1, 0, 0, 4, 4);
        }
        Network.Builder pair = Network.builder();
        Port one = pair.input("one", Shape.of(2));
        pair.input("two", Shape.of(2));
        Network twoInputs = pair.output(one).build();
        try (Weights weights = new Weights(Layouts.parameters(twoInputs, 1), Layouts.statistics(twoInputs))) {
            assertThatThrownBy(() -> new Inference(twoInputs, weights, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Inference expects a network with 1 input and at least 1 output, but it has 2 and 1.");
        }
    }

    @Test
    void impossiblePurposesAreRefused() {
        assertThatThrownBy(() -> Purpose.training(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Purpose expects a batch of at least 1, but it is 0.");
        assertThatThrownBy(() -> new Purpose(1, true, false, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Purpose expects a backward pass where input gradients are wanted.");
    }
}
