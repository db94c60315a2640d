package io.convoy.spark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.form.Form;
import io.convoy.engine.form.FormException;
import io.convoy.engine.form.NetworkForm;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import io.convoy.spark.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks described in YAML. */
final class NetworkConfigTest {
    private static final NetworkForm.Data DATA = new NetworkForm.Data(Shape.of(1, 28, 28), 10);

    private static final NetworkForm.Data TASKS =
            new NetworkForm.Data(Shape.of(3, 32, 32), 0, Map.of("breed", 4, "coat", 2, "age", 1));

    private static final String RUN = """
            name: small
            data: { kind: strokes, train: 100, test: 50 }
            training: { epochs: 1, batch: 10, microBatch: 5 }
            optimizer: { kind: sgd }
            schedule: { kind: constant, rate: 0.1 }
            output: { model: m, checkpoints: c }
            """;

    private static final String NODES = """
            network:
              nodes:
                - { name: conv, kind: conv2d, out: 8, kernel: 5 }
                - { name: bn, kind: batchNorm2d, momentum: null, epsilon: 1e-3 }
                - { name: "1_0", kind: flatten }
                - { name: fc, kind: linear, out: classes }
            """;

    private static RunConfig config(String network, String... overrides) {
        return ConfigReader.read("small.yaml", RUN + network, List.of(overrides));
    }

    private static Form description(NetworkConfig config) {
        Form description = config.description();
        assertThat(description).isNotNull();
        return description == null ? new Form.Section(List.of(), "") : description;
    }

    private static Network network(NetworkConfig config) {
        return NetworkForm.read(description(config), "network", DATA);
    }

    private static List<String> names(Network network) {
        return network.nodes().stream().map(Network.Node::name).toList();
    }

    static List<String> zoo() {
        return Zoo.names();
    }

    private static @Nullable Network ofZoo(String name, int channels, int size) {
        try {
            return Zoo.network(name, Shape.of(channels, size, size), 10);
        } catch (IllegalArgumentException another) {
            return null;
        }
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void everyNetworkOfTheZooComesBackThroughYaml(String name) {
        List<Network> sizes = new ArrayList<>();
        for (int size : new int[] {32, 224, 299, 227}) {
            Network network = ofZoo(name, 3, size);
            if (network != null) {
                sizes.add(network);
            }
        }
        assertThat(sizes).isNotEmpty();
        Network network = sizes.get(0);
        NetworkConfig config =
                ConfigReader.readNetwork("net.json", NetworkForm.write(network).toJson());
        Network back = NetworkForm.read(description(config), "network");
        assertThat(back.inputs()).isEqualTo(network.inputs());
        assertThat(back.nodes()).isEqualTo(network.nodes());
        assertThat(back.outputs()).isEqualTo(network.outputs());
        assertThat(back.initializers()).isEqualTo(network.initializers());
    }

    /** The whole configuration goes to the slots as JSON. */
    @Test
    void aDescriptionGoesThroughTheJsonOfItsConfiguration() {
        RunConfig config = config(NODES);
        RunConfig back = ConfigReader.read("checkpoint", config.toJson(), List.of());
        assertThat(back.toJson()).isEqualTo(config.toJson());
        assertThat(config.toJson())
                .contains("\"network\":{\"nodes\":[{\"kernel\":5,\"kind\":\"conv2d\",\"name\":\"conv\",\"out\":8},"
                        + "{\"epsilon\":1e-3,\"kind\":\"batchNorm2d\",\"momentum\":null,\"name\":\"bn\"},"
                        + "{\"kind\":\"flatten\",\"name\":\"1_0\"},"
                        + "{\"kind\":\"linear\",\"name\":\"fc\",\"out\":\"classes\"}]}");
        assertThat(network(back.network()).nodes())
                .isEqualTo(network(config.network()).nodes());
        assertThat(names(network(back.network()))).containsExactly("conv", "bn", "1_0", "fc");
        assertThat(back.hash()).isEqualTo(config.hash());
    }

    @Test
    void theOrderOfKeysIsNotInTheHashAndEveryValueIs() {
        RunConfig config = config(NODES);
        assertThat(config(NODES.replace("out: 8, kernel: 5", "kernel: 5, out: 8"))
                        .hash())
                .isEqualTo(config.hash());
        RunConfig other = config(NODES, "network.nodes.0.out=9");
        assertThat(other.hash()).isNotEqualTo(config.hash());
        assertThatThrownBy(() -> other.requireSameBits(config, "runs/small"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("but network.nodes.0.out is 9 now and was 8. Maybe set it back");
    }

    @Test
    void faultsAreToldWithTheLineAndColumnOrTheOverride() {
        assertThatThrownBy(
                        () -> network(config(NODES.replace("kernel", "kernl")).network()))
                .isInstanceOf(FormException.class)
                .hasMessage(
                        "small.yaml:9:43: network.nodes.0 of kind conv2d expects the keys name, kind, inputs, parameters,"
                                + " initializers, in, out, kernel, stride, padding, dilation, groups, bias, but it got kernl. Maybe you"
                                + " mean kernel.");
        assertThatThrownBy(
                        () -> network(config(NODES, "network.nodes.0.out=1_0").network()))
                .hasMessage(
                        "--set network.nodes.0.out=1_0: network.nodes.0.out expects a whole number, but it got 1_0.");
        assertThatThrownBy(() -> network(config(NODES.replace("name: bn", "name: conv, name: bn"))
                        .network()))
                .hasMessage("small.yaml:10:21: network.nodes.1 expects each key once, but name is there again.");
    }

    @Test
    void aNetworkIsNamedOrInAFileOrDescribed() {
        refused(
                "network: {}",
                "small.yaml:7: network.name expects to be there, or else a file or nodes, one of the three, but it"
                        + " got none.");
        refused(
                "network: { name: lenet5, nodes: [] }",
                "small.yaml:7: network.name expects to be there, or else a file or nodes,"
                        + " one of the three, but it got several.");
        refused(
                "network: { nmae: lenet5 }",
                "small.yaml:7: network expects the keys name, file, inputs, nodes, outputs,"
                        + " initializers, but it got nmae. Maybe you mean name.");
        refused(
                "network: lenet5",
                "small.yaml:7: network expects the keys name, file, inputs, nodes, outputs, initializers, but"
                        + " it got lenet5.");
        assertThat(config("network: { file: net.yaml }").network())
                .isEqualTo(new NetworkConfig(null, "net.yaml", null));
        refused(
                "network: { nodes: &n [ { name: a, nodes: *n } ] }",
                "small.yaml:7: network.nodes" + ".0.nodes".repeat(13)
                        + ".0.name expects at most 28 levels, but it is deeper. Maybe an alias is inside of what it stands for.");
        assertThatThrownBy(() -> config("network: { nodes: " + "[".repeat(40) + "]".repeat(40) + "}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Nesting Depth exceeded");
    }

    private static void refused(String network, String message) {
        assertThatThrownBy(() -> config(network))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    /** What docs/networks.md shows. */
    @Test
    void theExamplesOfThePageAreNetworks() throws IOException {
        String page = Files.readString(
                Path.of(System.getProperty("convoy.docs", "../docs")).resolve("networks.md"));
        Matcher examples = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(page);
        List<Network> networks = new ArrayList<>();
        List<Network> tasks = new ArrayList<>();
        int settings = 0;
        while (examples.find()) {
            String yaml = examples.group(1);
            if (yaml.contains("classes.breed")) {
                tasks.add(NetworkForm.read(description(config(yaml).network()), "network", TASKS));
            } else if (yaml.startsWith("data:")) {
                String run = RUN.replace("data: { kind: strokes, train: 100, test: 50 }\n", yaml);
                DataConfig data = ConfigReader.read("page", run + "network: { name: resnet20 }\n", List.of())
                        .data();
                assertThat(((DataConfig.Images) data).labels())
                        .isEqualTo(new LabelsConfig.Csv(
                                "labels.csv", null, "path", List.of("breed", "coat"), List.of("age")));
            } else if (yaml.startsWith("loss:")) {
                assertThat(((LossConfig.WeightedSum) config("network: { name: resnet20 }\n" + yaml)
                                        .loss())
                                .tasks())
                        .extracting(TaskConfig::task)
                        .containsExactly("breed", "coat", "age");
            } else if (yaml.startsWith("network:")) {
                networks.add(network(config(yaml).network()));
            } else if (yaml.startsWith("inputs:")) {
                networks.add(NetworkForm.read(description(ConfigReader.readNetwork("page", yaml)), "network"));
            } else {
                RunConfig config = config("network: { name: resnet20 }\n" + yaml);
                assertThat(config.initialWeights())
                        .isEqualTo(new InitialWeightsConfig(
                                "resnet20.safetensors", InitialWeightsConfig.Mode.REPLACE_HEAD, List.of(), null));
                assertThat(config.parameterGroups()).hasSize(3);
                settings++;
            }
        }
        assertThat(settings).isEqualTo(1);
        assertThat(tasks).hasSize(1);
        assertThat(List.of(
                        tasks.get(0).outputSample(0),
                        tasks.get(0).outputSample(1),
                        tasks.get(0).outputSample(2)))
                .containsExactly(Shape.of(4), Shape.of(2), Shape.of(1));
        assertThat(networks).hasSize(4);
        assertThat(names(networks.get(0))).containsExactly("conv1", "bn1", "relu1", "pool1", "flatten", "fc");
        assertThat(names(networks.get(1))).contains("layer1.0.conv.depthwise", "layer1.1.se.fc1", "attention.qkv");
        assertThat(names(networks.get(2))).hasSize(3 + 3 * 7 + 3).contains("layer1.2.bn2");
        assertThat(networks.get(3).outputs()).hasToString("[tower.fc, twin.fc]");
        assertThat(networks.get(3).parameterCount())
                .isEqualTo(networks.get(3).nodes().stream()
                        .filter(node -> node.name().startsWith("tower"))
                        .map(Network.Node::layer)
                        .map(Layer::parameters)
                        .flatMap(List::stream)
                        .mapToLong(spec -> spec.shape().count())
                        .sum());
    }
}
