package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Parameter;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GoogLeNet and the Inceptions: names, shapes and first weights are torchvision's, or timm's where it has no such network. */
class ParallelNetworksTest {
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

    /** A state dict has three buffers more for each BatchNorm. */
    @ParameterizedTest
    @CsvSource({
        "googlenet, 344, conv1.conv.weight",
        "googlenet_aux, 364, conv1.conv.weight",
        "inception_v3, 566, Conv2d_1a_3x3.conv.weight",
        "inception_v3_aux, 580, Conv2d_1a_3x3.conv.weight",
        "inception_v4, 896, features.0.conv.weight",
        "inception_resnet_v2, 1306, conv2d_1a.conv.weight"
    })
    void aStateDictHasItsEntries(String name, int entries, String first) {
        Network network = network(name);
        assertThat(network.parameters().size() + 3 * network.batchNorms().size())
                .isEqualTo(entries);
        assertThat(network.parameters().get(0).name()).isEqualTo(first);
        for (Network.Node node : network.nodes()) {
            if (node.layer() instanceof BatchNorm2d norm) {
                assertThat(norm).isEqualTo(new BatchNorm2d(norm.channels(), 0.001, 0.1, true));
            }
        }
    }

    @Test
    void googLeNetIsTorchvisions() {
        Network network = network("googlenet_aux");
        assertThat(shape(network, "conv1.conv.weight")).isEqualTo(Shape.of(64, 3, 7, 7));
        assertThat(shape(network, "inception3a.branch1.conv.weight")).isEqualTo(Shape.of(64, 192, 1, 1));
        assertThat(shape(network, "inception3a.branch2.0.conv.weight")).isEqualTo(Shape.of(96, 192, 1, 1));
        assertThat(shape(network, "inception3a.branch2.1.bn.bias")).isEqualTo(Shape.of(128));
        assertThat(shape(network, "inception4d.branch3.1.conv.weight")).isEqualTo(Shape.of(64, 32, 3, 3));
        assertThat(shape(network, "inception5b.branch4.1.conv.weight")).isEqualTo(Shape.of(128, 832, 1, 1));
        assertThat(shape(network, "aux1.conv.conv.weight")).isEqualTo(Shape.of(128, 512, 1, 1));
        assertThat(shape(network, "aux2.conv.conv.weight")).isEqualTo(Shape.of(128, 528, 1, 1));
        assertThat(shape(network, "aux1.fc1.weight")).isEqualTo(Shape.of(1024, 2048));
        assertThat(shape(network, "aux2.fc2.weight")).isEqualTo(Shape.of(1000, 1024));
        assertThat(shape(network, "fc.weight")).isEqualTo(Shape.of(1000, 1024));
        assertThat(parameter(network, "conv2.conv.weight").initializer()).isEqualTo(new Initializer.Normal(0.01));
        assertThat(parameter(network, "fc.weight").initializer()).isEqualTo(new Initializer.Normal(0.01));
        assertThat(dropouts(network)).containsExactlyInAnyOrder(0.7, 0.7, 0.2);
        assertThat(dropouts(network("googlenet"))).containsExactly(0.2);
    }

    private static List<Double> dropouts(Network network) {
        return network.nodes().stream()
                .filter(node -> node.layer() instanceof Dropout)
                .map(node -> ((Dropout) node.layer()).p())
                .toList();
    }

    @Test
    void inceptionV2IsCalledAsGoogLeNet() {
        Network network = network("inception_v2");
        assertThat(shape(network, "inception3a.branch3.2.conv.weight")).isEqualTo(Shape.of(96, 96, 3, 3));
        assertThat(shape(network, "inception3c.branch2.1.conv.weight")).isEqualTo(Shape.of(160, 128, 3, 3));
        assertThat(shape(network, "inception4a.branch1.conv.weight")).isEqualTo(Shape.of(224, 576, 1, 1));
        assertThat(shape(network, "inception5a.branch4.1.conv.weight")).isEqualTo(Shape.of(128, 1024, 1, 1));
        assertThat(parameters(network)).doesNotContainKeys("inception3c.branch1.conv.weight", "conv1.conv.bias");
        assertThat(network.initializers()).containsEntry("fc.weight", new Initializer.Normal(0.01));
    }

    @Test
    void inceptionV3IsTorchvisions() {
        Network network = network("inception_v3_aux");
        assertThat(shape(network, "Mixed_5b.branch1x1.conv.weight")).isEqualTo(Shape.of(64, 192, 1, 1));
        assertThat(shape(network, "Mixed_5c.branch5x5_2.conv.weight")).isEqualTo(Shape.of(64, 48, 5, 5));
        assertThat(shape(network, "Mixed_5d.branch_pool.bn.weight")).isEqualTo(Shape.of(64));
        assertThat(shape(network, "Mixed_6a.branch3x3.conv.weight")).isEqualTo(Shape.of(384, 288, 3, 3));
        assertThat(shape(network, "Mixed_6b.branch7x7_2.conv.weight")).isEqualTo(Shape.of(128, 128, 1, 7));
        assertThat(shape(network, "Mixed_6d.branch7x7dbl_5.conv.weight")).isEqualTo(Shape.of(192, 160, 1, 7));
        assertThat(shape(network, "Mixed_7a.branch7x7x3_3.conv.weight")).isEqualTo(Shape.of(192, 192, 7, 1));
        assertThat(shape(network, "Mixed_7b.branch3x3_2a.conv.weight")).isEqualTo(Shape.of(384, 384, 1, 3));
        assertThat(shape(network, "Mixed_7c.branch3x3dbl_3b.conv.weight")).isEqualTo(Shape.of(384, 384, 3, 1));
        assertThat(shape(network, "AuxLogits.conv0.conv.weight")).isEqualTo(Shape.of(128, 768, 1, 1));
        assertThat(shape(network, "AuxLogits.conv1.conv.weight")).isEqualTo(Shape.of(768, 128, 5, 5));
        assertThat(shape(network, "AuxLogits.fc.weight")).isEqualTo(Shape.of(1000, 768));
        assertThat(network.initializers())
                .containsEntry("Mixed_5b.branch1x1.conv.weight", new Initializer.Normal(0.1))
                .containsEntry("AuxLogits.conv0.conv.weight", new Initializer.Normal(0.1))
                .containsEntry("AuxLogits.conv1.conv.weight", new Initializer.Normal(0.01))
                .containsEntry("AuxLogits.fc.weight", new Initializer.Normal(0.001))
                .containsEntry("fc.weight", new Initializer.Normal(0.1))
                .doesNotContainKey("fc.bias");
        assertThat(dropouts(network)).containsExactly(0.5);
    }

    @Test
    void inceptionV4AndInceptionResNetAreTimms() {
        Network four = network("inception_v4");
        assertThat(shape(four, "features.3.conv.conv.weight")).isEqualTo(Shape.of(96, 64, 3, 3));
        assertThat(shape(four, "features.4.branch1.2.conv.weight")).isEqualTo(Shape.of(64, 64, 7, 1));
        assertThat(shape(four, "features.9.branch3.1.conv.weight")).isEqualTo(Shape.of(96, 384, 1, 1));
        assertThat(shape(four, "features.10.branch1.1.conv.weight")).isEqualTo(Shape.of(224, 192, 3, 3));
        assertThat(shape(four, "features.17.branch2.4.conv.weight")).isEqualTo(Shape.of(256, 224, 1, 7));
        assertThat(shape(four, "features.18.branch1.3.conv.weight")).isEqualTo(Shape.of(320, 320, 3, 3));
        assertThat(shape(four, "features.21.branch2_3b.conv.weight")).isEqualTo(Shape.of(256, 512, 3, 1));
        assertThat(shape(four, "last_linear.weight")).isEqualTo(Shape.of(1000, 1536));

        Network residual = network("inception_resnet_v2");
        assertThat(shape(residual, "mixed_5b.branch1.1.conv.weight")).isEqualTo(Shape.of(64, 48, 5, 5));
        assertThat(shape(residual, "repeat.9.branch2.2.conv.weight")).isEqualTo(Shape.of(64, 48, 3, 3));
        assertThat(shape(residual, "repeat.0.conv2d.bias")).isEqualTo(Shape.of(320));
        assertThat(shape(residual, "mixed_6a.branch1.2.conv.weight")).isEqualTo(Shape.of(384, 256, 3, 3));
        assertThat(shape(residual, "repeat_1.19.conv2d.weight")).isEqualTo(Shape.of(1088, 384, 1, 1));
        assertThat(shape(residual, "mixed_7a.branch2.2.conv.weight")).isEqualTo(Shape.of(320, 288, 3, 3));
        assertThat(shape(residual, "repeat_2.8.branch1.2.conv.weight")).isEqualTo(Shape.of(256, 224, 3, 1));
        assertThat(shape(residual, "block8.conv2d.weight")).isEqualTo(Shape.of(2080, 448, 1, 1));
        assertThat(shape(residual, "classif.weight")).isEqualTo(Shape.of(1000, 1536));
        assertThat(residual.nodes().stream()
                        .filter(node -> node.layer() instanceof Scale)
                        .collect(Collectors.groupingBy(node -> ((Scale) node.layer()).factor(), Collectors.counting())))
                .containsOnly(Map.entry(0.17, 10L), Map.entry(0.1, 20L), Map.entry(0.2, 9L));
    }

    @Test
    void theBorderOfAnAverageCountsWhereTheOriginalCountsIt() {
        for (String name : List.of("inception_v2", "inception_v3", "inception_v4", "inception_resnet_v2")) {
            boolean counts = name.equals("inception_v2") || name.equals("inception_v3");
            List<AvgPool2d> pools = network(name).nodes().stream()
                    .filter(node -> node.layer() instanceof AvgPool2d)
                    .map(node -> (AvgPool2d) node.layer())
                    .toList();
            assertThat(pools)
                    .as(name)
                    .isNotEmpty()
                    .allMatch(pool -> pool.countIncludePad() == counts)
                    .allMatch(pool -> pool.window().stride().height() == 1);
        }
    }

    /** The branches in the order in which the next layer's weights expect their channels. */
    @Test
    void branchesStandInTheOrderOfTheOriginals() {
        joined("googlenet", "inception4e", "branch1", "branch2.1", "branch3.1", "branch4.1");
        joined("inception_v2", "inception4d", "branch1", "branch2.1", "branch3.2", "branch4.1");
        joined("inception_v2", "inception4e", "branch2.1", "branch3.2", "branch4.0");
        joined("inception_v3", "Mixed_5b", "branch1x1", "branch5x5_2", "branch3x3dbl_3", "branch_pool");
        joined("inception_v3", "Mixed_6a", "branch3x3", "branch3x3dbl_3", "pool");
        joined("inception_v3", "Mixed_6c", "branch1x1", "branch7x7_3", "branch7x7dbl_5", "branch_pool");
        joined("inception_v3", "Mixed_7a", "branch3x3_2", "branch7x7x3_4", "pool");
        String[] last = {
            "branch1x1", "branch3x3_2a", "branch3x3_2b", "branch3x3dbl_3a", "branch3x3dbl_3b", "branch_pool"
        };
        joined("inception_v3", "Mixed_7c", last);
        joined("inception_v4", "features.3", "maxpool", "conv");
        joined("inception_v4", "features.4", "branch0.1", "branch1.3");
        joined("inception_v4", "features.5", "conv", "maxpool");
        joined("inception_v4", "features.6", "branch0", "branch1.1", "branch2.2", "branch3.1");
        joined("inception_v4", "features.10", "branch0", "branch1.2", "branch2");
        joined("inception_v4", "features.11", "branch0", "branch1.2", "branch2.4", "branch3.1");
        joined("inception_v4", "features.18", "branch0.1", "branch1.3", "branch2");
        String[] split = {"branch0", "branch1_1a", "branch1_1b", "branch2_3a", "branch2_3b", "branch3.1"};
        joined("inception_v4", "features.19", split);
        joined("inception_resnet_v2", "mixed_5b", "branch0", "branch1.1", "branch2.2", "branch3.1");
        joined("inception_resnet_v2", "repeat.3", "branch0", "branch1.1", "branch2.2");
        joined("inception_resnet_v2", "mixed_6a", "branch0", "branch1.2", "branch2");
        joined("inception_resnet_v2", "repeat_1.7", "branch0", "branch1.2");
        joined("inception_resnet_v2", "mixed_7a", "branch0.1", "branch1.1", "branch2.2", "branch3");
        joined("inception_resnet_v2", "block8", "branch0", "branch1.2");
    }

    private static void joined(String name, String module, String... branches) {
        List<String> read = network(name).nodes().stream()
                .filter(node -> node.name().equals(module + ".concat"))
                .flatMap(node -> node.inputs().stream())
                .map(port -> port.node().replace(".relu", ""))
                .toList();
        assertThat(read)
                .as("%s %s", name, module)
                .isEqualTo(
                        Stream.of(branches).map(branch -> module + "." + branch).toList());
    }

    /** The sizes behind each reduction, as the papers' tables give them. */
    @Test
    void featureMapsHaveTheSizesOfThePapers() {
        sizes("googlenet", Map.of("maxpool2", 28, "inception4a.concat", 14, "inception5b.concat", 7));
        sizes("inception_v2", Map.of("inception3a.concat", 28, "inception3c.concat", 14, "inception4e.concat", 7));
        sizes("inception_v3", Map.of("Mixed_5b.concat", 35, "Mixed_6a.concat", 17, "Mixed_7a.concat", 8));
        sizes("inception_v4", Map.of("features.5.concat", 35, "features.10.concat", 17, "features.18.concat", 8));
        sizes("inception_resnet_v2", Map.of("mixed_5b.concat", 35, "mixed_6a.concat", 17, "mixed_7a.concat", 8));
    }

    private static void sizes(String name, Map<String, Integer> expected) {
        Map<Port, Shape> shapes = network(name).shapes(1);
        expected.forEach((node, size) -> assertThat(
                        Objects.requireNonNull(shapes.get(new Port(node, 0))).size(2))
                .as(node)
                .isEqualTo(size));
    }

    @Test
    void auxiliaryClassifiersAreFurtherOutputs() {
        Network network = Zoo.network("googlenet_aux", Shape.of(1, 64, 48), 7);
        assertThat(network.outputs())
                .containsExactly(new Port("fc", 0), new Port("aux1.fc2", 0), new Port("aux2.fc2", 0));
        assertThat(network.outputSample(2)).isEqualTo(Shape.of(7));
        Network plain = Zoo.network("googlenet", Shape.of(1, 64, 48), 7);
        assertThat(network.upTo(0).nodes()).isEqualTo(plain.nodes());
        assertThat(network.upTo(0).initializers()).isEqualTo(plain.initializers());

        Network three = network("inception_v3_aux");
        assertThat(three.outputs()).containsExactly(new Port("fc", 0), new Port("AuxLogits.fc", 0));
        assertThat(three.upTo(0).nodes()).isEqualTo(network("inception_v3").nodes());
    }

    @ParameterizedTest
    @CsvSource({
        "googlenet, GoogLeNet, 15",
        "googlenet_aux, GoogLeNet, 15",
        "inception_v2, InceptionV2, 1",
        "inception_v3, InceptionV3, 75",
        "inception_v3_aux, InceptionV3 with an auxiliary classifier, 299",
        "inception_v4, InceptionV4, 75",
        "inception_resnet_v2, InceptionResNetV2, 75"
    })
    void imagesThatAreTooSmallAreRefused(String name, String family, int smallest) {
        assertThat(Zoo.network(name, Shape.of(3, smallest, smallest), 2).outputSample(0))
                .isEqualTo(Shape.of(2));
        assertThatThrownBy(() -> Zoo.network(name, Shape.of(3, smallest, smallest - 1), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(family + " expects images of [C, H, W] with H and W of at least " + smallest
                        + ", but they are [3, " + smallest + ", " + (smallest - 1) + "].");
    }
}
