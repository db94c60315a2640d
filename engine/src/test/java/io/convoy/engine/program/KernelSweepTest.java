package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.Property;
import io.convoy.engine.ThisCpu;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.reference.Draw;
import io.convoy.engine.reference.LayerCase;
import io.convoy.engine.reference.ReferenceNetwork;
import io.convoy.engine.reference.References;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every layer's kernels beside its float64 reference, over shapes and arguments that are drawn. What is compared are whole
 * programs, in which the layer's inputs come as they are, from a ReLU, or in a convolution's layout; are or aren't read by
 * somebody else; and whose outputs' gradients come from outside, from a convolution, or are shared with a neighbour. All that a
 * program writes is NaN before it runs. {@code -Dconvoy.test.sweep=N} sets the number of cases a layer; an empty batch has no
 * program.
 */
class KernelSweepTest {
    private static final int CASES = Integer.getInteger("convoy.test.sweep", 30);
    private static final Seed SEED = Property.seed(KernelSweepTest.class);

    /** Farther from a kink than float32 errs; what lies nearer is drawn again. */
    private static final double KINK = 2e-5;

    static Stream<Class<? extends Layer>> layers() {
        return References.layers().stream();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void kernelsGiveTheReferencesNumbers(Class<? extends Layer> layer) {
        for (int i = 0; i < CASES; i++) {
            Seed seed = SEED.child(layer.getSimpleName()).child(i);
            RandomStream random = seed.stream();
            LayerCase drawn = References.draw(layer, new Draw(random));
            boolean training = random.nextInt(3) > 0;
            boolean inputGradients = random.nextInt(4) > 0;
            boolean compared = false;
            for (int attempt = 0; attempt < 50 && !compared; attempt++) {
                // A function that comes near 0 far out lies on the kink of a ReLU behind it: then other neighbours may
                // do.
                Network network = surround(drawn, random);
                String what = drawn + ", case " + i + ", training " + training + ", nodes "
                        + network.nodes().stream()
                                .map(node -> node.name() + "(" + node.layer() + " of " + node.inputs() + ")")
                                .toList();
                try (Setting setting = new Setting(network, drawn, training, seed.child(attempt))) {
                    compared = setting.isFarFromKinks();
                    if (compared) {
                        setting.compare(what, new Purpose(drawn.batch(), training, true, inputGradients));
                    }
                    if (compared && !training) {
                        setting.compare(what, Purpose.inference(drawn.batch()));
                    }
                }
            }
            assertThat(compared)
                    .as("numbers for %s that lie far from kinks", drawn)
                    .isTrue();
        }
    }

    /**
     * Rounding throws some values over a kink or into another window's maximum, and some tensors hold one value: so one in ten may
     * be off, but none is left unwritten.
     */
    @ParameterizedTest
    @MethodSource("layers")
    void kernelsInBfloat16AreCloseToThoseInFloat32(Class<? extends Layer> layer) {
        ThisCpu.assumeComputes(Precision.BFLOAT16);
        List<Double> errors = new ArrayList<>();
        for (int i = 0; i < CASES; i++) {
            Seed seed = SEED.child("bfloat16").child(layer.getSimpleName()).child(i);
            RandomStream random = seed.stream();
            LayerCase drawn = References.draw(layer, new Draw(random));
            boolean training = random.nextInt(3) > 0;
            Network network = surround(drawn, random);
            try (Setting setting = new Setting(network, drawn, training, seed)) {
                List<float[]> exact = setting.run(purpose(drawn, training, Precision.FLOAT32));
                List<float[]> rough = setting.run(purpose(drawn, training, Precision.BFLOAT16));
                for (int j = 0; j < exact.size(); j++) {
                    double error = error(exact.get(j), rough.get(j));
                    assertThat(error).as("tensor %d of %s", j, drawn).isNotNaN();
                    errors.add(error);
                }
            }
        }
        errors.sort(null);
        assertThat(errors.get(errors.size() * 9 / 10))
                .as("nine in ten of %s", errors)
                .isLessThan(0.02);
    }

    private static Purpose purpose(LayerCase drawn, boolean training, Precision precision) {
        return new Purpose(drawn.batch(), training, true, true, precision);
    }

    /** ‖actual − expected‖ ÷ ‖expected‖, without the gaps between parameters, which nobody writes. */
    private static double error(float[] expected, float[] actual) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            if (!Float.isNaN(expected[i])) {
                difference += Math.pow((double) actual[i] - expected[i], 2);
                size += Math.pow(expected[i], 2);
            }
        }
        return difference == 0 ? 0 : Math.sqrt(difference / size);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void anEmptyBatchKeepsItsShape(Class<? extends Layer> layer) {
        Draw draw = new Draw(SEED.child("empty").child(layer.getSimpleName()).stream());
        for (int i = 0; i < CASES; i++) {
            LayerCase drawn = References.draw(layer, draw);
            List<Shape> empty = drawn.feeds().stream()
                    .map(feed -> feed.shape().sample().batched(0))
                    .toList();
            List<Shape> full = drawn.feeds().stream().map(LayerCase.Feed::shape).toList();
            assertThat(drawn.layer().outputs(empty))
                    .as("%s", drawn)
                    .isEqualTo(drawn.layer().outputs(full).stream()
                            .map(shape -> shape.sample().batched(0))
                            .toList());
        }
    }

    /** The layer with neighbours, drawn. */
    private static Network surround(LayerCase drawn, RandomStream random) {
        Network.Builder builder = Network.builder();
        List<Port> read = new ArrayList<>();
        for (LayerCase.Feed feed : drawn.feeds()) {
            Shape sample = feed.shape().sample();
            Port x = builder.input("x" + read.size(), sample);
            int front = feed.anything() ? random.nextInt(4) : 0;
            if (front == 1) {
                x = builder.add("relu" + read.size(), new Relu(), x);
            } else if (front == 2 && weighted(sample)) {
                x = builder.add("front" + read.size(), weigh(sample), x);
            }
            int beside = random.nextInt(5);
            if (beside == 0) {
                builder.output(builder.add("beside" + read.size(), new Relu(), x));
            } else if (beside == 1 && weighted(sample)) {
                builder.output(builder.add("beside" + read.size(), weigh(sample), x));
            }
            read.add(x);
        }
        builder.add("layer", drawn.layer(), read.toArray(Port[]::new));
        List<Shape> outputs = drawn.layer()
                .outputs(drawn.feeds().stream().map(LayerCase.Feed::shape).toList());
        for (int i = 0; i < outputs.size(); i++) {
            Shape sample = outputs.get(i).sample();
            Port y = new Port("layer", i);
            switch (random.nextInt(outputs.size() > 1 ? 7 : 6)) {
                case 0 -> builder.output(y);
                case 1 -> builder.output(builder.add("relu" + y, new Relu(), y));
                case 2 -> builder.output(weighted(sample) ? builder.add("behind" + y, weigh(sample), y) : y);
                case 3 -> {
                    builder.output(y);
                    builder.output(weighted(sample) ? builder.add("behind" + y, weigh(sample), y) : y);
                }
                case 4 -> builder.output(builder.add("sum" + y, new Add(), y, y));
                case 5 -> {
                    Port relu = builder.add("relu" + y, new Relu(), y);
                    builder.output(builder.add("sum" + y, new Add(), relu, y));
                }
                default -> {
                    if (i == 0) {
                        builder.output(y);
                    }
                    // Else nobody reads it.
                }
            }
        }
        return builder.build();
    }

    private static boolean weighted(Shape sample) {
        return sample.rank() == 3 || sample.rank() == 1;
    }

    private static Layer weigh(Shape sample) {
        return sample.rank() == 3
                ? Conv2d.of(sample.size(0), sample.size(0), 1)
                : Linear.of(sample.size(0), sample.size(0));
    }

    /** A network with numbers. */
    private static final class Setting implements AutoCloseable {
        private final Network network;
        private final Weights weights;
        private final List<double[]> inputs = new ArrayList<>();
        private final Seed run;
        private final RandomStream random;
        private final ReferenceNetwork reference;
        private final List<double[]> upstream;

        Setting(Network network, LayerCase drawn, boolean training, Seed seed) {
            this.network = network;
            this.weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
            this.run = seed.child("run");
            this.random = seed.child("numbers").stream();
            ReferenceNetwork found = compute(drawn, training);
            for (int attempt = 0; attempt < 10 && found.nearestKink() < KINK; attempt++) {
                found = compute(drawn, training);
            }
            this.reference = found;
            this.upstream = reference.outputShapes().stream()
                    .map(shape -> LayerCase.normal(shape, random))
                    .toList();
            reference.backward(upstream);
        }

        private ReferenceNetwork compute(LayerCase drawn, boolean training) {
            draw(drawn);
            return new ReferenceNetwork(
                    network,
                    drawn.batch(),
                    training,
                    inputs,
                    name -> {
                        ParameterLayout.Entry entry = weights.layout().entry(name);
                        return doubles(weights.flat(), entry.offset(), entry.length());
                    },
                    scope -> {
                        StatisticsLayout.Entry entry = statistics(scope);
                        return List.of(
                                doubles(weights.statistics(), entry.offset(), entry.channels()),
                                doubles(weights.statistics(), entry.varianceOffset(), entry.channels()));
                    },
                    run);
        }

        boolean isFarFromKinks() {
            return reference.nearestKink() >= KINK;
        }

        private void draw(LayerCase drawn) {
            inputs.clear();
            drawn.feeds().forEach(feed -> inputs.add(feed.values(random)));
            for (Network.Parameter parameter : network.parameters()) {
                ParameterLayout.Entry entry = weights.layout().entry(parameter.name());
                double scale =
                        entry.shape().rank() > 1 ? Math.sqrt(1.0 * entry.shape().size(0) / entry.length()) : 1;
                for (int i = 0; i < entry.length(); i++) {
                    weights.flat().set(entry.offset() + i, (float) (scale * random.nextGaussian()));
                }
            }
            for (StatisticsLayout.Entry entry : weights.statisticsLayout().entries()) {
                for (int c = 0; c < entry.channels(); c++) {
                    weights.statistics().set(entry.offset() + c, (float) random.nextGaussian());
                    weights.statistics().set(entry.varianceOffset() + c, (float) random.nextDouble(0.5, 2));
                }
            }
            weights.refresh();
        }

        private StatisticsLayout.Entry statistics(String scope) {
            return weights.statisticsLayout().entries().stream()
                    .filter(entry -> entry.name().equals(scope))
                    .findFirst()
                    .orElseThrow();
        }

        private static double[] doubles(FloatSpan span, int offset, int length) {
            return IntStream.range(offset, offset + length)
                    .mapToDouble(span::get)
                    .toArray();
        }

        /** Runs a program twice: the second time has to give the same bits. */
        void compare(String what, Purpose purpose) {
            try (Program program = Program.compile(network, weights, purpose)) {
                List<float[]> first = run(program);
                List<float[]> second = run(program);
                for (int i = 0; i < first.size(); i++) {
                    assertThat(second.get(i)).as("the second run of %s", what).isEqualTo(first.get(i));
                }
                List<String> wrong = new ArrayList<>();
                int at = 0;
                for (int i = 0; i < upstream.size(); i++) {
                    wrong.add(named("output " + i, reference.differences(i, first.get(at++))));
                }
                for (StatisticsLayout.Entry entry : weights.statisticsLayout().entries()) {
                    if (purpose.training() && reference.hasStatistics(entry.name())) {
                        float[] all = program.batchStatistics().span().toArray();
                        wrong.add(named(
                                "statistics",
                                reference.statisticsDifferences(
                                        entry.name(),
                                        Arrays.copyOfRange(all, entry.offset(), entry.offset() + entry.channels()),
                                        Arrays.copyOfRange(
                                                all,
                                                entry.varianceOffset(),
                                                entry.varianceOffset() + entry.channels()))));
                    }
                }
                if (purpose.backward()) {
                    float[] gradients = first.get(at++);
                    for (ParameterLayout.Entry entry : weights.layout().entries()) {
                        wrong.add(named(
                                "gradient of " + entry.name(),
                                reference.parameterGradientDifferences(
                                        entry.name(),
                                        Arrays.copyOfRange(
                                                gradients, entry.offset(), entry.offset() + entry.length()))));
                    }
                }
                for (int i = 0; i < program.inputGradients().size(); i++) {
                    wrong.add(named("gradient of x" + i, reference.inputGradientDifferences(i, first.get(at++))));
                }
                assertThat(String.join("", wrong)).as(what).isEmpty();
            }
        }

        private static String named(String name, String differences) {
            return differences.isEmpty() ? "" : name + " has " + differences;
        }

        List<float[]> run(Purpose purpose) {
            try (Program program = Program.compile(network, weights, purpose)) {
                return run(program);
            }
        }

        /** The outputs, then all gradients. */
        private List<float[]> run(Program program) {
            program.poison();
            program.gradients().span().fill(Float.NaN);
            program.batchStatistics().span().fill(Float.NaN);
            write(inputs, program.inputs());
            program.forward(run);
            List<float[]> results = new ArrayList<>();
            program.outputs().forEach(output -> results.add(output.span().toArray()));
            if (program.purpose().backward()) {
                write(upstream, program.outputGradients());
                program.backward(bucket -> {});
                results.add(program.gradients().span().toArray());
            }
            program.inputGradients()
                    .forEach(gradient -> results.add(gradient.span().toArray()));
            return results;
        }

        private static void write(List<double[]> values, List<Tensor> tensors) {
            for (int i = 0; i < values.size(); i++) {
                for (int j = 0; j < values.get(i).length; j++) {
                    tensors.get(i).span().set(j, (float) values.get(i)[j]);
                }
            }
        }

        @Override
        public void close() {
            weights.close();
        }
    }
}
