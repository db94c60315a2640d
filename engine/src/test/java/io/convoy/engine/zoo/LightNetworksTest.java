package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Parameter;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small networks: names, shapes and first weights are torchvision's where it has the network. */
class LightNetworksTest {
    private static final Shape IMAGE = Shape.of(3, 224, 224);

    private static Network network(String name) {
        return Zoo.network(name, Zoo.image(name), 1000);
    }

    private static Map<String, Parameter> parameters(Network network) {
        return network.parameters().stream().collect(Collectors.toMap(Parameter::name, Function.identity()));
    }

    private static Parameter parameter(Network network, String name) {
        return Objects.requireNonNull(parameters(network).get(name), name);
    }

    private static Shape shape(Network network, String parameter) {
        return parameter(network, parameter).shape();
    }

    private static Layer layer(Network network, String name) {
        return network.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow()
                .layer();
    }

    private static Initializer normal(double fanOut) {
        return new Initializer.Normal(Math.sqrt(2 / fanOut));
    }

    /** A state dict has three buffers more for each BatchNorm. */
    @ParameterizedTest
    @CsvSource({
        "squeezenet1_0, 52, features.0.weight, classifier.1.bias",
        "squeezenet1_1, 52, features.0.weight, classifier.1.bias",
        "mobilenet_v1, 164, features.0.0.weight, classifier.bias",
        "mobilenet_v2, 314, features.0.0.weight, classifier.1.bias",
        "mobilenet_v3_small, 244, features.0.0.weight, classifier.3.bias",
        "mobilenet_v3_large, 312, features.0.0.weight, classifier.3.bias",
        "shufflenet_v1_g3, 296, conv1.weight, fc.bias",
        "shufflenet_v2_x0_5, 338, conv1.0.weight, fc.bias",
        "shufflenet_v2_x2_0, 338, conv1.0.weight, fc.bias"
    })
    void aStateDictHasItsEntries(String name, int entries, String first, String last) {
        List<Parameter> parameters = network(name).parameters();
        assertThat(parameters.size() + 3 * network(name).batchNorms().size()).isEqualTo(entries);
        assertThat(parameters.get(0).name()).isEqualTo(first);
        assertThat(parameters.get(parameters.size() - 1).name()).isEqualTo(last);
    }

    @Test
    void squeezeNetIsTorchvisions() {
        Network one = network("squeezenet1_0");
        assertThat(shape(one, "features.0.weight")).isEqualTo(Shape.of(96, 3, 7, 7));
        assertThat(shape(one, "features.3.squeeze.weight")).isEqualTo(Shape.of(16, 96, 1, 1));
        assertThat(shape(one, "features.12.expand3x3.weight")).isEqualTo(Shape.of(256, 64, 3, 3));
        assertThat(shape(one, "classifier.1.weight")).isEqualTo(Shape.of(1000, 512, 1, 1));
        Network later = network("squeezenet1_1");
        assertThat(shape(later, "features.0.weight")).isEqualTo(Shape.of(64, 3, 3, 3));
        assertThat(shape(later, "features.4.expand1x1.bias")).isEqualTo(Shape.of(64));
        assertThat(shape(later, "features.6.squeeze.weight")).isEqualTo(Shape.of(32, 128, 1, 1));
        assertThat(shape(later, "features.9.squeeze.weight")).isEqualTo(Shape.of(48, 256, 1, 1));
        assertThat(later.initializers())
                .containsEntry("features.3.expand3x3.weight", new Initializer.Uniform(Math.sqrt(6.0 / 16 / 3 / 3)))
                .containsEntry("features.3.expand3x3.bias", new Initializer.Constant(0))
                .containsEntry("classifier.1.weight", new Initializer.Normal(0.01));
        assertThat(layer(later, "classifier.0")).isEqualTo(Dropout.of(0.5));
    }

    @Test
    void mobileNetV1IsALineOfDepthwiseAndPointwiseConvolutions() {
        Network network = network("mobilenet_v1");
        assertThat(shape(network, "features.0.0.weight")).isEqualTo(Shape.of(32, 3, 3, 3));
        assertThat(shape(network, "features.1.0.0.weight")).isEqualTo(Shape.of(32, 1, 3, 3));
        assertThat(shape(network, "features.1.1.0.weight")).isEqualTo(Shape.of(64, 32, 1, 1));
        assertThat(shape(network, "features.13.1.1.bias")).isEqualTo(Shape.of(1024));
        assertThat(network.initializers())
                .containsEntry("features.13.0.0.weight", normal(1024 * 9))
                .containsEntry("classifier.weight", new Initializer.Normal(0.01))
                .containsEntry("classifier.bias", new Initializer.Constant(0));
    }

    /** imgclsmob's asserted weight counts. */
    @ParameterizedTest
    @CsvSource({"0.75, 2585560", "0.5, 1331592", "0.25, 470072"})
    void aThinnerMobileNetV1HasItsPublishedCount(double width, long parameters) {
        assertThat(MobileNetV1.of(IMAGE, 1000, width).parameterCount()).isEqualTo(parameters);
    }

    @Test
    void mobileNetV2IsTorchvisions() {
        Network network = network("mobilenet_v2");
        assertThat(shape(network, "features.1.conv.0.0.weight")).isEqualTo(Shape.of(32, 1, 3, 3));
        assertThat(shape(network, "features.1.conv.1.weight")).isEqualTo(Shape.of(16, 32, 1, 1));
        assertThat(shape(network, "features.1.conv.2.bias")).isEqualTo(Shape.of(16));
        assertThat(shape(network, "features.2.conv.0.1.weight")).isEqualTo(Shape.of(96));
        assertThat(shape(network, "features.2.conv.2.weight")).isEqualTo(Shape.of(24, 96, 1, 1));
        assertThat(shape(network, "features.17.conv.3.weight")).isEqualTo(Shape.of(320));
        assertThat(shape(network, "features.18.0.weight")).isEqualTo(Shape.of(1280, 320, 1, 1));
        assertThat(shape(network, "classifier.1.weight")).isEqualTo(Shape.of(1000, 1280));
        assertThat(network.initializers())
                .containsEntry("features.2.conv.1.0.weight", normal(96 * 9))
                .containsEntry("classifier.1.weight", new Initializer.Normal(0.01))
                .containsEntry("classifier.1.bias", new Initializer.Constant(0));
        assertThat(layer(network, "features.18.1")).isEqualTo(BatchNorm2d.of(1280));
        assertThat(layer(network, "classifier.0")).isEqualTo(Dropout.of(0.2));
        assertThat(network.nodes().stream().filter(node -> node.name().endsWith(".add")))
                .extracting(Network.Node::name)
                .containsExactly(
                        "features.3.add",
                        "features.5.add",
                        "features.6.add",
                        "features.8.add",
                        "features.9.add",
                        "features.10.add",
                        "features.12.add",
                        "features.13.add",
                        "features.15.add",
                        "features.16.add");
    }

    /** Channels are multiples of 8, and the last convolution is not made thinner. */
    @Test
    void mobileNetsAreAsWideAsAsked() {
        Network half = MobileNetV2.of(IMAGE, 1000, 0.5, Stem.LARGE);
        assertThat(shape(half, "features.0.0.weight").size(0)).isEqualTo(16);
        assertThat(shape(half, "features.18.0.weight")).isEqualTo(Shape.of(1280, 160, 1, 1));
        Network thin = MobileNetV2.of(IMAGE, 1000, 0.35, Stem.LARGE);
        assertThat(shape(thin, "features.0.0.weight").size(0)).isEqualTo(16);
        assertThat(shape(thin, "features.17.conv.3.weight")).isEqualTo(Shape.of(112));
        assertThat(shape(MobileNetV2.of(IMAGE, 9, 1.4, Stem.LARGE), "classifier.1.weight"))
                .isEqualTo(Shape.of(9, 1792));
        Network large = MobileNetV3.of(IMAGE, 1000, MobileNetV3.Size.LARGE, 0.75);
        assertThat(shape(large, "features.16.0.weight")).isEqualTo(Shape.of(720, 120, 1, 1));
        assertThat(shape(large, "classifier.0.weight")).isEqualTo(Shape.of(960, 720));
        for (double width : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> MobileNetV1.of(IMAGE, 10, width))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("MobileNetV1 expects a finite width above 0, but width is " + width + ".");
        }
        assertThatThrownBy(() -> MobileNetV2.of(IMAGE, 10, 0, Stem.SMALL))
                .hasMessage("MobileNetV2 expects a finite width above 0, but width is 0.0.");
        assertThatThrownBy(() -> MobileNetV3.of(IMAGE, 10, MobileNetV3.Size.SMALL, 0))
                .hasMessage("MobileNetV3 expects a finite width above 0, but width is 0.0.");
    }

    @Test
    void mobileNetV3IsTorchvisions() {
        Network large = network("mobilenet_v3_large");
        assertThat(shape(large, "features.1.block.0.0.weight")).isEqualTo(Shape.of(16, 1, 3, 3));
        assertThat(shape(large, "features.4.block.2.fc1.weight")).isEqualTo(Shape.of(24, 72, 1, 1));
        assertThat(shape(large, "features.4.block.2.fc2.bias")).isEqualTo(Shape.of(72));
        assertThat(shape(large, "features.4.block.3.0.weight")).isEqualTo(Shape.of(40, 72, 1, 1));
        assertThat(shape(large, "features.15.block.1.0.weight")).isEqualTo(Shape.of(960, 1, 5, 5));
        assertThat(shape(large, "features.16.0.weight")).isEqualTo(Shape.of(960, 160, 1, 1));
        assertThat(shape(large, "classifier.0.weight")).isEqualTo(Shape.of(1280, 960));
        assertThat(shape(large, "classifier.3.weight")).isEqualTo(Shape.of(1000, 1280));
        assertThat(layer(large, "features.16.1")).isEqualTo(new BatchNorm2d(960, 0.001, 0.01, true));
        assertThat(layer(large, "classifier.2")).isEqualTo(Dropout.of(0.2));
        assertThat(large.initializers())
                .containsEntry("features.4.block.2.fc1.weight", normal(24))
                .containsEntry("features.4.block.2.fc1.bias", new Initializer.Constant(0))
                .containsEntry("classifier.0.weight", new Initializer.Normal(0.01));
        Network small = network("mobilenet_v3_small");
        assertThat(shape(small, "features.1.block.1.fc1.weight")).isEqualTo(Shape.of(8, 16, 1, 1));
        assertThat(shape(small, "features.11.block.3.1.weight")).isEqualTo(Shape.of(96));
        assertThat(shape(small, "classifier.0.weight")).isEqualTo(Shape.of(1024, 576));
    }

    @Test
    void shuffleNetV1GroupsBothPointwiseConvolutionsButForTheFirst() {
        Network network = network("shufflenet_v1_g8");
        assertThat(shape(network, "stage2.0.conv1.weight")).isEqualTo(Shape.of(96, 24, 1, 1));
        assertThat(shape(network, "stage2.0.conv3.weight")).isEqualTo(Shape.of(360, 12, 1, 1));
        assertThat(shape(network, "stage2.1.conv1.weight")).isEqualTo(Shape.of(96, 48, 1, 1));
        assertThat(shape(network, "stage4.0.conv3.weight")).isEqualTo(Shape.of(768, 48, 1, 1));
        assertThat(shape(network, "stage4.3.bn3.weight")).isEqualTo(Shape.of(1536));
        assertThatThrownBy(() -> ShuffleNetV1.of(IMAGE, 10, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ShuffleNetV1 expects 1, 2, 3, 4 or 8 groups, but groups is 5.");
    }

    @Test
    void shuffleNetV2IsTorchvisions() {
        Network network = network("shufflenet_v2_x1_0");
        assertThat(shape(network, "stage2.0.branch1.0.weight")).isEqualTo(Shape.of(24, 1, 3, 3));
        assertThat(shape(network, "stage2.0.branch1.2.weight")).isEqualTo(Shape.of(58, 24, 1, 1));
        assertThat(shape(network, "stage2.0.branch2.6.bias")).isEqualTo(Shape.of(58));
        assertThat(shape(network, "stage3.7.branch2.3.weight")).isEqualTo(Shape.of(116, 1, 3, 3));
        assertThat(shape(network, "conv5.0.weight")).isEqualTo(Shape.of(1024, 464, 1, 1));
        assertThat(shape(network, "fc.weight")).isEqualTo(Shape.of(1000, 1024));
        assertThat(network.initializers()).isEmpty();
    }

    private static List<Port> inputs(Network network, String name) {
        return network.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow()
                .inputs();
    }

    /** What stands in front and what behind, and which half goes around. */
    @Test
    void branchesStandInTheOrderOfTheOriginals() {
        assertThat(inputs(network("squeezenet1_1"), "features.3.concat"))
                .extracting(Port::node)
                .containsExactly("features.3.expand1x1_activation", "features.3.expand3x3_activation");
        Network one = network("shufflenet_v1_g3");
        assertThat(inputs(one, "stage3.0.concat"))
                .extracting(Port::node)
                .containsExactly("stage3.0.bn3", "stage3.0.avgpool");
        assertThat(inputs(one, "stage3.1.conv2")).extracting(Port::node).containsExactly("stage3.1.shuffle");
        Network two = network("shufflenet_v2_x1_0");
        assertThat(inputs(two, "stage3.0.concat"))
                .extracting(Port::node)
                .containsExactly("stage3.0.branch1.4", "stage3.0.branch2.7");
        assertThat(inputs(two, "stage3.1.concat"))
                .containsExactly(new Port("stage3.1.split", 0), new Port("stage3.1.branch2.7", 0));
        assertThat(inputs(two, "stage3.1.branch2.0")).containsExactly(new Port("stage3.1.split", 1));
    }

    /** Sizes in front of the last pooling and where the paper's stem has done with them, and the same parameters as with the large stem. */
    @ParameterizedTest
    @CsvSource({
        "squeezenet1_0, 32, features.12.concat, 4",
        "squeezenet1_1, 32, features.12.concat, 4",
        "squeezenet1_1, 64, features.12.concat, 8",
        "mobilenet_v2, 32, features.18.2, 4",
        "mobilenet_v2, 64, features.18.2, 8",
        "mobilenet_v2, 32, features.3.add, 32",
        "shufflenet_v2_x0_5, 32, conv5.2, 4",
        "shufflenet_v2_x2_0, 64, conv5.2, 8"
    })
    void smallImagesKeepMoreOfTheirPixelsWithTheSmallStem(String name, int size, String node, int left) {
        Network small = Zoo.network(name + "_cifar", Shape.of(3, size, size), 10);
        assertThat(Objects.requireNonNull(small.shapes(1).get(new Port(node, 0)))
                        .size(2))
                .isEqualTo(left);
        assertThat(small.parameters())
                .isEqualTo(Zoo.network(name, Shape.of(3, size, size), 10).parameters());
        assertThat(Zoo.image(name + "_cifar")).isEqualTo(Shape.of(3, 32, 32));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mobilenet_v1",
                "mobilenet_v2",
                "mobilenet_v2_cifar",
                "mobilenet_v3_small",
                "mobilenet_v3_large",
                "shufflenet_v1_g4",
                "shufflenet_v2_x1_5"
            })
    void networksWithBordersTakeImagesOfAnySizeAndManyChannels(String name) {
        Network network = Zoo.network(name, Shape.of(5, 1, 33), 3);
        assertThat(network.outputSample(0)).isEqualTo(Shape.of(3));
        Conv2d first = (Conv2d) network.nodes().get(0).layer();
        assertThat(first.in()).isEqualTo(5);
        assertThat(first.kernel()).isEqualTo(Pair.of(3));
    }

    @ParameterizedTest
    @CsvSource({
        "squeezenet1_0, SqueezeNet, 21",
        "squeezenet1_1, SqueezeNet, 17",
        "squeezenet1_0_cifar, SqueezeNet, 8",
        "squeezenet1_1_cifar, SqueezeNet, 8",
        "mobilenet_v1, MobileNetV1, 1",
        "mobilenet_v2, MobileNetV2, 1",
        "mobilenet_v3_large, MobileNetV3, 1",
        "shufflenet_v1_g1, ShuffleNetV1, 1",
        "shufflenet_v2_x1_0, ShuffleNetV2, 1"
    })
    void imagesThatAreTooSmallAreRefused(String name, String family, int smallest) {
        assertThat(Zoo.network(name, Shape.of(3, smallest, smallest), 2).outputSample(0))
                .isEqualTo(Shape.of(2));
        assertThatThrownBy(() -> Zoo.network(name, Shape.of(3, smallest - 1, smallest), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(family + " expects images of [C, H, W] with H and W of at least " + smallest
                        + ", but they are [3, " + (smallest - 1) + ", " + smallest + "].");
    }
}
