package io.convoy.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The node tests of ONNX's backend suite, each from its own {@code model.onnx}, read with the first dimension as the batch or,
 * where it is none, as one sample. Cases that no inference graph of our layers has are listed by reason and name at the end. The
 * directory is {@code shared/onnx-node-tests} beside the repository, or the system property {@code convoy.onnxNodeTests}.
 */
class NodeImportTest {
    /** ONNX's own tolerance is a relative 1e-3. */
    private static final double RELATIVE = 1e-4;

    private static final double ABSOLUTE = 1e-6;

    /** The inputs that are computed; of other operators only the first is, and the others are constants. */
    private static final Map<String, Set<Integer>> COMPUTED = Map.of(
            "Add", Set.of(0, 1),
            "Sum", Set.of(0, 1, 2, 3),
            "Concat", Set.of(0, 1, 2, 3),
            "DeformConv", Set.of(0, 2, 4),
            "MaxUnpool", Set.of(0, 1));

    /** Operators of losses and of training, and some that we have no layer for. */
    private static final Set<String> FOREIGN = Set.of(
            "Adagrad",
            "Adam",
            "ArgMax",
            "NegativeLogLikelihoodLoss",
            "OneHot",
            "SoftmaxCrossEntropyLoss",
            "Softsign",
            "ThresholdedRelu");

    /** Cases that are refused, under what the refusal says. */
    private static final Map<String, Set<String>> REFUSED = Map.of(
            "training_mode is set",
            Set.of(
                    "test_batchnorm_example_training_mode",
                    "test_training_dropout_default",
                    "test_training_dropout_mask",
                    "test_training_dropout_zero_ratio",
                    "test_training_dropout_zero_ratio_mask"),
            "of uint8",
            Set.of("test_maxpool_2d_uint8"));

    private static final Map<String, List<String>> SKIPPED = new TreeMap<>();

    private static Path directory() {
        String property = System.getProperty("convoy.onnxNodeTests", "");
        Path called = Path.of(System.getProperty("convoy.calledFrom", ""));
        return property.isEmpty() ? Path.of("..", "..", "shared", "onnx-node-tests") : called.resolve(property);
    }

    @AfterAll
    static void listWhatWasSkipped() {
        SKIPPED.forEach((reason, cases) ->
                System.out.println("ONNX node tests not read, since " + reason + ": " + String.join(", ", cases)));
    }

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        Path directory = directory();
        if (!Files.isDirectory(directory)) {
            String message = "ONNX node tests expect a directory, but there is none at "
                    + directory.toAbsolutePath().normalize()
                    + ". Maybe -Dconvoy.onnxNodeTests=DIR helps, a path relative to where Maven is called.";
            return Stream.of(dynamicTest("absent", () -> {
                assertThat(System.getProperty("convoy.onnxNodeTests", ""))
                        .as(message)
                        .isEmpty();
                Assumptions.abort(message);
            }));
        }
        List<Path> cases = new ArrayList<>();
        for (String kind : List.of("node", "pytorch-converted")) {
            try (Stream<Path> inside = Files.list(directory.resolve(kind))) {
                inside.filter(one -> Files.isRegularFile(one.resolve("model.onnx")))
                        .sorted()
                        .forEach(cases::add);
            }
        }
        assertThat(cases).hasSizeGreaterThan(200);
        return cases.stream().map(one -> dynamicTest(one.getFileName().toString(), () -> test(one)));
    }

    private static void test(Path folder) throws IOException {
        byte[] file = Files.readAllBytes(folder.resolve("model.onnx"));
        OnnxModel model = OnnxModel.read("model.onnx", file);
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        List<OnnxValue> inputs = model.inputs().stream()
                .filter(input -> model.initializers().stream()
                        .noneMatch(tensor -> tensor.name().equals(input.name())))
                .toList();
        for (int i = 0; i < inputs.size(); i++) {
            given.put(
                    inputs.get(i).name(),
                    renamed(tensor(folder, "input_" + i), inputs.get(i).name()));
        }
        OnnxImport options = OnnxImport.of();
        Set<Integer> computed = COMPUTED.getOrDefault(
                model.nodes().get(model.nodes().size() - 1).operator(), Set.of(0));
        for (int i = 0; i < inputs.size(); i++) {
            if (!computed.contains(i)) {
                options = options.withConstant(
                        Objects.requireNonNull(given.get(inputs.get(i).name())));
            }
        }
        List<String> refusals = new ArrayList<>();
        List<String> outputs =
                new ArrayList<>(model.outputs().stream().map(OnnxValue::name).toList());
        outputs.removeIf(name -> name.equals("InvStdDev"));
        options = options.withOutputs(outputs);
        for (OnnxImport way : List.of(options, options.asOneSample())) {
            OnnxNetwork network;
            try {
                network = way.read("model.onnx", file);
            } catch (OnnxException e) {
                refusals.add(String.valueOf(e.getMessage()));
                continue;
            }
            compare(folder, model, given, network, way.oneSample());
            return;
        }
        skip(folder.getFileName().toString(), model, refusals);
    }

    /** A refusal has to be one of those that are known. */
    private static void skip(String name, OnnxModel model, List<String> refusals) {
        String reason = "";
        for (OnnxNode node : model.nodes()) {
            reason = FOREIGN.contains(node.operator()) ? "there is no layer for " + node.operator() : reason;
        }
        for (Map.Entry<String, Set<String>> known : REFUSED.entrySet()) {
            boolean says = refusals.stream().allMatch(refusal -> refusal.contains(known.getKey()));
            reason =
                    says && known.getValue().contains(name) ? "it refuses what has \"" + known.getKey() + "\"" : reason;
        }
        assertThat(reason).as("reason for %s", refusals).isNotEmpty();
        SKIPPED.computeIfAbsent(reason, listed -> new ArrayList<>()).add(name);
        Assumptions.abort(name + " is not read: " + refusals.get(0));
    }

    private static void compare(
            Path folder, OnnxModel model, Map<String, OnnxTensor> given, OnnxNetwork network, boolean oneSample) {
        List<float[]> inputs = new ArrayList<>();
        int batch = 1;
        for (var input : network.network().inputs()) {
            OnnxTensor tensor = Objects.requireNonNull(given.get(input.name()));
            inputs.add(floats(tensor));
            batch = oneSample ? 1 : tensor.shape().size(0);
        }
        Example example = new Example(network.network(), network.weights(), network.statistics(), batch, inputs);
        List<float[]> actual = example.run();
        int index = 0;
        for (int i = 0; i < model.outputs().size(); i++) {
            if (model.outputs().get(i).name().equals("InvStdDev")) {
                continue;
            }
            float[] expected = floats(tensor(folder, "output_" + i));
            float[] values = actual.get(index);
            assertThat(values).as("output %d", i).hasSameSizeAs(expected);
            for (int k = 0; k < expected.length; k++) {
                double difference = Math.abs((double) values[k] - expected[k]);
                if (!(difference <= ABSOLUTE + RELATIVE * Math.abs(expected[k])) && values[k] != expected[k]) {
                    throw new AssertionError(
                            "output " + i + " expects " + expected[k] + " at " + k + ", but it is " + values[k]);
                }
            }
            Shape shape = network.network()
                    .shapes(batch)
                    .get(network.network().outputs().get(index++));
            assertThat(oneSample && shape != null ? shape.sample() : shape)
                    .as("shape of output %d", i)
                    .isEqualTo(tensor(folder, "output_" + i).shape());
        }
    }

    private static OnnxTensor tensor(Path folder, String name) {
        try {
            Path file = folder.resolve("test_data_set_0").resolve(name + ".pb");
            return OnnxTensor.read(WireReader.of(name, Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OnnxTensor renamed(OnnxTensor tensor, String name) {
        if (tensor instanceof OnnxTensor.Floats floats) {
            return new OnnxTensor.Floats(name, floats.shape(), floats.values());
        }
        return tensor instanceof OnnxTensor.Wholes wholes
                ? new OnnxTensor.Wholes(name, wholes.shape(), wholes.values())
                : new OnnxTensor.Foreign(name, tensor.shape(), ((OnnxTensor.Foreign) tensor).type());
    }

    private static float[] floats(OnnxTensor tensor) {
        if (tensor instanceof OnnxTensor.Floats floats) {
            return floats.values();
        }
        if (!(tensor instanceof OnnxTensor.Wholes wholes)) {
            throw new AssertionError(tensor + " expects to be of numbers");
        }
        float[] floats = new float[wholes.values().length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = wholes.values()[i];
        }
        return floats;
    }
}
