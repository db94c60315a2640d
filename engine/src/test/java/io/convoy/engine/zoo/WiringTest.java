package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What reads what, and with which windows: the tables of the papers, where counts and names don't tell. */
class WiringTest {
    private static Network network(String name) {
        return Zoo.network(name, Zoo.image(name), 1000);
    }

    /** Layers with what they are, but for activations and the like, whose kind is all: {@code 64@3×3/1+1} is a convolution. */
    private static String told(Layer layer) {
        if (layer instanceof Conv2d conv) {
            String groups = conv.groups() == 1 ? "" : " in " + conv.groups() + " groups";
            return conv.out() + "@" + window(conv.kernel(), conv.stride(), conv.padding()) + groups;
        }
        if (layer instanceof MaxPool2d pool) {
            return "max " + window(pool.window());
        }
        if (layer instanceof AvgPool2d pool) {
            return "mean " + window(pool.window());
        }
        if (layer instanceof Linear linear) {
            return "fc " + linear.out();
        }
        return layer instanceof LocalResponseNorm ? "lrn" : layer.getClass().getSimpleName();
    }

    private static String window(Window window) {
        return window(window.kernel(), window.stride(), window.padding());
    }

    private static String window(Pair kernel, Pair stride, Pair padding) {
        assertThat(kernel.width()).isEqualTo(kernel.height());
        assertThat(stride.width()).isEqualTo(stride.height());
        assertThat(padding.width()).isEqualTo(padding.height());
        return kernel.height() + "×" + kernel.width() + "/" + stride.height() + "+" + padding.height();
    }

    /** The layers of a network that is one chain. */
    private static String chain(String name) {
        Network network = network(name);
        String before = "image";
        for (Node node : network.nodes()) {
            assertThat(node.inputs()).extracting(Network.Port::node).containsExactly(before);
            before = node.name();
        }
        return network.nodes().stream().map(node -> told(node.layer())).collect(Collectors.joining(", "));
    }

    @Test
    void thePlainNetworksAreTheChainsOfTheirPapers() {
        assertThat(chain("alexnet"))
                .isEqualTo("64@11×11/4+2, Relu, max 3×3/2+0, 192@5×5/1+2, Relu, max 3×3/2+0, 384@3×3/1+1, Relu,"
                        + " 256@3×3/1+1, Relu, 256@3×3/1+1, Relu, max 3×3/2+0, AdaptiveAvgPool2d, Flatten, Dropout,"
                        + " fc 4096, Relu, Dropout, fc 4096, Relu, fc 1000");
        assertThat(chain("alexnet_2012"))
                .isEqualTo("96@11×11/4+0, Relu, lrn, max 3×3/2+0, 256@5×5/1+2, Relu, lrn, max 3×3/2+0, 384@3×3/1+1,"
                        + " Relu, 384@3×3/1+1, Relu, 256@3×3/1+1, Relu, max 3×3/2+0, AdaptiveAvgPool2d, Flatten,"
                        + " fc 4096, Relu, Dropout, fc 4096, Relu, Dropout, fc 1000");
        assertThat(chain("zfnet"))
                .isEqualTo("96@7×7/2+1, Relu, max 3×3/2+1, lrn, 256@5×5/2+0, Relu, max 3×3/2+1, lrn, 384@3×3/1+1, Relu,"
                        + " 384@3×3/1+1, Relu, 256@3×3/1+1, Relu, max 3×3/2+0, AdaptiveAvgPool2d, Flatten, fc 4096,"
                        + " Relu, Dropout, fc 4096, Relu, Dropout, fc 1000");
        assertThat(chain("vgg11"))
                .isEqualTo("64@3×3/1+1, Relu, max 2×2/2+0, 128@3×3/1+1, Relu, max 2×2/2+0, 256@3×3/1+1, Relu,"
                        + " 256@3×3/1+1, Relu, max 2×2/2+0, 512@3×3/1+1, Relu, 512@3×3/1+1, Relu, max 2×2/2+0,"
                        + " 512@3×3/1+1, Relu, 512@3×3/1+1, Relu, max 2×2/2+0, AdaptiveAvgPool2d, Flatten, fc 4096,"
                        + " Relu, Dropout, fc 4096, Relu, Dropout, fc 1000");
        assertThat(chain("vgg11_bn"))
                .startsWith("64@3×3/1+1, BatchNorm2d, Relu, max 2×2/2+0, 128@3×3/1+1, BatchNorm2d, Relu, max");
    }

    /** k = 2, n = 5, α = 10⁻⁴, which the paper doesn't divide by n, β = 0.75. */
    @Test
    void responsesAreNormalizedAsIn2012() {
        for (String name : new String[] {"alexnet_2012", "zfnet"}) {
            assertThat(network(name).nodes().stream().map(Node::layer).filter(LocalResponseNorm.class::isInstance))
                    .as(name)
                    .hasSize(2)
                    .containsOnly(new LocalResponseNorm(5, 5e-4, 0.75, 2));
        }
    }

    /** The nodes whose names begin with {@code prefix}, a line each, without it: name, layer, what it reads. */
    private static String part(String name, String prefix) {
        return network(name).nodes().stream()
                .filter(node -> node.name().startsWith(prefix))
                .map(node -> node.name().substring(prefix.length()) + ": " + told(node.layer())
                        + node.inputs().stream()
                                .map(Network.Port::toString)
                                .map(input -> input.startsWith(prefix) ? input.substring(prefix.length()) : input)
                                .toList())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void aBasicBlockAddsTwoConvolutionsToItsShortcut() {
        assertThat(part("resnet18", "layer2.0.")).isEqualTo("""
                        conv1: 128@3×3/2+1[layer1.1.relu]
                        bn1: BatchNorm2d[conv1]
                        relu1: Relu[bn1]
                        conv2: 128@3×3/1+1[relu1]
                        bn2: BatchNorm2d[conv2]
                        downsample.0: 128@1×1/2+0[layer1.1.relu]
                        downsample.1: BatchNorm2d[downsample.0]
                        add: Add[bn2, downsample.1]
                        relu: Relu[add]""");
        assertThat(part("resnet20", "layer2.1.")).isEqualTo("""
                        conv1: 32@3×3/1+1[layer2.0.relu]
                        bn1: BatchNorm2d[conv1]
                        relu1: Relu[bn1]
                        conv2: 32@3×3/1+1[relu1]
                        bn2: BatchNorm2d[conv2]
                        add: Add[bn2, layer2.0.relu]
                        relu: Relu[add]""");
    }

    @Test
    void aBottleneckAddsThreeConvolutionsToItsShortcut() {
        assertThat(part("resnet50", "layer3.0.")).isEqualTo("""
                        conv1: 256@1×1/1+0[layer2.3.relu]
                        bn1: BatchNorm2d[conv1]
                        relu1: Relu[bn1]
                        conv2: 256@3×3/2+1[relu1]
                        bn2: BatchNorm2d[conv2]
                        relu2: Relu[bn2]
                        conv3: 1024@1×1/1+0[relu2]
                        bn3: BatchNorm2d[conv3]
                        downsample.0: 1024@1×1/2+0[layer2.3.relu]
                        downsample.1: BatchNorm2d[downsample.0]
                        add: Add[bn3, downsample.1]
                        relu: Relu[add]""");
    }

    @Test
    void aResidualNetworkBeginsWithItsStemAndEndsWithTheMeans() {
        assertThat(part("resnet50", "")).startsWith("""
                        conv1: 64@7×7/2+3[image]
                        bn1: BatchNorm2d[conv1]
                        relu: Relu[bn1]
                        maxpool: max 3×3/2+1[relu]
                        layer1.0.conv1: 64@1×1/1+0[maxpool]
                        """).endsWith("""

                        avgpool: AdaptiveAvgPool2d[layer4.2.relu]
                        flatten: Flatten[avgpool]
                        fc: fc 1000[flatten]""");
        assertThat(part("resnet18_cifar", "")).startsWith("""
                        conv1: 64@3×3/1+1[image]
                        bn1: BatchNorm2d[conv1]
                        relu: Relu[bn1]
                        layer1.0.conv1: 64@3×3/1+1[relu]
                        """);
    }

    @Test
    void attentionStandsAtTheBranchesEndBeforeTheSum() {
        assertThat(part("se_resnet50", "layer2.0."))
                .startsWith("conv1: 128@1×1/2+0[layer1.2.relu]\n")
                .contains("\nconv2: 128@3×3/1+1[relu1]\n", "\nse.avgpool: AdaptiveAvgPool2d[bn3]\n")
                .endsWith("\nadd: Add[se.scale, downsample.1]\nrelu: Relu[add]");
        assertThat(part("resnet50_cbam", "layer2.0."))
                .contains(
                        "\nconv2: 128@3×3/2+1[relu1]\n",
                        "\ncbam.channel.max_pool: AdaptiveMaxPool2d[bn3]\n",
                        "\ncbam.spatial.bn: BatchNorm2d[cbam.spatial.conv]\n")
                .endsWith("\nadd: Add[cbam.spatial.scale, downsample.1]\nrelu: Relu[add]");
    }

    @Test
    void attentionMayStandInTheWindowsPlace() {
        assertThat(part("sk_resnet50", "layer2.0."))
                .contains(
                        "\nrelu1: Relu[bn1]\nconv2.convs.0.conv: 256@3×3/2+1 in 32 groups[relu1]\n",
                        "\nconv2.convs.1.conv: 256@3×3/2+2 in 32 groups[relu1]\n",
                        "\nconv3: 512@1×1/1+0[conv2.add.1]\nbn3: BatchNorm2d[conv3]\n");
        assertThat(part("resnet50_attention", "layer4.0.")).contains("\nconv2.qkv: 1536@1×1/1+0[relu1]\n", """

                        avgpool: mean 2×2/2+0[conv2.proj]
                        bn2: BatchNorm2d[avgpool]
                        relu2: Relu[bn2]
                        conv3: 2048@1×1/1+0[relu2]
                        """);
        assertThat(part("resnet50_attention", "layer4.1."))
                .contains("\nbn2: BatchNorm2d[conv2.proj]\nrelu2: Relu[bn2]\n");
        assertThat(part("resnet50_attention", "layer3.0.")).isEqualTo(part("resnet50", "layer3.0."));
    }

    @Test
    void aDenseLayerReadsAllThatItsBlockHasAndAddsToIt() {
        assertThat(part("densenet121", "features.denseblock2.denselayer2.")).isEqualTo("""
                        norm1: BatchNorm2d[features.denseblock2.denselayer1.cat]
                        relu1: Relu[norm1]
                        conv1: 128@1×1/1+0[relu1]
                        norm2: BatchNorm2d[conv1]
                        relu2: Relu[norm2]
                        conv2: 32@3×3/1+1[relu2]
                        cat: Concat[features.denseblock2.denselayer1.cat, conv2]""");
        assertThat(part("densenet121", "features.transition1.")).isEqualTo("""
                        norm: BatchNorm2d[features.denseblock1.denselayer6.cat]
                        relu: Relu[norm]
                        conv: 128@1×1/1+0[relu]
                        pool: mean 2×2/2+0[conv]""");
        assertThat(part("densenet121", "")).startsWith("""
                        features.conv0: 64@7×7/2+3[image]
                        features.norm0: BatchNorm2d[features.conv0]
                        features.relu0: Relu[features.norm0]
                        features.pool0: max 3×3/2+1[features.relu0]
                        features.denseblock1.denselayer1.norm1: BatchNorm2d[features.pool0]
                        """).endsWith("""

                        features.norm5: BatchNorm2d[features.denseblock4.denselayer16.cat]
                        features.relu5: Relu[features.norm5]
                        avgpool: AdaptiveAvgPool2d[features.relu5]
                        flatten: Flatten[avgpool]
                        classifier: fc 1000[flatten]""");
    }
}
