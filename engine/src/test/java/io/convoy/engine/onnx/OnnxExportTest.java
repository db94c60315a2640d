package io.convoy.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.HardAttention;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxExportTest {
    private static final Shape MAPS = Shape.of(2, 4, 4);

    /** A convolution, BatchNorm, dropout and two outputs, one of which is what dropout gets. */
    private static Network small() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("image", MAPS);
        x = builder.add("stem.conv", Conv2d.of(2, 3, 3), x);
        x = builder.add("stem.bn", BatchNorm2d.of(3), x);
        x = builder.add("relu", new Relu(), x);
        Port y = builder.add("dropout", Dropout.of(0.5), x);
        y = builder.add("flatten", new Flatten(), y);
        y = builder.add("fc", Linear.of(12, 5), y);
        return builder.output(y).output(new Port("dropout", 0)).output(x).build();
    }

    private static OnnxModel exported(Network network) {
        return OnnxModel.read("test", Example.of(network, 1, new Seed(3)).export());
    }

    @Test
    void initialisersAreNamedAsTheParametersAndValuesAsTheNodes() {
        OnnxModel model = exported(small());
        assertThat(model.initializers())
                .extracting(OnnxTensor::name)
                .containsExactly(
                        "stem.conv.weight",
                        "stem.conv.bias",
                        "stem.bn.weight",
                        "stem.bn.bias",
                        "stem.bn.running_mean",
                        "stem.bn.running_var",
                        "fc.weight",
                        "fc.bias");
        assertThat(model.nodes())
                .extracting(node -> node.name() + ": " + node.operator())
                .containsExactly(
                        "stem.conv: Conv",
                        "stem.bn: BatchNormalization",
                        "relu: Relu",
                        "flatten: Flatten",
                        "fc: Gemm",
                        "dropout: Identity");
        assertThat(model.inputs()).extracting(OnnxValue::name).containsExactly("image");
        assertThat(model.inputs().get(0).sizes()).hasToString("[N, 2, 4, 4]");
        assertThat(model.outputs()).extracting(OnnxValue::name).containsExactly("fc", "dropout", "relu");
        assertThat(model.outputs().get(0).sizes()).hasToString("[N, 5]");
    }

    @Test
    void severalOutputsGoThereAndBack() {
        Example example = Example.of(small(), 2, new Seed(5));
        List<float[]> expected = example.run();
        Agreement.within(1e-4, OnnxRuntime.run(example), expected);
        OnnxNetwork read = OnnxImport.of().read("small.onnx", example.export());
        Agreement.exact(example.run(read.network(), read.weights(), read.statistics()), expected);
        assertThat(read.network().parameters())
                .extracting(Network.Parameter::name)
                .containsExactlyElementsOf(small().parameters().stream()
                        .map(Network.Parameter::name)
                        .toList());
        assertThat(read.network().batchNorms()).containsExactly("stem.bn");
    }

    @Test
    void sharedParametersAreWrittenOnceAndReadAsOne() {
        Network.Builder builder = Network.builder();
        Port a = builder.input("a", MAPS);
        Port b = builder.input("b", MAPS);
        builder.output(builder.add("conv", Conv2d.of(2, 3, 3), a));
        builder.output(builder.addSharing("twin", "conv", Conv2d.of(2, 3, 3), b));
        Example example = Example.of(builder.build(), 2, new Seed(6));
        OnnxNetwork read = OnnxImport.of().read("twins.onnx", example.export());
        assertThat(read.network().parameterCount()).isEqualTo(57);
        Agreement.within(1e-4, OnnxRuntime.run(example), example.run());
        Agreement.exact(example.run(read.network(), read.weights(), read.statistics()), example.run());
    }

    @Test
    void poolingAndUnpoolingGoTogether() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", MAPS);
        Port pool = builder.add("pool", MaxPool2d.of(2, 2).withIndices(), x);
        builder.output(builder.add("unpool", MaxUnpool2d.of(2, 2), pool, new Port("pool", 1)));
        Example example = Example.of(builder.build(), 2, new Seed(8));
        OnnxNetwork read = OnnxImport.of().read("unpool.onnx", example.export());
        Agreement.within(1e-4, OnnxRuntime.run(example), example.run());
        Agreement.exact(example.run(read.network(), read.weights(), read.statistics()), example.run());
    }

    @Test
    void theVersionOfTheOperatorsIsTheLowestThatHasThem() {
        assertThat(exported(Example.single(new Relu(), MAPS)).opset()).isEqualTo(18);
        assertThat(exported(Example.single(new Relu(), MAPS)).irVersion()).isEqualTo(8);
        assertThat(exported(Example.single(new Gelu(), MAPS)).opset()).isEqualTo(20);
    }

    @Test
    void equalNetworksGiveEqualBytesAndPropertiesAreKept() throws IOException {
        Example example = Example.of(small(), 1, new Seed(3));
        assertThat(example.export()).isEqualTo(example.export());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OnnxExport.of(example.network(), example.weights(), example.statistics())
                .with("labels", "[\"a\",\"ü\"]")
                .with("author", "me")
                .writeTo(out);
        assertThat(OnnxImport.of().read("m.onnx", out.toByteArray()).metadata())
                .isEqualTo(Map.of("labels", "[\"a\",\"ü\"]", "author", "me"));
    }

    @Test
    void vectorsOfAnotherNetworkAreRefused() {
        assertThatThrownBy(() -> OnnxExport.of(small(), new float[3], new float[6]))
                .hasMessage(
                        "OnnxExport expects 192 floats of weights and 6 of statistics, but it got 3 and 6. Maybe they"
                                + " come from another network.");
    }

    @Test
    void aModelThatOneFileCannotHoldIsRefused() {
        OnnxExport.requireSize("small", Integer.MAX_VALUE);
        assertThatThrownBy(() -> OnnxExport.requireSize("wide", 1L + Integer.MAX_VALUE))
                .isInstanceOf(OnnxException.class)
                .hasMessage(
                        "OnnxExport expects a model of at most 2147483647 bytes, which is what one ONNX file can hold,"
                                + " but wide has 2147483648. Maybe exchange its weights as safetensors instead.");
    }

    private static void requireRefused(Layer layer, String message, Shape... samples) {
        assertThatThrownBy(() -> exported(Example.single(layer, samples)))
                .isInstanceOf(OnnxException.class)
                .hasMessage(message);
    }

    @Test
    void whatOnnxCannotExpressIsRefusedByName() {
        requireRefused(
                BatchNorm2d.of(2).withoutRunningStatistics(),
                "Node layer, BatchNorm2d[channels=2], expects to be exported, but it normalises by the batch's own"
                        + " statistics, which inference in ONNX doesn't. Maybe train with running statistics.",
                MAPS);
        requireRefused(
                LocalResponseNorm.of(4),
                "Node layer, LocalResponseNorm[size=4], expects to be exported, but the odd channel of an even window is at"
                        + " the other side in ONNX. Maybe choose an odd size.",
                MAPS);
        requireRefused(
                HardAttention.of(),
                "Node layer, HardAttention[STRAIGHT_THROUGH], expects to be exported, but it draws a place, which no"
                        + " operator of ONNX does. Maybe take a Softmax in the exported network instead.",
                MAPS);
        requireRefused(
                MaxPool2d.of(2, 2).withIndices(),
                "Node layer, MaxPool2d[kernel=2, stride=2], expects to be exported, but its indices count through one"
                        + " feature map, and ONNX's through all, so that only a MaxUnpool2d may read them. Maybe leave them"
                        + " out.",
                MAPS);
        requireRefused(
                new AdaptiveMaxPool2d(Pair.of(2), true),
                "Node layer, AdaptiveMaxPool2d[outputSize=2], expects to be exported, but ONNX has no such pool with"
                        + " indices. Maybe leave them out.",
                MAPS);
        requireRefused(
                MaxUnpool2d.of(2, 2),
                "Node layer, MaxUnpool2d[kernel=2, stride=2], expects to be exported, but ONNX needs indices of a MaxPool2d"
                        + " whose input has the output's height and width. Maybe give it the indices of that pool, whose"
                        + " input its windows cover exactly.",
                MAPS,
                MAPS);
    }

    /** A layer of somebody's own. */
    record Mystery() implements Layer {
        @Override
        public List<Shape> outputs(List<Shape> inputs) {
            return inputs;
        }
    }

    @Test
    void aLayerThatIsNotKnownIsRefusedByName() {
        requireRefused(
                new Mystery(),
                "Node layer, Mystery[], expects to be exported, but no operator of ONNX is known to do what it does. Maybe"
                        + " replace it by layers of the engine for the exported network.",
                MAPS);
    }
}
