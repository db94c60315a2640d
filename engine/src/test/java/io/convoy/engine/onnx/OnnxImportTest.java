package io.convoy.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Mish;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.network.Network;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Graphs as exporters write them, and files that are none. */
class OnnxImportTest {
    private static final Shape MAPS = Shape.of(4, 6, 6);

    private final List<OnnxNode> nodes = new ArrayList<>();
    private final List<OnnxTensor> tensors = new ArrayList<>();
    private final List<OnnxValue.Size> sizes = new ArrayList<>();
    private int opset = 18;

    OnnxImportTest() {
        sizes.add(new OnnxValue.Size(-1, "batch"));
        MAPS.toList().forEach(size -> sizes.add(new OnnxValue.Size(size, "")));
    }

    private void node(String operator, Map<String, Attribute> attributes, String output, String... inputs) {
        nodes.add(new OnnxNode("the_" + output, "", operator, List.of(inputs), List.of(output), attributes));
    }

    private void floats(String name, Shape shape, float... values) {
        tensors.add(new OnnxTensor.Floats(name, shape, values));
    }

    private void wholes(String name, long... values) {
        tensors.add(new OnnxTensor.Wholes(name, Shape.of(values.length), values));
    }

    private static byte[] bytes(OnnxModel model) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            model.write().writeTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file of the graph from x to y. */
    private byte[] file() {
        OnnxValue x = new OnnxValue("x", OnnxTensor.FLOAT, true, sizes);
        OnnxValue y = new OnnxValue("y", OnnxTensor.FLOAT, false, List.of());
        return bytes(new OnnxModel(8, opset, Map.of(), "test", nodes, tensors, List.of(x), List.of(y)));
    }

    private List<Layer> layers() {
        return OnnxImport.of().read("m.onnx", file()).network().nodes().stream()
                .map(Network.Node::layer)
                .toList();
    }

    private void requireRefused(String message) {
        byte[] file = file();
        assertThatThrownBy(() -> OnnxImport.of().read("m.onnx", file))
                .isInstanceOf(OnnxException.class)
                .hasMessage(message);
    }

    @Test
    void allUnknownOperatorsAreToldAtOnce() {
        node("Loop", Map.of(), "a", "x");
        node("Relu", Map.of(), "b", "a");
        nodes.add(new OnnxNode("", "com.example", "Magic", List.of("b"), List.of("c"), Map.of()));
        node("Loop", Map.of(), "y", "c");
        requireRefused("m.onnx expects operators that Convoy has layers for, but there is none for Loop (nodes the_a,"
                + " the_y), com.example.Magic (node c). Maybe export the network alone, in inference, without what comes"
                + " before and after it.");
    }

    @Test
    void theSizeOfTheBatchMayBeMovedAboutAndSoAFlatteningBySizesIsOne() {
        node("Shape", Map.of(), "shape", "x");
        tensors.add(new OnnxTensor.Wholes("zero", Shape.of(), 0));
        node("Gather", Map.of("axis", Attribute.of(0)), "n", "shape", "zero");
        wholes("axes", 0);
        node("Unsqueeze", Map.of(), "front", "n", "axes");
        wholes("rest", -1);
        node("Concat", Map.of("axis", Attribute.of(0)), "sizes", "front", "rest");
        node("Reshape", Map.of(), "y", "x", "sizes");
        Network network = OnnxImport.of().read("m.onnx", file()).network();
        assertThat(network.outputSample(0)).isEqualTo(Shape.of(144));
        assertThat(network.nodes()).hasSize(1);
    }

    @Test
    void aShuffleOfChannelsIsFoundAgain() {
        wholes("groups", 0, 2, 2, 6, 6);
        wholes("whole", -1, 4, 6, 6);
        node("Reshape", Map.of(), "cut", "x", "groups");
        node("Transpose", Map.of("perm", Attribute.of(List.of(0, 2, 1, 3, 4))), "swapped", "cut");
        node("Reshape", Map.of(), "y", "swapped", "whole");
        assertThat(layers()).containsExactly(new ChannelShuffle(2));
    }

    @Test
    void pixelsStackedAsChannelsAreFoundAgain() {
        wholes("blocks", 0, 4, 3, 2, 3, 2);
        wholes("whole", 0, 16, 3, 3);
        node("Reshape", Map.of(), "cut", "x", "blocks");
        node("Transpose", Map.of("perm", Attribute.of(List.of(0, 1, 3, 5, 2, 4))), "swapped", "cut");
        node("Reshape", Map.of(), "y", "swapped", "whole");
        assertThat(layers()).containsExactly(new PixelUnshuffle(2));
    }

    @Test
    void anotherOrderOfTheSameSizesStaysATransposition() {
        wholes("blocks", 0, 4, 3, 2, 3, 2);
        wholes("whole", 0, 16, 3, 3);
        node("Reshape", Map.of(), "cut", "x", "blocks");
        node("Transpose", Map.of("perm", Attribute.of(List.of(0, 1, 5, 3, 2, 4))), "swapped", "cut");
        node("Reshape", Map.of(), "y", "swapped", "whole");
        assertThat(layers()).hasSize(3).doesNotContain(new PixelUnshuffle(2));
    }

    @Test
    void gatesAreFoundAgain() {
        node("Sigmoid", Map.of(), "gate", "x");
        node("Mul", Map.of(), "a", "gate", "x");
        node("Softplus", Map.of(), "soft", "a");
        node("Tanh", Map.of(), "tanh", "soft");
        node("Mul", Map.of(), "y", "a", "tanh");
        assertThat(layers()).containsExactly(new Silu(), new Mish());
    }

    @Test
    void aProductAndASumAreOneFullyConnectedLayerWithPyTorchsNames() {
        node("Flatten", Map.of(), "flat", "x");
        floats("fc.weight", Shape.of(2, 144), new float[288]);
        node("Transpose", Map.of(), "turned", "fc.weight");
        node("MatMul", Map.of(), "product", "flat", "turned");
        floats("fc.bias", Shape.of(2), 3, 4);
        node("Add", Map.of(), "y", "fc.bias", "product");
        OnnxNetwork read = OnnxImport.of().read("m.onnx", file());
        assertThat(read.network().nodes()).extracting(Network.Node::layer).contains(Linear.of(144, 2));
        assertThat(read.network().parameters())
                .extracting(Network.Parameter::name)
                .containsExactly("fc.weight", "fc.bias");
        assertThat(read.weights()).contains(3f, 4f);
    }

    @Test
    void transpositionsAndAFactorBelongToTheProductOfMatrices() {
        wholes("matrix", 0, 4, 36);
        node("Reshape", Map.of(), "a", "x", "matrix");
        node("Transpose", Map.of("perm", Attribute.of(List.of(0, 2, 1))), "turned", "a");
        node("MatMul", Map.of(), "product", "turned", "a");
        floats("factor", Shape.of(), 0.5f);
        node("Mul", Map.of(), "y", "product", "factor");
        assertThat(layers()).contains(MatMul.of().transposingA().withScale(0.5)).hasSize(2);
    }

    @Test
    void parametersOfAnExportersOwnNamesLieUnderTheirNodes() {
        floats("onnx::Conv_12", Shape.of(1, 4, 1, 1), 1, 2, 3, 4);
        node("Conv", Map.of(), "y", "x", "onnx::Conv_12");
        OnnxNetwork read = OnnxImport.of().read("m.onnx", file());
        assertThat(read.network().nodes().get(0).layer())
                .isEqualTo(Conv2d.of(4, 1, 1).withoutBias());
        assertThat(read.network().parameters())
                .extracting(Network.Parameter::name)
                .containsExactly("the_y.weight");
        assertThat(Arrays.copyOf(read.weights(), 4)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void clippingToAnyBoundsIsRead() {
        floats("least", Shape.of(), -0.5f);
        floats("greatest", Shape.of(), 0.25f);
        node("Clip", Map.of(), "y", "x", "least", "greatest");
        OnnxNetwork read = OnnxImport.of().read("m.onnx", file());
        Example example = Example.of(read.network(), 1, new Seed(4));
        float[] clipped =
                example.run(read.network(), read.weights(), read.statistics()).get(0);
        for (int i = 0; i < clipped.length; i++) {
            float expected = Math.max(-0.5f, Math.min(0.25f, example.inputs().get(0)[i]));
            assertThat(clipped[i]).isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-6f));
        }
    }

    @Test
    void aReshapeThatMovesTheBatchIsRefused() {
        wholes("all", 24, -1);
        node("Reshape", Map.of(), "y", "x", "all");
        requireRefused("m.onnx: node the_y (Reshape) expects to leave the first dimension, the batch, as it is, but it"
                + " doesn't. Maybe the model has no batch; then read it as one sample.");
    }

    @Test
    void whatALayerCannotTakeIsToldWithTheNode() {
        floats("w", Shape.of(1, 3, 1, 1), 1, 2, 3);
        node("Conv", Map.of(), "y", "x", "w");
        requireRefused("m.onnx: node the_y (Conv) expects a weight of [1, 4, 1, 1], but it is [1, 3, 1, 1].");
        nodes.clear();
        node("Softmax", Map.of("axis", Attribute.of(7)), "y", "x");
        requireRefused("m.onnx: node the_y (Softmax) expects an axis from -4 to 3, but it is 7.");
        nodes.clear();
        node("Conv", Map.of(), "y", "x", "x");
        requireRefused("m.onnx: node the_y (Conv) expects constant floats as input 1, but x is computed.");
        nodes.clear();
        node("Relu", Map.of(), "y", "nothing");
        requireRefused(
                "m.onnx: node the_y (Relu) expects inputs that are computed before, but there is no nothing yet.");
    }

    @Test
    void anInputOfUnknownSizeIsRefusedUnlessItIsSaid() {
        sizes.set(2, new OnnxValue.Size(-1, "height"));
        node("Relu", Map.of(), "y", "x");
        requireRefused("m.onnx expects inputs of known sizes behind the batch, but input x is [batch, 4, height, 6]."
                + " Maybe say the shape of one sample.");
        Network network =
                OnnxImport.of().withSample("x", MAPS).read("m.onnx", file()).network();
        assertThat(network.inputs()).containsExactly(new Network.Input("x", MAPS));
        assertThat(network.nodes()).extracting(Network.Node::layer).containsExactly(new Relu());
    }

    @Test
    void anOutputThatNothingGivesIsRefused() {
        node("Relu", Map.of(), "z", "x");
        requireRefused(
                "m.onnx expects outputs that its layers give, but y is computed by no node. Maybe leave it out.");
    }

    @Test
    void aFileThatIsCutShortIsRefused() {
        node("Relu", Map.of(), "y", "x");
        byte[] file = file();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> OnnxImport.of().read("cut.onnx", cut))
                    .as("the first %d of %d bytes", length, file.length)
                    .isInstanceOf(OnnxException.class)
                    .hasMessageStartingWith("cut.onnx expects ");
        }
        assertThatThrownBy(() -> OnnxImport.of().read("cut.onnx", Arrays.copyOf(file, 20)))
                .hasMessage("cut.onnx expects an ONNX model, but at byte 12 there is a field of " + (file.length - 18)
                        + " bytes where 8 are left. Maybe it was cut short or is another kind of file.");
        assertThatThrownBy(() -> OnnxImport.of()
                        .read(
                                "pickle.onnx",
                                "PK\u0003\u0004 and so on".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("Maybe it was cut short or is another kind of file.");
    }

    /** Any byte changed is read, or refused in words; nothing else happens, and not much memory is taken. */
    @Test
    void damagedFilesAreReadOrRefusedInWords() {
        floats("fc.weight", Shape.of(2, 4, 3, 3), new float[72]);
        wholes("sizes", 0, -1);
        node("Conv", Map.of("strides", Attribute.of(List.of(1, 1))), "c", "x", "fc.weight");
        node("MaxPool", Map.of("kernel_shape", Attribute.of(List.of(2, 2))), "p", "c");
        node("Reshape", Map.of(), "y", "p", "sizes");
        byte[] file = file();
        long seed = 20_261_122;
        RandomStream random = new Seed(seed).stream();
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = file.clone();
            for (int i = 0; i <= round % 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(OnnxImport.of().read("damaged.onnx", damaged).network())
                        .isNotNull();
            } catch (OnnxException e) {
                assertThat(e).as("seed %d, round %d", seed, round).message().startsWith("damaged.onnx");
            }
        }
    }

    @Test
    void aTensorThatClaimsMoreThanThereIsIsRefused() {
        byte[] huge = new byte[64];
        WireMessage tensor = new WireMessage()
                .whole(1, 1 << 20)
                .whole(1, 1 << 9)
                .whole(2, OnnxTensor.FLOAT)
                .text(8, "w")
                .bytes(9, huge);
        assertThatThrownBy(() -> OnnxTensor.read(WireReader.of("t", written(tensor))))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("a tensor \"w\" of the shape [1048576, 512] with 16 values");
        WireMessage larger =
                new WireMessage().whole(1, 1 << 30).whole(1, 1 << 30).whole(2, OnnxTensor.FLOAT);
        assertThatThrownBy(() -> OnnxTensor.read(WireReader.of("t", written(larger))))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("a tensor \"\" of the shape [1073741824, 1073741824]");
        WireMessage elsewhere =
                new WireMessage().whole(2, OnnxTensor.FLOAT).text(8, "w").whole(14, 1);
        assertThatThrownBy(() -> OnnxTensor.read(WireReader.of("t", written(elsewhere))))
                .hasMessage("t expects all values in one file, but those of tensor \"w\" are in another. Maybe save it"
                        + " without external data.");
    }

    private static byte[] written(WireMessage message) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            message.writeTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
