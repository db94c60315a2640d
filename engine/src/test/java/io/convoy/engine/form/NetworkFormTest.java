package io.convoy.engine.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.block.Block;
import io.convoy.engine.block.Cbam;
import io.convoy.engine.block.DepthwiseSeparable;
import io.convoy.engine.block.NonLocal;
import io.convoy.engine.block.SqueezeExcitation;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Padding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.layer.Split;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkFormTest {
    private static final NetworkForm.Data DIGITS = new NetworkForm.Data(Shape.of(1, 28, 28), 10);

    /** A layer of somebody's own. */
    public record Twice(double factor, List<Pair> pairs, Layer inner) implements Layer {
        @Override
        public List<Shape> outputs(List<Shape> inputs) {
            return inputs;
        }
    }

    /** Not a layer. */
    public record Other(int in) {}

    /** Whether {@link Tattling} was initialised. */
    private static boolean marked;

    /** Says so when it is initialised. */
    public static final class Tattling {
        static {
            marked = true;
        }

        private Tattling() {}
    }

    /** A layer whose component is called as one of a node's own keys. */
    public record Clashing(int repeat) implements Layer {
        @Override
        public List<Shape> outputs(List<Shape> inputs) {
            return inputs;
        }
    }

    private static Network read(String json) {
        return NetworkForm.read(Form.ofJson("net.json", json.replace('\'', '"')), "network", DIGITS);
    }

    private static void same(Network one, Network other) {
        assertThat(one.inputs()).isEqualTo(other.inputs());
        assertThat(one.nodes()).isEqualTo(other.nodes());
        assertThat(one.outputs()).isEqualTo(other.outputs());
        assertThat(one.initializers()).isEqualTo(other.initializers());
        assertThat(one.parameters()).isEqualTo(other.parameters());
    }

    private static Network throughJson(Network network) {
        return NetworkForm.parse("net.json", NetworkForm.write(network).toJson().getBytes(StandardCharsets.UTF_8));
    }

    static List<String> zoo() {
        return Zoo.names();
    }

    /** The first image that the network takes. */
    static Network ofZoo(String name) {
        for (int size : new int[] {32, 224, 299, 227}) {
            for (int channels : new int[] {3, 1}) {
                try {
                    return Zoo.network(name, Shape.of(channels, size, size), 10);
                } catch (IllegalArgumentException another) {
                    assertThat(another).hasMessageContaining("expects");
                }
            }
        }
        throw new IllegalStateException("No image fits " + name + ".");
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void everyNetworkOfTheZooComesBack(String name) {
        Network network = ofZoo(name);
        Network back = throughJson(network);
        same(back, network);
        assertThat(NetworkForm.write(back)).isEqualTo(NetworkForm.write(network));
    }

    @Test
    void aNetworkIsWrittenWithoutWhatIsADefault() {
        Network.Builder builder = Network.builder();
        Port image = builder.input("image", Shape.of(3, 8, 8));
        Port x = builder.add("conv", Conv2d.of(3, 4, new Pair(3, 5)).withPadding(new Pair(1, 2)), image);
        x = builder.add("relu", new Relu(), x);
        Port y = builder.addSharing(
                "conv2", "conv", Conv2d.of(3, 4, new Pair(3, 5)).withPadding(Padding.SAME), image);
        x = builder.add("split", Split.of(1, 3), x);
        Port cat = builder.add("cat", Concat.of(2), new Port("split", 1), y);
        builder.initialize("conv.weight", new Initializer.Normal(0.05))
                .output(cat)
                .output(x);
        Network network = builder.build();
        assertThat(NetworkForm.write(network).toJson()).isEqualTo("""
                {
                  "inputs": [
                    { "name": "image", "shape": [3, 8, 8] }
                  ],
                  "nodes": [
                    { "name": "conv", "kind": "conv2d", "in": 3, "out": 4, "kernel": [3, 5], "padding": [1, 2] },
                    { "name": "relu", "kind": "relu" },
                    { "name": "conv2", "kind": "conv2d", "inputs": "image", "in": 3, "out": 4, "kernel": [3, 5], "padding": "same", "parameters": "conv" },
                    { "name": "split", "kind": "split", "inputs": "relu", "sizes": [1, 3] },
                    { "name": "cat", "kind": "concat", "inputs": ["split:1", "conv2"] }
                  ],
                  "outputs": ["cat", "split"],
                  "initializers": { "conv.weight": { "kind": "normal", "standardDeviation": 0.05 } }
                }
                """);
        same(throughJson(network), network);
    }

    @Test
    void whatFollowsFromTheDataAndTheNodeBeforeIsLeftOut() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("image", Shape.of(1, 28, 28));
        x = builder.add("conv", Conv2d.of(1, 8, 5).withStride(2), x);
        x = builder.add("bn", BatchNorm2d.of(8), x);
        Port a = builder.add("relu", new Relu(), x);
        x = builder.add("add", new Add(), a, x);
        x = builder.add("flatten", new Flatten(), x);
        x = builder.add("fc", Linear.of(8 * 12 * 12, 10), x);
        Network network = builder.output(x).build();
        same(read("""
                        {'nodes': [
                          {'name': 'conv', 'kind': 'conv2d', 'out': 8, 'kernel': 5, 'stride': 2},
                          {'name': 'bn', 'kind': 'batchNorm2d'},
                          {'name': 'relu', 'kind': 'relu'},
                          {'name': 'add', 'kind': 'add', 'inputs': ['relu', 'bn']},
                          {'name': 'flatten', 'kind': 'flatten'},
                          {'name': 'fc', 'kind': 'linear', 'out': 'classes'}]}"""), network);
    }

    @Test
    void aGroupIsRepeatedUnderItsNameAndReadsWhatComesBeforeIt() {
        Network network = read("""
                {'nodes': [
                  {'name': 'stem', 'kind': 'conv2d', 'out': 4, 'kernel': 3, 'padding': 1},
                  {'name': 'stage', 'repeat': 2, 'nodes': [
                    {'name': 'conv', 'kind': 'conv2d', 'out': 4, 'kernel': 3, 'padding': 1,
                     'initializers': {'bias': {'kind': 'constant', 'value': 0.5}}},
                    {'name': 'act', 'nodes': [{'name': 'relu', 'kind': 'relu'}]},
                    {'name': 'again', 'kind': 'conv2d', 'out': 4, 'kernel': 3, 'padding': 1, 'parameters': 'conv'},
                    {'name': 'add', 'kind': 'add', 'inputs': ['again', 'input']},
                    {'name': 'sum', 'kind': 'add', 'inputs': ['act', 'stem']}]},
                  {'name': 'twin', 'parameters': 'stage.1', 'inputs': 'stem', 'nodes': [
                    {'name': 'conv', 'kind': 'conv2d', 'out': 4, 'kernel': 3, 'padding': 1}]},
                  {'name': 'end', 'kind': 'add', 'inputs': ['stage', 'twin']},
                  {'name': 'other', 'kind': 'add', 'inputs': ['stage.0', 'stage.1.act.relu']}]}""");
        assertThat(network.nodes())
                .extracting(node -> node.name()
                        + node.inputs()
                        + (node.name().equals(node.parameters()) ? "" : " " + node.parameters()))
                .containsExactly(
                        "stem[image]",
                        "stage.0.conv[stem]",
                        "stage.0.act.relu[stage.0.conv]",
                        "stage.0.again[stage.0.act.relu] stage.0.conv",
                        "stage.0.add[stage.0.again, stem]",
                        "stage.0.sum[stage.0.act.relu, stem]",
                        "stage.1.conv[stage.0.sum]",
                        "stage.1.act.relu[stage.1.conv]",
                        "stage.1.again[stage.1.act.relu] stage.1.conv",
                        "stage.1.add[stage.1.again, stage.0.sum]",
                        "stage.1.sum[stage.1.act.relu, stem]",
                        "twin.conv[stem] stage.1.conv",
                        "end[stage.1.sum, twin.conv]",
                        "other[stage.0.sum, stage.1.act.relu]");
        assertThat(network.initializers().keySet()).containsExactlyInAnyOrder("stage.0.conv.bias", "stage.1.conv.bias");
        same(throughJson(network), network);
    }

    /** Names that look like ports, and any other text, are kept apart. */
    @Test
    void anyGraphComesBack() {
        RandomStream random = Property.seed(NetworkFormTest.class).stream();
        String[] names = {
            "a", "a:1", "a:1:0", "b.c", "input", "image", "null", "7", "1e5", "true", "~", "ü \"x\"\n", "€:", "{", "- x"
        };
        for (int i = 0; i < 200; i++) {
            Network.Builder builder = Network.builder();
            List<Port> ports = new ArrayList<>();
            List<String> free = new ArrayList<>(List.of(names));
            for (int n = 1 + random.nextInt(2); n > 0; n--) {
                ports.add(builder.input(free.remove(random.nextInt(free.size())), Shape.of(4, 3)));
            }
            while (!free.isEmpty()) {
                String name = free.remove(random.nextInt(free.size()));
                Port from = ports.get(random.nextInt(ports.size()));
                switch (random.nextInt(4)) {
                    case 0 -> ports.add(builder.add(name, new Relu(), from));
                    case 1 -> ports.add(builder.add(name, new Add(), from, ports.get(random.nextInt(ports.size()))));
                    case 2 -> ports.add(builder.addSharing(name, "s" + random.nextInt(2), Prelu.of(4), from));
                    default -> {
                        builder.add(name, new Split(List.of(1, 1, 1), 2), from);
                        for (int k = 0; k < 3; k++) {
                            ports.add(builder.add(
                                    name + "/" + k,
                                    new Concat(3, 2),
                                    new Port(name, k),
                                    new Port(name, 0),
                                    new Port(name, 2)));
                        }
                    }
                }
            }
            builder.output(ports.get(ports.size() - 1));
            if (random.nextInt(2) == 0) {
                builder.output(ports.get(random.nextInt(ports.size())));
            }
            Network network = builder.build();
            same(throughJson(network), network);
        }
    }

    @Test
    void aLayerOfOnesOwnIsNamedByItsClass() {
        String name = Twice.class.getName();
        Twice twice = new Twice(-0.0, List.of(new Pair(1, 2), Pair.of(3)), new Relu());
        Network.Builder builder = Network.builder();
        Port x = builder.input("image", Shape.of(1, 28, 28));
        Network network = builder.output(builder.add("t", twice, x)).build();
        same(throughJson(network), network);
        same(
                read("{'nodes': [{'name': 't', 'kind': '" + name
                        + "', 'factor': -0.0, 'pairs': [[1, 2], 3], 'inner': 'relu'}]}"),
                network);
        refused(
                "{'nodes': [{'name': 't', 'kind': '" + name + "', 'factor': 1, 'pairs': []}]}",
                "net.json:1:12: network.nodes.0.inner expects a value, but it is missing.");
    }

    @Test
    void aClassThatIsNoLayerIsRefusedBeforeItsCodeRuns() {
        String tattling = NetworkFormTest.class.getName() + "$Tattling";
        refused(
                "{'nodes': [{'name': 't', 'kind': '" + tattling + "'}]}",
                "net.json:1:34: network.nodes.0.kind expects a public record that implements Layer or Block, but "
                        + tattling + " is not one.");
        assertThat(marked).isFalse();
        refused(
                "{'nodes': [{'name': 't', 'kind': '" + Other.class.getName() + "'}]}",
                "net.json:1:34: network.nodes.0.kind expects a public record that implements Layer or Block, but "
                        + Other.class.getName() + " is not one.");
        refused(
                "{'nodes': [{'name': 't', 'kind': 'my.pkg.MyLayer'}]}",
                "net.json:1:34: network.nodes.0.kind expects a layer's or block's class on the class path, but there is no"
                        + " my.pkg.MyLayer. Maybe its jar is missing.");
        refused(
                "{'nodes': [{'name': 't', 'kind': '../x.y'}]}",
                "net.json:1:34: network.nodes.0.kind expects a layer's or block's class on the class path, but there is no"
                        + " ../x.y. Maybe its jar is missing.");
        refused(
                "{'nodes': [{'name': 't', 'kind': '" + Clashing.class.getName() + "'}]}",
                "net.json:1:34: network.nodes.0.kind expects a record whose components have other names than a node's own"
                        + " keys, but " + Clashing.class.getName() + " has one called repeat.");
    }

    /** A block of somebody's own: two layers, the last of them under the block's name. */
    public record Pool(int channels, int kernel) implements Block {
        @Override
        public Port addTo(Network.Builder builder, String name, Port x) {
            Port y = builder.add(name + ".conv", Conv2d.of(channels, channels, 1), x);
            builder.initialize(name + ".conv.bias", new Initializer.Constant(0.5));
            return builder.add(name, AvgPool2d.of(kernel, kernel), y);
        }
    }

    @Test
    void aBlockIsThereAsItsNodesAndItsNameStandsForWhatItGives() {
        Network.Builder builder = Network.builder();
        Port image = builder.input("image", Shape.of(1, 28, 28));
        Port x = builder.add("conv", Conv2d.of(1, 32, 3), image);
        x = new SqueezeExcitation(32, 4, new Silu(), new Sigmoid()).addTo(builder, "se", x);
        builder.initialize("se.fc1.bias", new Initializer.Constant(0));
        x = Cbam.of(32).addTo(builder, "att.cbam", x);
        Port y = new DepthwiseSeparable(32, 8, Pair.of(3), Pair.of(2), Padding.of(Pair.of(1)), Pair.of(1), false)
                .addTo(builder, "ds", x);
        x = NonLocal.of(8).addTo(builder, "nl", y);
        x = builder.add("add", new Add(), x, y);
        x = new Pool(8, 13).addTo(builder, "own", x);
        x = builder.add("flatten", new Flatten(), x);
        Network network = builder.output(x).build();
        Network read = read("""
                {'nodes': [
                  {'name': 'conv', 'kind': 'conv2d', 'out': 32, 'kernel': 3},
                  {'name': 'se', 'kind': 'squeezeExcitation', 'squeezed': 4, 'activation': 'silu',
                   'initializers': {'fc1.bias': {'kind': 'constant', 'value': 0}}},
                  {'name': 'att', 'nodes': [{'name': 'cbam', 'kind': 'cbam'}]},
                  {'name': 'ds', 'kind': 'depthwiseSeparable', 'out': 8, 'kernel': 3, 'stride': 2, 'padding': 1},
                  {'name': 'nl', 'kind': 'nonLocal', 'inner': 4},
                  {'name': 'add', 'kind': 'add', 'inputs': ['nl', 'ds']},
                  {'name': 'own', 'kind': '%s', 'kernel': 13},
                  {'name': 'flatten', 'kind': 'flatten'}]}""".formatted(Pool.class.getName()));
        same(read, network);
        same(throughJson(read), network);
    }

    @Test
    void aBlockSharesTheParametersOfAnotherOne() {
        Network network = read("""
                {'nodes': [
                  {'name': 'conv', 'kind': 'conv2d', 'out': 8, 'kernel': 3},
                  {'name': 'one', 'kind': 'squeezeExcitation', 'squeezed': 4},
                  {'name': 'two', 'kind': 'squeezeExcitation', 'squeezed': 4, 'parameters': 'one', 'inputs': 'conv'},
                  {'name': 'tower', 'repeat': 2, 'parameters': 'shared', 'nodes': [
                    {'name': 'att', 'kind': 'channelAttention', 'reduction': 4}]}]}""");
        assertThat(network.parameters())
                .extracting(Network.Parameter::name)
                .containsExactly(
                        "conv.weight",
                        "conv.bias",
                        "one.fc1.weight",
                        "one.fc1.bias",
                        "one.fc2.weight",
                        "one.fc2.bias",
                        "shared.att.fc1.weight",
                        "shared.att.fc2.weight");
        assertThat(network.nodes()).extracting(Network.Node::name).contains("two.fc1", "tower.1.att.max_fc2");
        same(throughJson(network), network);
    }

    @Test
    void tokensAndFramesHaveTheirChannelsBehindThem() {
        Network tokens = read("""
                {'inputs': [{'name': 'tokens', 'shape': [5, 8]}],
                 'nodes': [{'name': 'att', 'kind': 'selfAttention', 'heads': 2}]}""");
        assertThat(tokens.outputSample(0)).isEqualTo(Shape.of(5, 8));
        String frames = """
                {'inputs': [{'name': 'a', 'shape': [8, 3, 3]}, {'name': 'b', 'shape': [8, 3, 3]}],
                 'nodes': [{'name': 'mix', 'kind': 'temporalAttention', 'hidden': 4, 'inputs': ['a', 'b']}]}""";
        assertThat(read(frames).outputSample(0)).isEqualTo(Shape.of(8, 3, 3));
        String sequence = """
                {'inputs': [{'name': 'frames', 'shape': [5, 8, 3, 3]}],
                 'nodes': [{'name': 'mix', 'kind': 'temporalAttention', 'hidden': 4}]}""";
        assertThat(read(sequence).outputSample(0)).isEqualTo(Shape.of(8, 3, 3));
    }

    @Test
    void aBlockThatDoesNotFitIsRefused() {
        node(
                "'kind': 'squeezeExcitation'",
                "net.json:3:2: network.nodes.1.squeezed expects a value, but it is missing.");
        node(
                "'kind': 'cbam'",
                "net.json:3:2: network.nodes.1: ChannelAttention expects reduction of at most channels, but reduction is"
                        + " 16 and channels is 8.");
        node(
                "'kind': 'cbam', 'reduction': 2, 'channels': 4",
                "net.json:3:2: network.nodes.1: Block b.channel: ChannelAttention[channels=4, reduction=2, bias=false]"
                        + " expects [N, 4, H, W], but its input is [1, 8, 24, 24].");
        node(
                "'kind': 'cbam', 'reduction': 2, 'inputs': ['a', 'image']",
                "net.json:3:2: network.nodes.1: Block b: Cbam[channels=8, reduction=2, kernel=7, bias=false,"
                        + " batchNorm=false] expects 1 input, but it got 2.");
        node(
                "'kind': 'squeezeExcitation', 'squeezed': 2, 'gate': 'cbam'",
                "net.json:3:68: network.nodes.1.gate expects a single layer, but it got the block cbam.");
        node(
                "'kind': 'squeezeExcitation', 'squeezed': 2, 'gate': {'kind': 'cbam', 'channels': 16}",
                "net.json:3:77: network.nodes.1.gate.kind expects a single layer, but it got the block cbam.");
        node(
                "'kind': 'selectiveKernel', 'groups': 8, 'branches': 1000000000",
                "net.json:3:2: network.nodes.1: SelectiveKernel expects branches of at most 32, but branches is"
                        + " 1000000000.");
        refused(
                "{'nodes': [{'name': 'a', 'kind': 'conv2d', 'out': 8, 'kernel': 1},\n"
                        + " {'name': 'b', 'repeat': 2000, 'nodes': [{'name': 'c', 'kind': 'nonLocal', 'inner': 4}]}]}",
                "net.json:2:42: network.nodes.1.nodes.0 expects a network of at most 10000 nodes, but here are more.");
    }

    private static void refused(String json, String message) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(FormException.class).hasMessage(message);
    }

    private static void node(String keys, String message) {
        refused(
                "{'nodes':[\n {'name': 'a', 'kind': 'conv2d', 'out': 8, 'kernel': 5},\n {'name': 'b', " + keys + "}]}",
                message);
    }

    @Test
    void everyFaultIsToldWithItsPlaceItsPathAndWhatMayBeMeant() {
        refused("[]", "net.json:1:1: network expects a section, but it got a list.");
        refused("{}", "net.json:1:1: network.nodes expects a list of nodes, but it is missing.");
        refused("{'nodes': []}", "net.json:1:11: network.nodes expects at least one node, but it is empty.");
        refused("{'nodes': 5}", "net.json:1:11: network.nodes expects a list, but it got 5.");
        refused(
                "{'node': []}",
                "net.json:1:2: network expects the keys inputs, nodes, outputs, initializers, but it got node. Maybe you mean"
                        + " nodes.");
        refused(
                "{'nodes': ['relu']}",
                "net.json:1:12: network.nodes.0 expects a section, but it got the text \"relu\".");
        node(
                "'kind': 'conv3d'",
                "net.json:3:24: network.nodes.1.kind expects a layer or block, such as conv2d, relu or cbam, or a class"
                        + " of your own with its package, but it got the text \"conv3d\". Maybe you mean conv2d.");
        node(
                "'kind': 'Relu'",
                "net.json:3:24: network.nodes.1.kind expects a layer or block, such as conv2d, relu or cbam, or a class"
                        + " of your own with its package, but it got the text \"Relu\". Maybe you mean relu.");
        node(
                "'type': 'relu'",
                "net.json:3:2: network.nodes.1.kind expects a layer or block, such as conv2d, relu or cbam, but it is"
                        + " missing.");
        node(
                "'kind': 'conv2d', 'out': 8, 'kernl': 3",
                "net.json:3:44: network.nodes.1 of kind conv2d expects the keys name, kind,"
                        + " inputs, parameters, initializers, in, out, kernel, stride, padding, dilation, groups, bias, but it got kernl."
                        + " Maybe you mean kernel.");
        node("'kind': 'conv2d', 'out': 8", "net.json:3:2: network.nodes.1.kernel expects a value, but it is missing.");
        node(
                "'kind': 'conv2d', 'out': '8', 'kernel': 3",
                "net.json:3:41: network.nodes.1.out expects a whole number, but it got"
                        + " the text \"8\". Maybe leave the quotes out.");
        node(
                "'kind': 'conv2d', 'out': 8.5, 'kernel': 3",
                "net.json:3:41: network.nodes.1.out expects a whole number, but it got" + " 8.5.");
        node(
                "'kind': 'conv2d', 'out': 99999999999, 'kernel': 3",
                "net.json:3:41: network.nodes.1.out expects a whole number from"
                        + " -2147483648 to 2147483647, but it got 99999999999.");
        node(
                "'kind': 'conv2d', 'out': 8, 'kernel': [3, 3, 3]",
                "net.json:3:54: network.nodes.1.kernel expects a number, or two for"
                        + " height and width, but it got 3.");
        node(
                "'kind': 'conv2d', 'out': 8, 'kernel': [3, null]",
                "net.json:3:58: network.nodes.1.kernel.1 expects a whole number, but" + " it got nothing.");
        node(
                "'kind': 'conv2d', 'out': 8, 'kernel': 0",
                "net.json:3:2: network.nodes.1: Conv2d expects kernel of at least 1, but" + " kernel is 0.");
        node(
                "'kind': 'conv2d', 'out': 8, 'kernel': 3, 'padding': 'valid'",
                "net.json:3:68: network.nodes.1.padding expects a number,"
                        + " two for height and width, same, or a section of before and after, but it got the text \"valid\".");
        node(
                "'kind': 'conv2d', 'out': 8, 'kernel': 3, 'bias': 'no'",
                "net.json:3:65: network.nodes.1.bias expects true or false," + " but it got the text \"no\".");
        node(
                "'kind': 'dropout', 'p': 1e999",
                "net.json:3:40: network.nodes.1.p expects a number up to 1.7976931348623157E308, but"
                        + " it got 1e999.");
        node(
                "'kind': 'gelu', 'approximate': 'tan'",
                "net.json:3:47: network.nodes.1.approximate expects one of none, tanh, but it"
                        + " got the text \"tan\". Maybe you mean tanh.");
        node(
                "'kind': 'linear', 'out': 3",
                "net.json:3:2: network.nodes.1: Linear[in=8, out=3] expects [N, 8], but its input is"
                        + " [1, 8, 24, 24]. Maybe a Flatten is missing.");
        node(
                "'kind': 'add'",
                "net.json:3:2: network.nodes.1.inputs expects the 2 nodes that it reads, but it is missing.");
        node(
                "'kind': 'add', 'inputs': 'a'",
                "net.json:3:2: network.nodes.1: Node b: Add expects 2 inputs, but it got 1.");
        node(
                "'kind': 'add', 'inputs': ['a', 'imgae']",
                "net.json:3:47: network.nodes.1.inputs expects nodes or inputs above it, but"
                        + " there is no imgae. Maybe you mean image.");
        node(
                "'kind': 'relu', 'inputs': 'a:1'",
                "net.json:3:42: network.nodes.1.inputs expects an output from 0 to 0 of a, but it got" + " a:1.");
        node(
                "'kind': 'relu', 'name': 'a'",
                "net.json:3:32: network.nodes.1 expects each key once, but name is there again.");
        refused(
                "{'nodes': [{'name': 'a', 'kind': 'relu'}, {'name': 'a', 'kind': 'relu'}]}",
                "net.json:1:43: network.nodes.1.name expects a new name, but a is there already.");
        node(
                "'kind': 'conv2d', 'out': 2, 'kernel': 5, 'parameters': 'a'",
                "net.json:3:2: network.nodes.1: Node b expects to share"
                        + " the parameters of a, but Conv2d[in=8, out=2, kernel=5] has others than Conv2d[in=1, out=8, kernel=5].");
        node(
                "'nodes': [], 'repeat': 2",
                "net.json:3:25: network.nodes.1.nodes expects at least one node, but it is empty.");
        node(
                "'nodes': [{'name': 'r', 'kind': 'relu'}], 'repeat': 0",
                "net.json:3:2: network.nodes.1.repeat expects a whole number of" + " at least 1, but it got 0.");
        node(
                "'nodes': [{'name': 'r', 'kind': 'relu'}], 'repeat': 1000000",
                "net.json:3:26: network.nodes.1.nodes.0 expects a network"
                        + " of at most 10000 nodes, but here are more.");
        node(
                "'nodes': [{'name': 'r', 'kind': 'relu'}], 'kind': 'relu'",
                "net.json:3:58: network.nodes.1, a group of nodes, expects"
                        + " the keys name, repeat, inputs, parameters, nodes, but it got kind.");
        refused(
                "{'nodes': [{'name': 'a', 'kind': 'prelu'}], 'initializers': {'a.weigth': {}}}",
                "net.json:1:62: network.initializers expects names of parameters, but there is no a.weigth. Maybe you mean"
                        + " a.weight.");
        refused(
                "{'nodes': [{'name': 'a', 'kind': 'prelu'}], 'initializers': {'a.weight': {'kind': 'norm'}}}",
                "net.json:1:83: network.initializers.a.weight.kind expects one of constant, uniform, normal, but it got norm. Maybe you"
                        + " mean normal.");
        refused(
                "{'nodes': [{'name': 'a', 'kind': 'prelu'}], 'outputs': 'b'}",
                "net.json:1:56: network.outputs expects nodes or inputs above it, but there is no b.");
        refused(
                "{'inputs': [{'name': 'x'}], 'nodes': []}",
                "net.json:1:13: network.inputs.0.shape expects a value, but it is missing.");
        refused(
                "{'inputs': [{'name': 'x', 'shape': [1, -1]}], 'nodes': []}",
                "net.json:1:36: network.inputs.0.shape: Shape expects sizes of at least 0, but it got [1, -1].");
    }

    @Test
    void withoutDataTheInputsAreNeeded() {
        assertThatThrownBy(() -> NetworkForm.read(Form.ofJson("n", "{\"nodes\": []}"), "network"))
                .hasMessage("n:1:1: network.inputs expects a list of names and shapes, but it is missing.");
    }

    @Test
    void groupsInGroupsEnd() {
        String open = "{\"name\": \"g\", \"nodes\": [";
        String deep =
                "{\"nodes\": [" + open.repeat(9) + "{\"name\": \"r\", \"kind\": \"relu\"}" + "]}".repeat(9) + "]}";
        assertThatThrownBy(() -> read(deep))
                .hasMessageEndingWith(" expects groups in at most 8 groups, but it is deeper.");
    }

    @Test
    void whatIsNotJsonIsRefused() {
        byte[] whole = NetworkForm.write(ofZoo("lenet5")).toJson().getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> NetworkForm.parse("n", cut)).isInstanceOf(FormException.class);
        }
        assertThatThrownBy(() -> Form.ofJson("n", new byte[] {'"', (byte) 0xC3, '"'}))
                .hasMessage("n expects JSON in UTF-8, but it has other bytes.");
        assertThatThrownBy(() -> Form.ofJson("n", "")).hasMessage("n expects JSON, but it is empty.");
        assertThatThrownBy(() -> Form.ofJson("n", "{} {"))
                .isInstanceOf(FormException.class)
                .hasMessage("n:1:4: JSON expects one value and nothing behind it, but there is more.");
        assertThatThrownBy(() -> Form.ofJson("n", "{\"a\":\n  tru}"))
                .isInstanceOf(FormException.class)
                .hasMessageStartingWith("n:2:");
        assertThatThrownBy(() -> Form.ofJson("n", "[".repeat(100_000))).isInstanceOf(FormException.class);
        assertThatThrownBy(() -> Form.ofJson("n", "[" + "9".repeat(100_000) + "]"))
                .isInstanceOf(FormException.class);
    }

    /** Any byte of a file changed: it is read, or refused with a message. */
    @Test
    void noDamagedFileDoesAnythingElseThanBeRefused() {
        byte[] whole = NetworkForm.write(ofZoo("resnet8")).toJson().getBytes(StandardCharsets.UTF_8);
        RandomStream random = Property.seed(NetworkFormTest.class).child("damage").stream();
        int refusals = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            try {
                assertThat(NetworkForm.parse("n", damaged).nodes()).isNotEmpty();
            } catch (FormException refused) {
                assertThat(refused.getMessage()).startsWith("n").contains("expects");
                refusals++;
            }
        }
        assertThat(refusals).isGreaterThan(1000);
    }
}
