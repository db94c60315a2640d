package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZooTest {
    private static final Shape GRAY = Shape.of(1, 28, 28);
    private static final Shape COLOUR = Shape.of(3, 32, 32);

    @Test
    void everyNetworkIsFoundByNameAndTakesItsPapersImages() {
        assertThat(Zoo.names()).contains("lenet5", "resnet20").doesNotHaveDuplicates();
        for (String name : Zoo.names()) {
            Shape image = Zoo.image(name);
            Network network = Zoo.network(name, image, 7);
            assertThat(network.inputs().get(0).sample()).as(name).isEqualTo(image);
            assertThat(network.outputSample(0)).as(name).isEqualTo(Shape.of(7));
        }
    }

    @Test
    void lenet5HasThePublishedCount() {
        assertThat(Zoo.network("lenet5", GRAY, 10).parameterCount()).isEqualTo(61_706);
        assertThat(Zoo.network("lenet5", Shape.of(1, 32, 32), 10).parameterCount())
                .isEqualTo(61_706);
    }

    /** 111,936 in the four blocks, as is published of prototypical networks, and the classifier. */
    @Test
    void conv4HasThePublishedCountBesideItsClassifier() {
        assertThat(Zoo.network("conv4", GRAY, 10).parameterCount()).isEqualTo(111_936 + 65 * 10);
        assertThat(Zoo.network("conv4", Shape.of(3, 84, 50), 7).parameterCount())
                .isEqualTo(111_936 + 2 * 9 * 64 + (64 * 5 * 3 + 1) * 7);
        assertThatThrownBy(() -> Zoo.network("conv4", Shape.of(1, 15, 28), 7))
                .hasMessage("Conv4 expects images of [C, H, W] with H and W of at least 16, but they are [1, 15, 28].");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 14, 20, 32, 56})
    void residualNetworksHaveTheParametersOfTheirFormula(int depth) {
        int n = (depth - 2) / 6;
        // A stage of c channels has 2n convolutions of 3×3, each with 2c for its BatchNorm; the first of a stage comes
        // from
        // half the channels. Then two projections, and the classifier.
        int expected = 3 * 9 * 16 + 2 * 16;
        expected += 2 * n * (9 * 16 * 16 + 2 * 16);
        expected += 9 * 16 * 32 + (2 * n - 1) * 9 * 32 * 32 + 2 * n * 2 * 32 + 16 * 32 + 2 * 32;
        expected += 9 * 32 * 64 + (2 * n - 1) * 9 * 64 * 64 + 2 * n * 2 * 64 + 32 * 64 + 2 * 64;
        expected += 64 * 10 + 10;
        assertThat(Zoo.network("resnet" + depth, COLOUR, 10).parameterCount()).isEqualTo(expected);
    }

    /** With the parameterless shortcuts of the paper's option A, less than ours by the two projections and their BatchNorms. */
    @ParameterizedTest
    @CsvSource({"20, 269722", "32, 464154", "56, 853018"})
    void residualNetworksHaveThePublishedParametersAndTwoProjections(int depth, long published) {
        long projections = 16L * 32 + 2L * 32 + 32L * 64 + 2L * 64;
        assertThat(Zoo.network("resnet" + depth, COLOUR, 10).parameterCount()).isEqualTo(published + projections);
    }

    @Test
    void residualNetworksHaveTorchvisionsNames() {
        Network network = Zoo.network("resnet14", COLOUR, 10);
        assertThat(network.parameters())
                .extracting(Network.Parameter::name)
                .contains(
                        "conv1.weight",
                        "bn1.bias",
                        "layer1.1.conv2.weight",
                        "layer2.0.downsample.0.weight",
                        "layer2.0.downsample.1.weight",
                        "layer3.1.bn2.weight",
                        "fc.weight",
                        "fc.bias")
                .doesNotContain("conv1.bias", "layer1.0.downsample.0.weight", "layer2.1.downsample.0.weight");
        assertThat(network.batchNorms()).hasSize(1 + 2 * 6 + 2);
    }

    @Test
    void anUnknownNameIsToldWithTheKnownOnes() {
        String known = "Zoo expects one of " + String.join(", ", Zoo.names()) + ", but it got ";
        assertThat(known).startsWith("Zoo expects one of lenet5, ");
        assertThatThrownBy(() -> Zoo.network("lenet", GRAY, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(known + "\"lenet\".");
        assertThatThrownBy(() -> Zoo.network("ResNet-20", GRAY, 10)).hasMessage(known + "\"ResNet-20\".");
        assertThatThrownBy(() -> Zoo.image("vgg61")).hasMessage(known + "\"vgg61\".");
        assertThatThrownBy(() -> Zoo.network("my-own-lenet5", GRAY, 10)).hasMessage(known + "\"my-own-lenet5\".");
    }

    @Test
    void imagesThatANetworkCannotTakeAreRefused() {
        assertThatThrownBy(() -> Zoo.network("lenet5", Shape.of(1, 28, 32), 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Lenet5 expects images of [C, 28, 28] or [C, 32, 32], but they are [1, 28, 32].");
        assertThatThrownBy(() -> Zoo.network("resnet8", Shape.of(3, 30, 30), 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CifarResNet expects square images of [C, H, W] whose H is a multiple of 4, but they are"
                        + " [3, 30, 30].");
        assertThatThrownBy(() -> CifarResNet.of(COLOUR, 10, 18))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CifarResNet expects a depth of 6n + 2, e.g. 8, 20, 32 or 56, but depth is 18.");
    }

    @ParameterizedTest
    @CsvSource({
        "alexnet, AlexNet, 63",
        "alexnet_2012, AlexNet of 2012, 67",
        "zfnet, ZfNet, 53",
        "vgg11, Vgg, 32",
        "vgg19_bn, Vgg, 32",
        "densenet121, DenseNet, 29",
        "densenet201, DenseNet, 29",
    })
    void theSmallestImagesThatSurviveTheStridesAreTakenAndSmallerOnesRefused(String name, String family, int smallest) {
        assertThat(Zoo.network(name, Shape.of(2, smallest, smallest + 3), 5).outputSample(0))
                .isEqualTo(Shape.of(5));
        for (Shape smaller :
                List.of(Shape.of(3, smallest - 1, smallest), Shape.of(3, smallest, smallest - 1), Shape.of(smallest))) {
            assertThatThrownBy(() -> Zoo.network(name, smaller, 5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(family + " expects images of [C, H, W] with H and W of at least " + smallest
                            + ", but they are " + smaller + ".");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resnet18",
                "resnet50",
                "resnet34_cifar",
                "se_resnet50",
                "resnet50_cbam",
                "sk_resnet50",
                "resnet50_attention"
            })
    void residualNetworksTakeImagesOfAnySize(String name) {
        for (Shape image : List.of(Shape.of(1, 1, 1), Shape.of(4, 28, 28), Shape.of(3, 97, 33))) {
            assertThat(Zoo.network(name, image, 3).outputSample(0)).isEqualTo(Shape.of(3));
        }
        assertThatThrownBy(() -> Zoo.network(name, Shape.of(3, 32), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(
                        "ResNet expects images of [C, H, W] with H and W of at least 1, but they are [3, 32].");
    }

    @Test
    void depthsWithoutATableAreRefused() {
        assertThatThrownBy(() -> Vgg.of(COLOUR, 10, 12, true, 64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Vgg expects a depth of 11, 13, 16, 19, but depth is 12.");
        assertThatThrownBy(() -> ResNet.of(COLOUR, 10, 20, Stem.SMALL))
                .hasMessage("ResNet expects a depth of 18, 34, 50, 101, 152, but depth is 20.");
        assertThatThrownBy(() -> DenseNet.of(COLOUR, 10, 264))
                .hasMessage("DenseNet expects a depth of 121, 161, 169, 201, but depth is 264.");
    }

    @Test
    void theSmallStemKeepsTheResolutionThatTheLargeOneQuarters() {
        assertThat(output("resnet18", "layer1.1.relu")).isEqualTo(Shape.of(1, 64, 8, 8));
        assertThat(output("resnet18_cifar", "layer1.1.relu")).isEqualTo(Shape.of(1, 64, 32, 32));
        assertThat(output("resnet50_cifar", "layer4.2.relu")).isEqualTo(Shape.of(1, 2048, 4, 4));
    }

    @Test
    void theThreeByThreeTakesTheStrideButInTheSqueezedNetworkTheFirstOneByOne() {
        assertThat(output("resnet50", "layer2.0.conv1")).isEqualTo(Shape.of(1, 128, 8, 8));
        assertThat(output("resnet50", "layer2.0.conv2")).isEqualTo(Shape.of(1, 128, 4, 4));
        assertThat(output("se_resnet50", "layer2.0.conv1")).isEqualTo(Shape.of(1, 128, 4, 4));
    }

    private static Shape output(String name, String node) {
        return Objects.requireNonNull(Zoo.network(name, COLOUR, 10).shapes(1).get(new Network.Port(node, 0)), node);
    }

    private static Initializer first(String name, String parameter) {
        return Zoo.network(name, Zoo.image(name), 10).parameters().stream()
                .filter(p -> p.name().equals(parameter))
                .findFirst()
                .orElseThrow()
                .initializer();
    }

    @Test
    void firstWeightsAreDrawnAsInThePapersAndInTorchvision() {
        // He et al. by fan-out: √(2 / (out · window)).
        Initializer stem = new Initializer.Normal(Math.sqrt(2.0 / (64 * 49)));
        for (String name : List.of("resnet50", "se_resnet50", "resnet50_cbam", "sk_resnet50", "resnet50_attention")) {
            assertThat(first(name, "conv1.weight")).as(name).isEqualTo(stem);
        }
        assertThat(first("resnet20", "layer3.0.conv1.weight"))
                .isEqualTo(new Initializer.Normal(Math.sqrt(2.0 / (64 * 9))));
        assertThat(first("sk_resnet50", "layer1.0.conv2.convs.1.conv.weight"))
                .isEqualTo(new Initializer.Normal(Math.sqrt(2.0 / (128 * 9))));
        assertThat(first("resnet50", "layer1.0.bn3.weight")).isEqualTo(new Initializer.Constant(1));
        assertThat(first("resnet18", "fc.weight")).isEqualTo(new Initializer.Uniform(1 / Math.sqrt(512)));
        assertThat(first("vgg11", "features.3.weight")).isEqualTo(new Initializer.Normal(Math.sqrt(2.0 / (128 * 9))));
        assertThat(first("vgg11", "features.3.bias")).isEqualTo(new Initializer.Constant(0));
        assertThat(first("vgg16_bn", "classifier.3.weight")).isEqualTo(new Initializer.Normal(0.01));
        assertThat(first("vgg16_bn", "classifier.6.bias")).isEqualTo(new Initializer.Constant(0));
        // By fan-in: √(2 / (in · window)).
        assertThat(first("densenet121", "features.denseblock1.denselayer1.conv2.weight"))
                .isEqualTo(new Initializer.Normal(Math.sqrt(2.0 / (128 * 9))));
        assertThat(first("densenet121", "classifier.weight")).isEqualTo(new Initializer.Uniform(1 / Math.sqrt(1024)));
        assertThat(first("densenet121", "classifier.bias")).isEqualTo(new Initializer.Constant(0));
        assertThat(first("alexnet", "features.0.weight")).isEqualTo(new Initializer.Uniform(1 / Math.sqrt(3 * 121)));
        assertThat(first("zfnet", "features.4.weight")).isEqualTo(new Initializer.Normal(0.01));
        assertThat(first("zfnet", "classifier.6.bias")).isEqualTo(new Initializer.Constant(0));
    }

    /** Krizhevsky et al. 2012, §5: ones for the second, fourth and fifth convolution and the hidden fully connected layers. */
    @Test
    void alexnetOf2012StartsWithItsPapersBiases() {
        Network network = Zoo.network("alexnet_2012", Zoo.image("alexnet_2012"), 10);
        assertThat(network.parameters().stream()
                        .filter(parameter -> parameter.name().endsWith(".bias"))
                        .map(Network.Parameter::initializer))
                .containsExactly(
                        new Initializer.Constant(0),
                        new Initializer.Constant(1),
                        new Initializer.Constant(0),
                        new Initializer.Constant(1),
                        new Initializer.Constant(1),
                        new Initializer.Constant(1),
                        new Initializer.Constant(1),
                        new Initializer.Constant(0));
    }

    @ParameterizedTest
    @CsvSource({
        "alexnet, classifier.0, classifier.3",
        "alexnet_2012, classifier.2, classifier.5",
        "zfnet, classifier.2, classifier.5",
        "vgg13, classifier.2, classifier.5",
    })
    void dropoutStandsWhereThePapersHaveIt(String name, String first, String second) {
        assertThat(Zoo.network(name, Zoo.image(name), 10).nodes().stream()
                        .filter(node -> node.layer().equals(Dropout.of(0.5)))
                        .map(Network.Node::name))
                .containsExactly(first, second);
    }
}
