package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.network.Network;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Parameters and work of the networks for 1000 classes, as published. Parameters: torchvision's weight descriptions
 * ({@code num_params}) for its networks, imgclsmob's asserted {@code weight_count} for the others. Billions of multiplications in
 * convolutions and fully connected layers: arithmetic from each paper's table, which for torchvision's networks agrees with the
 * {@code _ops} of its weight descriptions; SKNet-50's as its paper states it. The
 * Inceptions' are torchvision's, timm's (v4 and with residuals) and those of the ONNX project's Inception-v2.
 */
class PublishedCountsTest {
    @ParameterizedTest
    @CsvSource({
        "alexnet, 61100840, 0.71419",
        "alexnet_2012, 62378344, 1.13526",
        "zfnet, 62357608, 1.16803",
        "vgg11, 132863336, 7.60909",
        "vgg11_bn, 132868840, 7.60909",
        "vgg13, 133047848, 11.30847",
        "vgg13_bn, 133053736, 11.30847",
        "vgg16, 138357544, 15.47026",
        "vgg16_bn, 138365992, 15.47026",
        "vgg19, 143667240, 19.63206",
        "vgg19_bn, 143678248, 19.63206",
        "resnet18, 11689512, 1.81407",
        "resnet34, 21797672, 3.66376",
        "resnet50, 25557032, 4.08918",
        "resnet101, 44549160, 7.80141",
        "resnet152, 60192808, 11.51363",
        "densenet121, 7978856, 2.83416",
        "densenet161, 28681000, 7.72791",
        "densenet169, 14149480, 3.35984",
        "densenet201, 20013928, 4.29137",
        "googlenet, 6624904, 1.49838",
        "googlenet_aux, 13004888, 1.50675",
        "inception_v2, 11194984, 2.01885",
        "inception_v3, 23834568, 5.713",
        "inception_v3_aux, 27161264, 5.71890",
        "inception_v4, 42679816, 12.28",
        "inception_resnet_v2, 55843464, 13.18",
        "squeezenet1_0, 1248424, 0.81892",
        "squeezenet1_1, 1235496, 0.34915",
        "mobilenet_v1, 4231976, 0.56874",
        "mobilenet_v2, 3504872, 0.30077",
        "mobilenet_v3_small, 2542856, 0.05651",
        "mobilenet_v3_large, 5483032, 0.21659",
        "shufflenet_v1_g1, 1531936, 0.14308",
        "shufflenet_v1_g2, 1733848, 0.14084",
        "shufflenet_v1_g3, 1865728, 0.13746",
        "shufflenet_v1_g4, 1968344, 0.13434",
        "shufflenet_v1_g8, 2434768, 0.13837",
        "shufflenet_v2_x0_5, 1366792, 0.04048",
        "shufflenet_v2_x1_0, 2278604, 0.14491",
        "shufflenet_v2_x1_5, 3503624, 0.29576",
        "shufflenet_v2_x2_0, 7393996, 0.58325",
        "se_resnet50, 28088024, 3.86049",
        "resnet50_cbam, 28089624, 4.09306",
        "sk_resnet50, 27479784, 4.47",
    })
    void aNetworkHasItsPublishedParametersAndWork(String name, long parameters, double billions) {
        Network network = Zoo.network(name, Zoo.image(name), 1000);
        assertThat(network.parameterCount()).isEqualTo(parameters);
        assertThat(Macs.billions(network)).isCloseTo(billions, Percentage.withPercentage(0.5));
    }
}
