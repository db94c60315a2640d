package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
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
}
