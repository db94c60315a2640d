package io.convoy.engine.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.checkpoint.SafetensorsReader;
import io.convoy.engine.checkpoint.SafetensorsWriter;
import io.convoy.engine.checkpoint.StateDict;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network of the zoo beside libtorch, in training from shared weights, and in inference from a state dict of libtorch's.
 * libtorch in float64 is the truth, and its own float32 says how far off float32 has to be, by the largest error over the
 * network's tensors.
 * {@code -Dconvoy.libtorch=resnet} runs the networks in whose names the pattern is found, {@code ^resnet50$} one;
 * {@code -Dconvoy.libtorch.image=224} shows them larger images than the smallest, so that BatchNorm's statistics are of more values.
 */
class LibtorchIT {
    private static final int BATCH = 4;
    private static final int CLASSES = 10;
    private static final double TIMES = 4;

    /** What the deepest networks' BatchNorms make of four images in float32; a tap too many or too few makes a hundred times as much. */
    private static final double OUTPUT_FLOOR = 2e-4;

    /** Wider, since libtorch adds up BatchNorm's sums in float64 and oneDNN in float32, whose rounding all gradients behind inherit. */
    private static final double SMOOTH = 2e-4;

    /** Rounding may carry a value across a ReLU's kink, and what is behind that one value learns something else. */
    private static final double KINKED = 0.2;

    @TempDir
    private Path folder;

    static Stream<String> names() {
        String only = System.getProperty("convoy.libtorch", "");
        return Zoo.names().stream().filter(Pattern.compile(only).asPredicate());
    }

    @ParameterizedTest
    @MethodSource("names")
    void outputsAndGradientsAreLibtorchs(String name) {
        Network network = Zoo.network(name, image(name), CLASSES);
        Errors errors = errors(replacing(network, LibtorchIT::withoutChance), KINKED);
        System.out.println("libtorch " + name + ": " + errors);
        assertThat(errors).matches(Errors::within);
    }

    @ParameterizedTest
    @MethodSource("names")
    void gradientsAreLibtorchsToTheDigitsOfFloat32WhereNothingHasAKink(String name) {
        Network network = Zoo.network(name, image(name), CLASSES);
        Errors errors = errors(replacing(network, LibtorchIT::smooth), SMOOTH);
        System.out.println("libtorch " + name + ", smooth: " + errors);
        assertThat(errors).matches(Errors::within);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aStateDictOfLibtorchsLoadsStrictlyAndGivesItsOutputs(String name) throws IOException {
        Network network = replacing(Zoo.network(name, image(name), CLASSES), LibtorchIT::withoutChance);
        Map<String, TorchNetwork.Drawn> state = TorchNetwork.stateDict(network, 1);
        Path file = folder.resolve(name + ".safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        state.forEach((tensor, drawn) -> writer.add(tensor, drawn.sizes(), drawn.values(), 0));
        network.batchNorms().forEach(scope -> writer.add(scope + ".num_batches_tracked", Shape.of(), 7));
        try (OutputStream out = Files.newOutputStream(file)) {
            writer.writeTo(out);
        }
        float[] input = gaussian(network.inputs().get(0).sample().batched(BATCH), new Seed(2).stream());
        List<double[]> truth = TorchNetwork.infer(network, ScalarType.Double, BATCH, state, input);
        List<double[]> single = TorchNetwork.infer(network, ScalarType.Float, BATCH, state, input);
        double error = error(loaded(name, network, file, input), truth);
        double bound = Math.max(OUTPUT_FLOOR, TIMES * error(single, truth));
        System.out.printf(Locale.ROOT, "libtorch %s, loaded: outputs %.1e of %.1e%n", name, error, bound);
        assertThat(error).isLessThanOrEqualTo(bound);
    }

    /** The outputs of the network that a file's tensors make. */
    private static List<double[]> loaded(String name, Network network, Path file, float[] input) throws IOException {
        ParameterLayout parameters = Layouts.parameters(network, 1);
        StatisticsLayout statistics = Layouts.statistics(network);
        float[] flat = new float[parameters.length()];
        float[] running = new float[statistics.length()];
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            new StateDict(name, parameters, statistics).load(reader, flat, running);
        }
        try (Weights weights = new Weights(parameters, statistics);
                Program program = Program.compile(network, weights, Purpose.inference(BATCH))) {
            weights.flat().write(0, flat, 0, flat.length);
            weights.statistics().write(0, running, 0, running.length);
            weights.refresh();
            program.inputs().get(0).span().write(0, input, 0, input.length);
            program.forward();
            return program.outputs().stream()
                    .map(output -> wide(output.span().toArray()))
                    .toList();
        }
    }

    private static Layer withoutChance(Layer layer) {
        return layer instanceof Dropout || layer instanceof Dropout2d ? new Identity() : layer;
    }

    /** Without kinks: a maximum's gradient goes to one of two values that only rounding tells apart. */
    private static Layer smooth(Layer layer) {
        if (layer instanceof MaxPool2d pool) {
            return new AvgPool2d(pool.window(), true);
        }
        return layer instanceof Relu || layer instanceof Relu6 ? new Silu() : withoutChance(layer);
    }

    /** The largest errors of outputs and gradients, and what float32 excuses. */
    private record Errors(double outputs, double outputBound, double gradients, double gradientBound) {
        boolean within() {
            return outputs <= outputBound && gradients <= gradientBound;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "outputs %.1e of %.1e, gradients %.1e of %.1e",
                    outputs,
                    outputBound,
                    gradients,
                    gradientBound);
        }
    }

    private static Errors errors(Network network, double gradientFloor) {
        Seed seed = new Seed(1);
        RandomStream random = seed.child("values").stream();
        float[] input = gaussian(network.inputs().get(0).sample().batched(BATCH), random);
        List<float[]> targets = IntStream.range(0, network.outputs().size())
                .mapToObj(output ->
                        gaussian(network.outputSample(output).batched(BATCH), random))
                .toList();
        ParameterLayout layout = Layouts.parameters(network, 1);
        float[] flat = Layouts.initialWeights(network, layout, seed);
        Map<String, float[]> parameters = new LinkedHashMap<>();
        for (Network.Parameter parameter : network.parameters()) {
            ParameterLayout.Entry entry = layout.entry(parameter.name());
            parameters.put(parameter.name(), Arrays.copyOfRange(flat, entry.offset(), entry.offset() + entry.length()));
        }
        TorchNetwork.Result truth = TorchNetwork.run(network, ScalarType.Double, BATCH, parameters, input, targets);
        TorchNetwork.Result single = TorchNetwork.run(network, ScalarType.Float, BATCH, parameters, input, targets);
        TorchNetwork.Result ours = convoy(network, layout, flat, input, targets);
        return new Errors(
                error(ours.outputs(), truth.outputs()),
                Math.max(OUTPUT_FLOOR, TIMES * error(single.outputs(), truth.outputs())),
                error(ordered(ours, truth), ordered(truth, truth)),
                Math.max(gradientFloor, TIMES * error(ordered(single, truth), ordered(truth, truth))));
    }

    /** Small, so that float64 takes seconds, but not so small that BatchNorm has a handful of values a channel. */
    private static Shape image(String name) {
        return Stream.of(Integer.getInteger("convoy.libtorch.image", 64), 64, 28, 96, 128, 224, 299)
                .map(size -> Shape.of(name.equals("lenet5") ? 1 : 3, size, size))
                .filter(image -> takes(name, image))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " takes none of the sizes that were tried."));
    }

    private static boolean takes(String name, Shape image) {
        try {
            Zoo.network(name, image, CLASSES);
            return true;
        } catch (IllegalArgumentException tooSmall) {
            return false;
        }
    }

    private static Network replacing(Network network, UnaryOperator<Layer> replacement) {
        Network.Builder builder = Network.builder();
        network.inputs().forEach(input -> builder.input(input.name(), input.sample()));
        for (Node node : network.nodes()) {
            Layer layer = replacement.apply(node.layer());
            builder.addSharing(node.name(), node.parameters(), layer, node.inputs().toArray(Port[]::new));
        }
        network.outputs().forEach(builder::output);
        network.initializers().forEach(builder::initialize);
        return builder.build();
    }

    private static float[] gaussian(Shape shape, RandomStream random) {
        float[] values = new float[Math.toIntExact(shape.count())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static TorchNetwork.Result convoy(
            Network network, ParameterLayout layout, float[] flat, float[] input, List<float[]> targets) {
        try (Weights weights = new Weights(layout, Layouts.statistics(network));
                Program program = Program.compile(network, weights, Purpose.training(BATCH))) {
            weights.flat().write(0, flat, 0, flat.length);
            weights.refresh();
            program.inputs().get(0).span().write(0, input, 0, input.length);
            program.forward();
            List<double[]> outputs = new ArrayList<>();
            for (int o = 0; o < targets.size(); o++) {
                float[] y = program.outputs().get(o).span().toArray();
                outputs.add(wide(y));
                for (int i = 0; i < y.length; i++) {
                    program.outputGradients()
                            .get(o)
                            .span()
                            .set(i, (float) (2 * ((double) y[i] - targets.get(o)[i]) / y.length));
                }
            }
            program.backward(bucket -> {});
            float[] all = program.gradients().span().toArray();
            Map<String, double[]> gradients = new LinkedHashMap<>();
            for (Network.Parameter parameter : network.parameters()) {
                ParameterLayout.Entry entry = layout.entry(parameter.name());
                gradients.put(
                        parameter.name(),
                        wide(Arrays.copyOfRange(all, entry.offset(), entry.offset() + entry.length())));
            }
            return new TorchNetwork.Result(outputs, gradients);
        }
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static List<double[]> ordered(TorchNetwork.Result result, TorchNetwork.Result order) {
        return order.gradients().keySet().stream()
                .map(name -> Objects.requireNonNull(result.gradients().get(name)))
                .toList();
    }

    /**
     * The largest ‖a − b‖ / ‖b‖ over the tensors. Where b all but vanishes (a bias in front of BatchNorm) its share of the norm of
     * all tensors stands in for ‖b‖.
     */
    private static double error(List<double[]> a, List<double[]> b) {
        double all = 0;
        long count = 0;
        for (double[] values : b) {
            all += squares(values);
            count += values.length;
        }
        double largest = 0;
        for (int t = 0; t < b.size(); t++) {
            double[] difference = new double[b.get(t).length];
            for (int i = 0; i < difference.length; i++) {
                difference[i] = a.get(t)[i] - b.get(t)[i];
            }
            double typical = Math.sqrt(all / count * difference.length);
            double norm = Math.max(Math.sqrt(squares(b.get(t))), 1e-2 * typical);
            double error = Math.sqrt(squares(difference)) / norm;
            largest = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(largest, error);
        }
        return largest;
    }

    private static double squares(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return sum;
    }
}
