package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Names and shapes of parameters against torchvision's state dicts, in their order. The lists follow the modules of torchvision's
 * {@code models/alexnet.py}, {@code vgg.py}, {@code resnet.py} and {@code densenet.py}.
 */
class TorchvisionNamesTest {
    private static final int CLASSES = 1000;

    private static Network network(String name) {
        return Zoo.network(name, Zoo.image(name), CLASSES);
    }

    private static List<String> parameters(Network network) {
        return network.parameters().stream()
                .map(parameter -> parameter.name() + " " + parameter.shape())
                .toList();
    }

    /** A convolution without bias. */
    private static Stream<String> convolution(String name, int out, int in, int kernel) {
        return Stream.of(name + ".weight " + Shape.of(out, in, kernel, kernel));
    }

    private static Stream<String> withBias(String name, int out, int in, int kernel) {
        return Stream.concat(convolution(name, out, in, kernel), Stream.of(name + ".bias " + Shape.of(out)));
    }

    private static Stream<String> batchNorm(String name, int channels) {
        return Stream.of(name + ".weight " + Shape.of(channels), name + ".bias " + Shape.of(channels));
    }

    private static Stream<String> fullyConnected(String name, int out, int in) {
        return Stream.of(name + ".weight " + Shape.of(out, in), name + ".bias " + Shape.of(out));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    private static List<String> inOrder(Stream<String>... parts) {
        return Arrays.stream(parts).flatMap(part -> part).toList();
    }

    @Test
    void alexnetHasTorchvisionsStateDict() {
        assertThat(parameters(network("alexnet")))
                .isEqualTo(inOrder(
                        withBias("features.0", 64, 3, 11),
                        withBias("features.3", 192, 64, 5),
                        withBias("features.6", 384, 192, 3),
                        withBias("features.8", 256, 384, 3),
                        withBias("features.10", 256, 256, 3),
                        fullyConnected("classifier.1", 4096, 9216),
                        fullyConnected("classifier.4", 4096, 4096),
                        fullyConnected("classifier.6", 1000, 4096)));
    }

    @Test
    void vgg16HasTorchvisionsStateDictWithAndWithoutBatchNorm() {
        int[] out = {64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512};
        int[] at = {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28};
        int[] atWithBatchNorm = {0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40};
        List<String> plain = new ArrayList<>();
        List<String> normalized = new ArrayList<>();
        for (int i = 0; i < out.length; i++) {
            int in = i == 0 ? 3 : out[i - 1];
            plain.addAll(withBias("features." + at[i], out[i], in, 3).toList());
            normalized.addAll(
                    withBias("features." + atWithBatchNorm[i], out[i], in, 3).toList());
            normalized.addAll(
                    batchNorm("features." + (atWithBatchNorm[i] + 1), out[i]).toList());
        }
        List<String> classifier = inOrder(
                fullyConnected("classifier.0", 4096, 25088),
                fullyConnected("classifier.3", 4096, 4096),
                fullyConnected("classifier.6", 1000, 4096));
        plain.addAll(classifier);
        normalized.addAll(classifier);
        assertThat(parameters(network("vgg16"))).isEqualTo(plain);
        assertThat(parameters(network("vgg16_bn"))).isEqualTo(normalized);
        assertThat(network("vgg16_bn").batchNorms())
                .isEqualTo(IntStream.of(atWithBatchNorm)
                        .mapToObj(i -> "features." + (i + 1))
                        .toList());
    }

    private static Stream<String> basic(String name, int in, int out, boolean downsample) {
        return Stream.of(
                        convolution(name + ".conv1", out, in, 3),
                        batchNorm(name + ".bn1", out),
                        convolution(name + ".conv2", out, out, 3),
                        batchNorm(name + ".bn2", out),
                        downsample ? convolution(name + ".downsample.0", out, in, 1) : Stream.<String>of(),
                        downsample ? batchNorm(name + ".downsample.1", out) : Stream.<String>of())
                .flatMap(part -> part);
    }

    @Test
    void resnet18HasTorchvisionsStateDict() {
        assertThat(parameters(network("resnet18")))
                .isEqualTo(inOrder(
                        convolution("conv1", 64, 3, 7),
                        batchNorm("bn1", 64),
                        basic("layer1.0", 64, 64, false),
                        basic("layer1.1", 64, 64, false),
                        basic("layer2.0", 64, 128, true),
                        basic("layer2.1", 128, 128, false),
                        basic("layer3.0", 128, 256, true),
                        basic("layer3.1", 256, 256, false),
                        basic("layer4.0", 256, 512, true),
                        basic("layer4.1", 512, 512, false),
                        fullyConnected("fc", 1000, 512)));
    }

    private static Stream<String> bottleneck(String name, int in, int width, boolean downsample) {
        return Stream.of(
                        convolution(name + ".conv1", width, in, 1),
                        batchNorm(name + ".bn1", width),
                        convolution(name + ".conv2", width, width, 3),
                        batchNorm(name + ".bn2", width),
                        convolution(name + ".conv3", 4 * width, width, 1),
                        batchNorm(name + ".bn3", 4 * width),
                        downsample ? convolution(name + ".downsample.0", 4 * width, in, 1) : Stream.<String>of(),
                        downsample ? batchNorm(name + ".downsample.1", 4 * width) : Stream.<String>of())
                .flatMap(part -> part);
    }

    private static Stream<String> bottlenecks(String name, int blocks, int in, int width) {
        return Stream.concat(
                bottleneck(name + ".0", in, width, true),
                IntStream.range(1, blocks)
                        .boxed()
                        .flatMap(block -> bottleneck(name + "." + block, 4 * width, width, false)));
    }

    @ParameterizedTest
    @CsvSource({"50, 3, 4, 6, 3", "101, 3, 4, 23, 3", "152, 3, 8, 36, 3"})
    void theDeepResidualNetworksHaveTorchvisionsStateDict(int depth, int first, int second, int third, int fourth) {
        assertThat(parameters(network("resnet" + depth)))
                .isEqualTo(inOrder(
                        convolution("conv1", 64, 3, 7),
                        batchNorm("bn1", 64),
                        bottlenecks("layer1", first, 64, 64),
                        bottlenecks("layer2", second, 256, 128),
                        bottlenecks("layer3", third, 512, 256),
                        bottlenecks("layer4", fourth, 1024, 512),
                        fullyConnected("fc", 1000, 2048)));
    }

    private static Stream<String> denseBlock(int block, int layers, int in) {
        return IntStream.range(0, layers).boxed().flatMap(i -> {
            String name = "features.denseblock" + block + ".denselayer" + (i + 1);
            return Stream.of(
                            batchNorm(name + ".norm1", in + 32 * i),
                            convolution(name + ".conv1", 128, in + 32 * i, 1),
                            batchNorm(name + ".norm2", 128),
                            convolution(name + ".conv2", 32, 128, 3))
                    .flatMap(part -> part);
        });
    }

    private static Stream<String> transition(int number, int in) {
        String name = "features.transition" + number;
        return Stream.concat(batchNorm(name + ".norm", in), convolution(name + ".conv", in / 2, in, 1));
    }

    @Test
    void densenet121HasTorchvisionsStateDict() {
        assertThat(parameters(network("densenet121")))
                .isEqualTo(inOrder(
                        convolution("features.conv0", 64, 3, 7),
                        batchNorm("features.norm0", 64),
                        denseBlock(1, 6, 64),
                        transition(1, 256),
                        denseBlock(2, 12, 128),
                        transition(2, 512),
                        denseBlock(3, 24, 256),
                        transition(3, 1024),
                        denseBlock(4, 16, 512),
                        batchNorm("features.norm5", 1024),
                        fullyConnected("classifier", 1000, 1024)));
    }

    /** Each BatchNorm has running_mean, running_var and num_batches_tracked besides its parameters. */
    @ParameterizedTest
    @CsvSource({
        "alexnet, 16",
        "vgg11, 22",
        "vgg19, 38",
        "vgg16_bn, 97",
        "resnet18, 122",
        "resnet50, 320",
        "densenet121, 727"
    })
    void aStateDictHasAsManyEntriesAsTorchvisions(String name, int entries) {
        Network network = network(name);
        assertThat(network.parameters().size() + 3 * network.batchNorms().size())
                .isEqualTo(entries);
    }

    /** What attention adds to the names of ResNet-50, or takes from them. */
    @Test
    void attentionKeepsTheNamesOfItsBackbone() {
        List<String> plain = parameters(network("resnet50"));
        List<String> squeezed = parameters(network("se_resnet50"));
        assertThat(without(squeezed, ".se.")).isEqualTo(plain);
        assertThat(squeezed)
                .containsSubsequence(
                        "layer1.0.bn3.bias [256]",
                        "layer1.0.se.fc1.weight [16, 256, 1, 1]",
                        "layer1.0.se.fc1.bias [16]",
                        "layer1.0.se.fc2.weight [256, 16, 1, 1]",
                        "layer1.0.se.fc2.bias [256]",
                        "layer1.0.downsample.0.weight [256, 64, 1, 1]");
        List<String> weighed = parameters(network("resnet50_cbam"));
        assertThat(without(weighed, ".cbam.")).isEqualTo(plain);
        assertThat(weighed)
                .containsSubsequence(
                        "layer4.2.bn3.bias [2048]",
                        "layer4.2.cbam.channel.fc1.weight [128, 2048, 1, 1]",
                        "layer4.2.cbam.channel.fc2.bias [2048]",
                        "layer4.2.cbam.spatial.conv.weight [1, 2, 7, 7]",
                        "layer4.2.cbam.spatial.bn.weight [1]");
        List<String> attentive = parameters(network("resnet50_attention"));
        assertThat(without(attentive, "layer4.", ".conv2.")).isEqualTo(without(plain, "layer4.", ".conv2."));
        assertThat(attentive)
                .containsSubsequence(
                        "layer4.0.bn1.bias [512]",
                        "layer4.0.conv2.qkv.weight [1536, 512, 1, 1]",
                        "layer4.0.conv2.proj.bias [512]",
                        "layer4.0.bn2.weight [512]");
        assertThat(parameters(network("sk_resnet50")))
                .containsSubsequence(
                        "layer1.0.conv1.weight [128, 64, 1, 1]",
                        "layer1.0.conv2.convs.0.conv.weight [128, 4, 3, 3]",
                        "layer1.0.conv2.convs.1.conv.weight [128, 4, 3, 3]",
                        "layer1.0.conv2.fc.conv.weight [32, 128, 1, 1]",
                        "layer1.0.conv2.fcs.1.weight [128, 32, 1, 1]",
                        "layer1.0.conv3.weight [256, 128, 1, 1]");
    }

    private static List<String> without(List<String> parameters, String... marks) {
        return parameters.stream()
                .filter(parameter -> !Stream.of(marks).allMatch(parameter::contains))
                .collect(Collectors.toList());
    }
}
