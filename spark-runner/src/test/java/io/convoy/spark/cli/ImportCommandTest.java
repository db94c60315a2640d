package io.convoy.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.checkpoint.SafetensorsReader;
import io.convoy.engine.checkpoint.StateDict;
import io.convoy.engine.form.NetworkForm;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.onnx.OnnxExport;
import io.convoy.engine.onnx.OnnxImport;
import io.convoy.engine.onnx.OnnxNetwork;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Convoy.commandLine((request, stream) -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int imported(Path file) {
        return run("import", file.toString(), "--output", at("net.json"), "--weights", at("net.safetensors"));
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    /** One line, exit code 2, and nothing beside the file that was there. */
    private void refused(byte[] file, String message) throws IOException {
        Path model = Files.write(folder.resolve("m.onnx"), file);
        assertThat(imported(model)).isEqualTo(2);
        assertThat(err.toString()).isEqualTo(message + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(model);
        }
        err.getBuffer().setLength(0);
    }

    @Test
    void anOnnxFileBecomesWhatAConfigurationNames() throws IOException {
        Network network = Zoo.network("resnet8", Shape.of(3, 32, 32), 10);
        float[] weights = Layouts.initialWeights(network, Layouts.parameters(network, 1), new Seed(3));
        float[] statistics = Layouts.statistics(network).initial();
        RandomStream random = new Seed(4).stream();
        for (int i = 0; i < statistics.length; i++) {
            statistics[i] += (float) random.nextDouble(0, 1);
        }
        Path model = folder.resolve("m.onnx");
        try (OutputStream file = Files.newOutputStream(model)) {
            OnnxExport.of(network, weights, statistics).writeTo(file);
        }
        assertThat(imported(model)).as(err::toString).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "wrote " + network.nodes().size() + " nodes with " + network.parameterCount()
                                + " parameters to " + at("net.json"),
                        "wrote their weights to " + at("net.safetensors"));

        Network described = NetworkForm.parse("net.json", Files.readAllBytes(folder.resolve("net.json")));
        OnnxNetwork read = OnnxImport.of().read(model);
        assertThat(described.nodes()).isEqualTo(read.network().nodes());
        assertThat(described.outputs()).isEqualTo(read.network().outputs());
        // So the state dict fits the network of the zoo, too.
        assertThat(described.parameters())
                .extracting(Network.Parameter::name)
                .containsExactlyElementsOf(network.parameters().stream()
                        .map(Network.Parameter::name)
                        .toList());
        for (Network taking : List.of(described, network)) {
            float[] loadedWeights = new float[weights.length];
            float[] loadedStatistics = new float[statistics.length];
            try (InputStream in = Files.newInputStream(folder.resolve("net.safetensors"));
                    SafetensorsReader reader = SafetensorsReader.read("net.safetensors", in)) {
                new StateDict("net", Layouts.parameters(taking, 1), Layouts.statistics(taking))
                        .load(reader, loadedWeights, loadedStatistics);
            }
            assertThat(loadedWeights).isEqualTo(weights);
            assertThat(loadedStatistics).isEqualTo(statistics);
        }
    }

    @Test
    void withoutWeightsThereIsTheDescriptionAlone() throws IOException {
        Path model = Files.write(folder.resolve("m.onnx"), onnx("Relu", 4));
        assertThat(run("import", model.toString(), "--output", at("sub/net.json")))
                .as(err::toString)
                .isZero();
        assertThat(out.toString())
                .isEqualTo("wrote 1 nodes with 0 parameters to " + at("sub/net.json") + System.lineSeparator());
        assertThat(folder.resolve("sub")).isDirectoryContaining(file -> file.endsWith("net.json"));
    }

    @Test
    void sizesThatTheFileLeavesOpenAreSaid() throws IOException {
        byte[] open = onnx("Relu", 0);
        refused(
                open,
                at("m.onnx") + " expects inputs of known sizes behind the batch,"
                        + " but input x is [n, 3, ?, ?]. Maybe say the shape of one sample.");
        assertThat(run("import", at("m.onnx"), "--output", at("net.json"), "--input", "3x8x9"))
                .as(err::toString)
                .isZero();
        assertThat(NetworkForm.parse("net.json", Files.readAllBytes(folder.resolve("net.json")))
                        .outputSample(0))
                .isEqualTo(Shape.of(3, 8, 9));
        Files.write(folder.resolve("two.onnx"), onnx("Relu", 0, new Message().bytes(11, value("z", 0))));
        assertThat(run("import", at("two.onnx"), "--output", at("two.json"), "--input", "3x8x9"))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        at("two.onnx") + " expects one input if one shape is said, but it has 2: x, z. Maybe export it"
                                + " with their sizes." + System.lineSeparator());
        err.getBuffer().setLength(0);
        assertThat(run("import", at("m.onnx"), "--output", at("net.json"), "--input", "8x9"))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("--input expects channels, height and width");
    }

    @Test
    void whatIsNotAnOnnxModelIsRefused() throws IOException {
        String file = at("m.onnx");
        refused(
                new byte[0],
                file + " expects an ONNX model, but at byte 0 there is a message with 0 graphs and the format's version"
                        + " 0. Maybe it was cut short or is another kind of file.");
        refused(
                "network: { name: lenet5 }".getBytes(StandardCharsets.UTF_8),
                file + " expects an ONNX model, but at byte 1 there is a field of type 6. Maybe it was cut short or is"
                        + " another kind of file.");
        byte[] whole = onnx("Relu", 4);
        for (int length = 1; length < whole.length; length++) {
            Path model = Files.write(folder.resolve("m.onnx"), java.util.Arrays.copyOf(whole, length));
            assertThat(imported(model)).as("%s bytes", length).isEqualTo(2);
            assertThat(err.toString().lines()).hasSize(1);
            err.getBuffer().setLength(0);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void operatorsWithoutALayerAreNamed() throws IOException {
        refused(
                onnx("NonMaxSuppression", 4),
                at("m.onnx") + " expects operators that Convoy has layers for, but there is none for NonMaxSuppression"
                        + " (node the node). Maybe export the network alone, in inference, without what comes before and"
                        + " after it.");
    }

    @Test
    void valuesInAnotherFileAreRefused() throws IOException {
        Message tensor = new Message()
                .number(1, 3)
                .number(2, 1)
                .text(8, "w")
                .bytes(13, new Message().text(1, "location").text(2, "weights.bin"))
                .number(14, 1);
        refused(
                onnx("Relu", 4, new Message().bytes(5, tensor)),
                at("m.onnx")
                        + " expects all values in one file, but those of tensor \"w\" are in another. Maybe save it"
                        + " without external data.");
    }

    @Test
    void noFileOfTheCommandIsAnother() throws IOException {
        Path model = Files.write(folder.resolve("m.onnx"), onnx("Relu", 4));
        assertThat(run("import", model.toString(), "--output", model.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("--output expects a file of its own, but " + model + " is another of the command's."
                        + System.lineSeparator());
        assertThat(run("import", model.toString(), "--output", at("x"), "--weights", at("x")))
                .isEqualTo(2);
        assertThat(Files.readAllBytes(model)).isEqualTo(onnx("Relu", 4));
    }

    @Test
    void aPlaceThatCannotBeWrittenLeavesNothingBehind() throws IOException {
        Path model = Files.write(folder.resolve("m.onnx"), onnx("Relu", 4));
        Path file = Files.createFile(folder.resolve("file"));
        for (String[] places :
                new String[][] {{file + "/net.json", at("net.safetensors")}, {at("net.json"), file + "/net.safetensors"}
                }) {
            assertThat(run("import", model.toString(), "--output", places[0], "--weights", places[1]))
                    .isEqualTo(2);
            assertThat(err.toString().lines()).hasSize(1);
            err.getBuffer().setLength(0);
            try (var files = Files.list(folder)) {
                assertThat(files).containsExactlyInAnyOrder(model, file);
            }
        }
        assertThat(run("import", at("none.onnx"), "--output", at("net.json"))).isEqualTo(2);
        assertThat(err.toString()).contains("nothing is there").endsWith("." + System.lineSeparator());
    }

    /** A model of one node, which reads x: [n, 3, size, size], where a size of 0 is left open. */
    private static byte[] onnx(String operator, int size) {
        return onnx(operator, size, new Message());
    }

    private static byte[] onnx(String operator, int size, Message more) {
        Message node =
                new Message().text(1, "x").text(2, "y").text(3, "the node").text(4, operator);
        Message graph = new Message()
                .bytes(1, node)
                .text(2, "g")
                .bytes(11, value("x", size))
                .bytes(12, value("y", size));
        graph.append(more);
        return new Message()
                .number(1, 8)
                .bytes(7, graph)
                .bytes(8, new Message().text(1, "").number(2, 18))
                .array();
    }

    private static Message value(String name, int size) {
        Message open = size == 0 ? new Message() : new Message().number(1, size);
        Message shape = new Message()
                .bytes(1, new Message().text(2, "n"))
                .bytes(1, new Message().number(1, 3))
                .bytes(1, open)
                .bytes(1, open);
        return new Message()
                .text(1, name)
                .bytes(2, new Message().bytes(1, new Message().number(1, 1).bytes(2, shape)));
    }

    /** A message in Protocol Buffers' wire format. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private void varint(int value) {
            int rest = value;
            for (; rest >= 0x80; rest >>>= 7) {
                bytes.write((rest & 0x7F) | 0x80);
            }
            bytes.write(rest);
        }

        Message number(int field, int value) {
            varint(field << 3);
            varint(value);
            return this;
        }

        Message text(int field, String text) {
            return bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Message bytes(int field, Message message) {
            return bytes(field, message.array());
        }

        private Message bytes(int field, byte[] value) {
            varint((field << 3) | 2);
            varint(value.length);
            bytes.writeBytes(value);
            return this;
        }

        void append(Message more) {
            bytes.writeBytes(more.array());
        }

        byte[] array() {
            return bytes.toByteArray();
        }
    }
}
