package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.analysis.Summary;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Inference;
import io.convoy.engine.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many images a network of the zoo computes at once when it scores. */
final class InferenceBatchTest {
    private static final int CLASSES = 10;

    /**
     * The multiply-accumulates and the weights of an image, in millions, as the papers and torchvision count them: ResNet-50 has 4,090 of the
     * former, for which one image is enough; ResNet-18 on 32×32 556, VGG-16 15,470 and 138 weights, AlexNet 714 and 61.
     */
    @ParameterizedTest
    @CsvSource({"lenet5, 64", "resnet18_cifar, 8", "resnet50, 1", "vgg16, 2", "alexnet, 16", "mobilenet_v2, 16"})
    void aBatchIsTheSmallestThatKeepsACoreBusy(String name, int batch) {
        Network network = name.equals("lenet5")
                ? Lenet5.of(Shape.of(1, 28, 28), CLASSES)
                : Zoo.network(name, Zoo.image(name), name.endsWith("cifar") ? CLASSES : 1000);
        assertThat(Inference.batch(network)).isEqualTo(batch);
    }

    @Test
    void multiplyAccumulatesAreThoseOfTheSummary() {
        Network network = Zoo.network("googlenet", Zoo.image("googlenet"), CLASSES);
        assertThat(network.macs()).isEqualTo(Summary.of("googlenet", network).macs());
    }

    /** Training's evaluation computes them, and who scores doesn't; both have the same bits. */
    @Test
    void outputsBesideTheFirstDoNotCount() {
        Network two = network(true, true);
        assertThat(two.outputs()).hasSize(2);
        assertThat(Inference.batch(two))
                .isEqualTo(Inference.batch(two.firstOutputs(1)))
                .isEqualTo(Inference.LARGEST_BATCH);
        assertThat(Inference.batch(two.upTo(1))).isLessThan(Inference.LARGEST_BATCH);
    }

    @Test
    void whereSamplesLookAtEachOtherTheBatchIsTheLargest() {
        assertThat(Inference.batch(network(false, true))).isLessThan(Inference.LARGEST_BATCH);
        assertThat(Inference.batch(network(false, false))).isEqualTo(Inference.LARGEST_BATCH);
    }

    /** A head of little work, if there is to be one, and a head of much. */
    private static Network network(boolean light, boolean running) {
        Network.Builder network = Network.builder();
        Port image = network.input("image", Shape.of(3, 32, 32));
        if (light) {
            network.output(
                    network.add("light", Linear.of(3 * 32 * 32, CLASSES), network.add("pixels", new Flatten(), image)));
        }
        Port x = network.add("conv1", Conv2d.of(3, 256, 3), image);
        x = network.add(
                "norm", running ? BatchNorm2d.of(256) : BatchNorm2d.of(256).withoutRunningStatistics(), x);
        x = network.add("conv2", Conv2d.of(256, 128, 3), x);
        return network.output(network.add("flatten", new Flatten(), x)).build();
    }
}
