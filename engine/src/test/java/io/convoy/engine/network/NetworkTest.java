package io.convoy.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.network.Network.Parameter;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private final Network.Builder network = Network.builder();

    /** A user's own layer with two outputs: the channels in two halves. */
    private record Halves() implements Layer {
        @Override
        public List<Shape> outputs(List<Shape> inputs) {
            Shape x = inputs.get(0);
            Shape half = Shape.of(x.size(0), x.size(1) / 2, x.size(2), x.size(3));
            return List.of(half, half);
        }
    }

    private static void refused(Runnable building, String message) {
        assertThatThrownBy(building::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void namesMustBeNew() {
        Port x = network.input("x", Shape.of(1, 4, 4));
        network.add("relu", new Relu(), x);
        refused(
                () -> network.add("relu", new Relu(), x),
                "Network expects every node to have a new name, but \"relu\" is empty or taken.");
        refused(
                () -> network.add("x", new Relu(), x),
                "Network expects every node to have a new name, but \"x\" is empty or taken.");
        refused(
                () -> network.input("", Shape.of(1)),
                "Network expects every node to have a new name, but \"\" is empty or taken.");
    }

    @Test
    void whatANodeReadsMustBeThere() {
        Port x = network.input("x", Shape.of(1, 4, 4));
        refused(
                () -> network.add("relu", new Relu(), new Port("y", 0)),
                "Node relu expects inputs that exist, but there is no \"y\" yet.");
        refused(
                () -> network.add("relu", new Relu(), new Port("relu", 0)),
                "Node relu expects inputs that exist, but there is no \"relu\" yet.");
        refused(() -> network.add("sum", new Add(), x), "Node sum: Add expects 2 inputs, but it got 1.");
        // Nothing of the refused nodes is left.
        Port relu = network.add("relu", new Relu(), x);
        assertThat(network.output(relu).build().nodes()).hasSize(1);
    }

    @Test
    void anOutputThatALayerDoesNotHaveIsNamed() {
        Port x = network.input("x", Shape.of(1, 4, 4));
        network.add("relu", new Relu(), x);
        Port other = network.add("other", new Relu(), new Port("relu", 1));
        network.output(other);
        refused(network::build, "Node other expects inputs that exist, but there is no \"relu:1\" yet.");
    }

    @Test
    void aParameterIsDrawnAsTheNetworkSays() {
        Port x = network.input("x", Shape.of(2));
        network.output(network.add("fc", Linear.of(2, 1), x)).initialize("fc.bias", new Initializer.Constant(0.5));
        Network part = network.build();
        assertThat(part.parameters().get(0).initializer())
                .isEqualTo(Linear.of(2, 1).parameters().get(0).initializer());
        assertThat(part.parameters().get(1).initializer()).isEqualTo(new Initializer.Constant(0.5));

        Network.Builder pair = Network.builder();
        Port y = pair.include("left", "shared", part, pair.input("x", Shape.of(2)))
                .get(0);
        assertThat(pair.output(y).build().initializers())
                .containsExactly(Map.entry("shared.fc.bias", new Initializer.Constant(0.5)));
    }

    @Test
    void onlyParametersThatExistAreInitialised() {
        Port x = network.input("x", Shape.of(2));
        network.output(network.add("fc", Linear.of(2, 1), x)).initialize("fc.scale", new Initializer.Constant(0));
        refused(network::build, "Network expects to initialise parameters that exist, but there is no \"fc.scale\".");
    }

    @Test
    void aNetworkHasInputsAndOutputs() {
        refused(network::build, "Network expects at least one input and one output, but it has 0 and 0.");
        Port x = network.input("x", Shape.of(1, 4, 4));
        refused(network::build, "Network expects at least one input and one output, but it has 1 and 0.");
        network.output(new Port("relu", 0));
        refused(network::build, "Network expects outputs that exist, but there is no \"relu\".");
        assertThat(x).hasToString("x");
    }

    @Test
    void aShapeThatDoesNotFitIsToldWithItsNode() {
        Port x = network.input("image", Shape.of(3, 8, 8));
        x = network.add("layer1.conv", Conv2d.of(1, 4, 3), x);
        network.output(x);
        assertThatThrownBy(network::build)
                .isInstanceOf(ShapeException.class)
                .hasMessage("Node layer1.conv: Conv2d[in=1, out=4, kernel=3] expects 1 channels, but its input is"
                        + " [1, 3, 8, 8].");
    }

    @Test
    void whoSharesParametersHasTheSameOnes() {
        Port x = network.input("x", Shape.of(4, 8, 8));
        network.add("conv", Conv2d.of(4, 4, 3), x);
        refused(
                () -> network.addSharing("again", "conv", Conv2d.of(4, 6, 3), x),
                "Node again expects to share the parameters of conv, but Conv2d[in=4, out=6, kernel=3] has others than"
                        + " Conv2d[in=4, out=4, kernel=3].");
        // Strides are no parameters.
        network.addSharing("strided", "conv", Conv2d.of(4, 4, 3).withStride(2), x);
    }

    @Test
    void whoSharesRunningStatisticsIsTheSameBatchNorm() {
        Port x = network.input("x", Shape.of(4, 8, 8));
        Port wide = network.add("wide", Conv2d.of(4, 8, 1), x);
        network.add("bn", new BatchNorm2d(4, 1e-5, 0.1, false), x);
        String message = "Node again expects to share the running statistics of bn, but it does not have all of that"
                + " BatchNorm2d's channels, epsilon, momentum and affine.";
        // Without affine there are no parameters that could differ, but the statistics would not fit.
        refused(() -> network.addSharing("again", "bn", new BatchNorm2d(8, 1e-5, 0.1, false), wide), message);
        refused(() -> network.addSharing("again", "bn", new BatchNorm2d(4, 1e-5, 0.2, false), x), message);
        network.addSharing("again", "bn", new BatchNorm2d(4, 1e-5, 0.1, false), x);
        network.add("in", InstanceNorm2d.of(4).withRunningStatistics(), x);
        refused(
                () -> network.addSharing("other", "in", InstanceNorm2d.of(4), x),
                "Node other expects to share the running statistics of in, but it does not have all of that"
                        + " InstanceNorm2d's channels, epsilon, momentum and affine.");
        network.add("free", InstanceNorm2d.of(4), x);
        Network built = network.output(x).build();
        assertThat(built.batchNorms()).containsExactly("bn", "in");
        assertThat(Layouts.statistics(built).entries())
                .containsExactly(
                        new StatisticsLayout.Entry("bn", 4, 128, 0.1, StatisticsLayout.Over.BATCH, 0),
                        new StatisticsLayout.Entry("in", 4, 64, 0.1, StatisticsLayout.Over.INSTANCES, 8));
    }

    private static Network tower() {
        Network.Builder tower = Network.builder();
        Port x = tower.input("image", Shape.of(2, 6, 6));
        x = tower.add("conv", Conv2d.of(2, 3, 3), x);
        x = tower.add("bn", BatchNorm2d.of(3), x);
        x = tower.add("flatten", new Flatten(), x);
        return tower.output(x).build();
    }

    @Test
    void aSiamesePairIsOneNetworkIncludedTwiceInOneScope() {
        Port left = network.input("left", Shape.of(2, 6, 6));
        Port right = network.input("right", Shape.of(2, 6, 6));
        Port a = network.include("a", "tower", tower(), left).get(0);
        Port b = network.include("b", "tower", tower(), right).get(0);
        Port head = network.add("head", Linear.of(48, 5), network.add("sum", new Add(), a, b));
        Network siamese = network.output(head).output(a).build();

        assertThat(siamese.inputs()).extracting(Network.Input::name).containsExactly("left", "right");
        assertThat(siamese.nodes())
                .extracting(Network.Node::name)
                .containsExactly("a.conv", "a.bn", "a.flatten", "b.conv", "b.bn", "b.flatten", "sum", "head");
        assertThat(siamese.outputs()).containsExactly(new Port("head", 0), new Port("a.flatten", 0));
        assertThat(siamese.parameters())
                .extracting(Parameter::name)
                .containsExactly(
                        "tower.conv.weight",
                        "tower.conv.bias",
                        "tower.bn.weight",
                        "tower.bn.bias",
                        "head.weight",
                        "head.bias");
        assertThat(siamese.parameterCount()).isEqualTo(3 * 2 * 9 + 3 + 2 * 3 + 48 * 5 + 5);
        assertThat(siamese.batchNorms()).containsExactly("tower.bn");
        assertThat(siamese.outputSample(0)).isEqualTo(Shape.of(5));
        assertThat(siamese.outputSample(1)).isEqualTo(Shape.of(48));
        // Both uses see 4 · 4 values a channel of every sample.
        StatisticsLayout statistics = Layouts.statistics(siamese);
        assertThat(statistics.entries())
                .containsExactly(new StatisticsLayout.Entry("tower.bn", 3, 32, 0.1, StatisticsLayout.Over.BATCH, 0));
    }

    @Test
    void includedNetworksGetAsManyInputsAsTheyHave() {
        Port x = network.input("x", Shape.of(2, 6, 6));
        refused(() -> network.include("a", "a", tower(), x, x), "Network a expects 1 inputs, but it got 2.");
        refused(
                () -> network.include("a", "a", tower(), new Port("y", 0)),
                "Node a.conv expects inputs that exist, but there is no \"y\" yet.");
    }

    @Test
    void outputsOfALayerWithTwoCanBeReadApartAlsoWhenIncluded() {
        Network.Builder inner = Network.builder();
        Port whole = inner.input("x", Shape.of(4, 2, 2));
        inner.add("halves", new Halves(), whole);
        Network halves = inner.output(new Port("halves", 1))
                .output(new Port("halves", 0))
                .build();
        Port x = network.input("x", Shape.of(4, 2, 2));
        List<Port> included = network.include("in", "in", halves, x);
        assertThat(included).containsExactly(new Port("in.halves", 1), new Port("in.halves", 0));
        Port sum = network.add("sum", new Add(), included.get(0), included.get(1));
        assertThat(network.output(sum).build().shapes(3).get(sum)).isEqualTo(Shape.of(3, 2, 2, 2));
        assertThat(included.get(0)).hasToString("in.halves:1");
    }

    @Test
    void everyPortHasAShapeForEveryBatch() {
        Network tower = tower();
        assertThat(tower.shapes(7))
                .hasSize(4)
                .containsEntry(new Port("image", 0), Shape.of(7, 2, 6, 6))
                .containsEntry(new Port("conv", 0), Shape.of(7, 3, 4, 4))
                .containsEntry(new Port("bn", 0), Shape.of(7, 3, 4, 4))
                .containsEntry(new Port("flatten", 0), Shape.of(7, 48));
    }

    @Test
    void firstValuesAreAFunctionOfTheSeedAndTheName() {
        Parameter weight = tower().parameters().get(0);
        float[] values = Network.initialValues(weight, new Seed(1));
        assertThat(Network.initialValues(weight, new Seed(1))).containsExactly(values);
        assertThat(Network.initialValues(weight, new Seed(2))).isNotEqualTo(values);
        Parameter renamed = new Parameter("other.weight", weight.shape(), weight.initializer());
        assertThat(Network.initialValues(renamed, new Seed(1))).isNotEqualTo(values);

        // The same node behind another one, in another network, has the same values.
        Port x = network.input("image", Shape.of(2, 6, 6));
        x = network.add("first", Conv2d.of(2, 2, 1), x);
        x = network.add("conv", Conv2d.of(2, 3, 3), x);
        Network other = network.output(x).build();
        assertThat(other.parameters().get(2)).isEqualTo(weight);
        assertThat(Network.initialValues(other.parameters().get(2), new Seed(1)))
                .containsExactly(values);
    }

    @Test
    void initialWeightsLieWhereTheLayoutSays() {
        Network tower = tower();
        ParameterLayout layout = Layouts.parameters(tower, 2);
        assertThat(layout.shards()).isEqualTo(2);
        assertThat(layout.entries()).extracting(ParameterLayout.Entry::name).isEqualTo(names(tower));
        float[] flat = Layouts.initialWeights(tower, layout, new Seed(4));
        int floats = 0;
        for (Parameter parameter : tower.parameters()) {
            ParameterLayout.Entry entry = layout.entry(parameter.name());
            float[] expected = Network.initialValues(parameter, new Seed(4));
            for (float value : expected) {
                assertThat(flat[entry.offset() + floats++ - sum(tower, parameter)])
                        .isEqualTo(value);
            }
        }
        assertThat((long) floats).isEqualTo(tower.parameterCount()).isLessThan(flat.length);
        // bn.weight is the third: 3 ones, and zeros up to the next parameter.
        int bn = layout.entry("bn.weight").offset();
        assertThat(List.of(flat[bn], flat[bn + 2], flat[bn + 3], flat[bn + 15])).containsExactly(1f, 1f, 0f, 0f);
        assertThat(Layouts.initialWeights(tower, Layouts.parameters(tower, 1), new Seed(4)))
                .containsExactly(flat);
    }

    private static List<String> names(Network network) {
        return network.parameters().stream().map(Parameter::name).toList();
    }

    /** The values of the parameters in front of {@code parameter}. */
    private static int sum(Network network, Parameter parameter) {
        int sum = 0;
        for (Parameter other : network.parameters()) {
            if (other.equals(parameter)) {
                return sum;
            }
            sum += (int) other.shape().count();
        }
        throw new AssertionError(parameter);
    }

    @Test
    void aNetworkWithoutBatchNormHasNoStatistics() {
        Port x = network.input("x", Shape.of(3));
        Network plain = network.output(network.add("fc", Linear.of(3, 2), x)).build();
        assertThat(Layouts.statistics(plain).length()).isZero();
        assertThat(plain.batchNorms()).isEmpty();
    }

    @Test
    void aBuilderTellsTheShapeOfASampleAnywhere() {
        Port x = network.input("x", Shape.of(3, 8, 6));
        Port y = network.add("conv", Conv2d.of(3, 4, 3), x);
        assertThat(network.sample(x)).isEqualTo(Shape.of(3, 8, 6));
        assertThat(network.sample(y)).isEqualTo(Shape.of(4, 6, 4));
        assertThatThrownBy(() -> network.sample(new Port("pool", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Network expects the shape of a port that exists, but there is no \"pool:1\" yet.");
    }

    @Test
    void aBuilderTellsTheFirstShapeThatDoesNotFitEachTimeItIsAsked() {
        Port x = network.input("x", Shape.of(3, 8, 6));
        network.add("conv", Conv2d.of(1, 4, 3), x);
        Port y = network.add("relu", new Relu(), new Port("conv", 0));
        for (int time = 0; time < 2; time++) {
            assertThatThrownBy(() -> network.sample(y))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageStartingWith("Node conv: Conv2d");
        }
    }

    @Test
    void theWayToOneOutputLeavesTheOthersBehind() {
        Port x = network.input("x", Shape.of(4));
        Port y = network.add("trunk", Linear.of(4, 3), x);
        Port head = network.add("head", Linear.of(3, 2), y);
        Port aux = network.addSharing("aux", "shared", Linear.of(3, 3), y);
        network.output(network.add("relu", new Relu(), head)).output(aux);
        network.initialize("trunk.weight", new Initializer.Constant(1));
        network.initialize("shared.weight", new Initializer.Constant(2));
        Network whole = network.build();

        Network main = whole.upTo(0);
        assertThat(main.nodes()).extracting(Network.Node::name).containsExactly("trunk", "head", "relu");
        assertThat(main.outputs()).containsExactly(new Port("relu", 0));
        assertThat(main.inputs()).isEqualTo(whole.inputs());
        assertThat(names(main)).containsExactly("trunk.weight", "trunk.bias", "head.weight", "head.bias");
        assertThat(main.initializers()).containsExactly(Map.entry("trunk.weight", new Initializer.Constant(1)));
        assertThat(names(whole.upTo(1))).containsExactly("trunk.weight", "trunk.bias", "shared.weight", "shared.bias");
        assertThat(whole.upTo(1).initializers()).isEqualTo(whole.initializers());
        assertThat(whole.firstOutputs(1).nodes()).isEqualTo(main.nodes());
        assertThat(whole.firstOutputs(2).nodes()).isEqualTo(whole.nodes());
        assertThat(whole.upTo("head").outputs()).containsExactly(new Port("head", 0));
        assertThat(names(whole.upTo("trunk"))).containsExactly("trunk.weight", "trunk.bias");
    }

    @Test
    void aNetworkCannotBeChangedFromOutside() {
        Port x = network.input("x", Shape.of(3));
        List<Port> ports = new ArrayList<>(List.of(x));
        Network.Node node = new Network.Node("n", new Relu(), ports, "n");
        ports.clear();
        assertThat(node.inputs()).containsExactly(x);
        Network built = network.output(x).build();
        network.add("later", new Relu(), x);
        assertThat(built.nodes()).isEmpty();
        assertThatThrownBy(() -> built.nodes().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
