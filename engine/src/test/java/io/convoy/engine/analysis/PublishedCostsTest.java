package io.convoy.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Parameters and multiply-accumulates beside published ones: {@code shared/networks.json} beside the repository, or the system
 * property {@code convoy.networks}, a path that is relative to where Maven was called.
 */
class PublishedCostsTest {
    private static final double TOLERANCE = 0.005;

    /** The zoo's name of each published network. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("LeNet-5", "lenet5"),
            Map.entry("AlexNet", "alexnet"),
            Map.entry("AlexNet (2012 widths, no groups)", "alexnet_2012"),
            Map.entry("ZFNet", "zfnet"),
            Map.entry("ResNet-18", "resnet18"),
            Map.entry("ResNet-34", "resnet34"),
            Map.entry("ResNet-50", "resnet50"),
            Map.entry("ResNet-101", "resnet101"),
            Map.entry("ResNet-152", "resnet152"),
            Map.entry("GoogLeNet", "googlenet"),
            Map.entry("Inception-v2 (BN-Inception)", "inception_v2"),
            Map.entry("Inception-v3", "inception_v3"),
            Map.entry("Inception-v4", "inception_v4"),
            Map.entry("Inception-ResNet-v2", "inception_resnet_v2"),
            Map.entry("DenseNet-121", "densenet121"),
            Map.entry("DenseNet-161", "densenet161"),
            Map.entry("DenseNet-169", "densenet169"),
            Map.entry("DenseNet-201", "densenet201"),
            Map.entry("MobileNetV1 1.0", "mobilenet_v1"),
            Map.entry("MobileNetV2 1.0", "mobilenet_v2"),
            Map.entry("MobileNetV3-Large 1.0", "mobilenet_v3_large"),
            Map.entry("MobileNetV3-Small 1.0", "mobilenet_v3_small"),
            Map.entry("ShuffleNetV1 1.0x (g=3)", "shufflenet_v1_g3"),
            Map.entry("ShuffleNetV1 1.0x (g=8)", "shufflenet_v1_g8"),
            Map.entry("ShuffleNetV2 x0.5", "shufflenet_v2_x0_5"),
            Map.entry("ShuffleNetV2 x1.0", "shufflenet_v2_x1_0"),
            Map.entry("ShuffleNetV2 x1.5", "shufflenet_v2_x1_5"),
            Map.entry("ShuffleNetV2 x2.0", "shufflenet_v2_x2_0"),
            Map.entry("SqueezeNet 1.0", "squeezenet1_0"),
            Map.entry("SqueezeNet 1.1", "squeezenet1_1"),
            Map.entry("SE-ResNet-50", "se_resnet50"),
            Map.entry("ResNet-50 + CBAM", "resnet50_cbam"),
            Map.entry("VGG11", "vgg11"),
            Map.entry("VGG11_bn", "vgg11_bn"),
            Map.entry("VGG13", "vgg13"),
            Map.entry("VGG13_bn", "vgg13_bn"),
            Map.entry("VGG16", "vgg16"),
            Map.entry("VGG16_bn", "vgg16_bn"),
            Map.entry("VGG19", "vgg19"),
            Map.entry("VGG19_bn", "vgg19_bn"));

    /** Published networks that the zoo leaves out, and why. */
    private static final Map<String, String> LEFT_OUT =
            Map.of("BN-Inception (Cadene/imgclsmob widths)", "the zoo has the widths of the paper");

    @TestFactory
    Stream<DynamicTest> networks() throws IOException {
        String property = System.getProperty("convoy.networks", "");
        Path file = property.isEmpty()
                ? Path.of("..", "..", "shared", "networks.json")
                : Path.of(System.getProperty("convoy.calledFrom", "")).resolve(property);
        if (!Files.isRegularFile(file)) {
            String message = "Published costs expect " + file.toAbsolutePath().normalize()
                    + ", but it is not there. Maybe -Dconvoy.networks=FILE helps.";
            return Stream.of(dynamicTest("absent", () -> {
                assertThat(property).as(message).isEmpty();
                Assumptions.abort(message);
            }));
        }
        JsonNode published = new JsonMapper().readTree(file.toFile()).get("networks");
        assertThat(published).isNotEmpty();
        return StreamSupport.stream(published.spliterator(), false)
                .map(one -> dynamicTest(one.get("name").textValue(), () -> compare(one)));
    }

    private static void compare(JsonNode published) {
        String title = published.get("name").textValue();
        if (LEFT_OUT.containsKey(title)) {
            Assumptions.abort(title + " is left out: " + LEFT_OUT.get(title) + ".");
        }
        String name = NAMES.getOrDefault(title, title);
        assertThat(Zoo.names()).contains(name);
        JsonNode input = published.get("input");
        Shape image = Shape.of(
                input.get(0).intValue(), input.get(1).intValue(), input.get(2).intValue());
        Network whole = Zoo.network(name, image, published.get("classes").intValue());
        Summary summary = Summary.of(name, whole.upTo(0));
        assertThat(summary.parameters()).isEqualTo(published.get("params").longValue());
        if (published.has("params_with_aux") && whole.outputs().size() > 1) {
            assertThat(whole.parameterCount())
                    .isEqualTo(published.get("params_with_aux").longValue());
        }
        List<Double> ratios = new ArrayList<>();
        JsonNode recount = published.path("recount").path("gmacs_conv_fc");
        if (recount.isNumber()) {
            // Rounded to 10⁴ MACs, of which a small network has few.
            if (Math.round(summary.macs() / 1e4) == Math.round(recount.doubleValue() * 1e5)) {
                return;
            }
            ratios.add(summary.macs() / (1e9 * recount.doubleValue()));
        } else {
            for (JsonNode source : published.get("sources")) {
                if (source.has("gmacs")) {
                    ratios.add(summary.macs() / (1e9 * source.get("gmacs").doubleValue()));
                }
            }
        }
        assertThat(ratios)
                .as("%,d MACs beside those of each source", summary.macs())
                .anyMatch(ratio -> Math.abs(ratio - 1) <= TOLERANCE);
    }
}
