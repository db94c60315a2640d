package io.convoy.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SummaryTest {
    private static final UpdateRule RULE = UpdateRule.of(Sgd.withMomentum(0.9, 0));

    private static final Network LENET = Zoo.network("lenet5", Shape.of(1, 28, 28), 10);

    private static SummaryMemory memory(Network network) {
        return SummaryMemory.of(network, 8, 4, 1, RULE, Precision.FLOAT32);
    }

    private static LayerSummary layer(Summary summary, String name) {
        return summary.layers().stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** LeNet-5 by hand: 61,706 parameters; 6·28²·25 + 16·10²·150 + 400·120 + 120·84 + 84·10 products. */
    @Test
    void aNetworkCostsWhatItsLayersCost() {
        Summary summary = Summary.of("lenet5", LENET);
        assertThat(summary.parameters()).isEqualTo(61_706);
        assertThat(layer(summary, "conv1").macs()).isEqualTo(117_600);
        assertThat(summary.macs()).isEqualTo(117_600 + 240_000 + 48_000 + 10_080 + 840);
        assertThat(summary.flops()).isEqualTo(2 * summary.macs());
        assertThat(layer(summary, "conv2").outputs()).containsExactly(Shape.of(16, 10, 10));
        assertThat(layer(summary, "conv2").outputBytes()).isEqualTo(6400);
        assertThat(summary.receptiveField()).isEqualTo(16);
    }

    /** Araujo, Norris and Sim 2019, table of "Computing receptive fields of convolutional neural networks". */
    @ParameterizedTest
    @CsvSource({
        "alexnet, 195",
        "vgg16, 212",
        "mobilenet_v1, 315",
        "inception_v2, 699",
        "inception_v3, 1311",
        "inception_v4, 2071",
        "inception_resnet_v2, 3039"
    })
    void publishedReceptiveFieldsAreFound(String name, int size) {
        Network network = Zoo.network(name, Zoo.image(name), 1000);
        assertThat(Summary.of(name, network.upTo(0)).receptiveField()).isEqualTo(size);
    }

    @Test
    void aMapScaledByTheWholeImageSeesTheWholeImage() {
        assertThat(Summary.of("se", Zoo.network("se_resnet50", Shape.of(3, 224, 200), 10))
                        .receptiveField())
                .isEqualTo(224);
    }

    @Test
    void sharedParametersCountOnceButWorkTwice() {
        Network.Builder network = Network.builder();
        Port left = network.input("left", Shape.of(1, 4, 4));
        Port right = network.input("right", Shape.of(1, 4, 4));
        Conv2d convolution = Conv2d.of(1, 1, 3);
        Port a = network.add("a", convolution, left);
        Port b = network.addSharing("b", "a", convolution, right);
        Summary summary = Summary.of(
                "siamese",
                network.output(network.add("both", Concat.of(2), a, b)).build());
        assertThat(summary.parameters()).isEqualTo(10);
        assertThat(layer(summary, "b").parameters()).isZero();
        assertThat(layer(summary, "b").macs()).isEqualTo(4 * 9);
        assertThat(layer(summary, "b").receptiveField())
                .isEqualTo(layer(summary, "a").receptiveField());
    }

    @Test
    void vectorsHaveNoReceptiveField() {
        Network.Builder network = Network.builder();
        Port x = network.add("fc", Linear.of(3, 2), network.input("x", Shape.of(3)));
        Summary summary = Summary.of("dense", network.output(x).build());
        assertThat(layer(summary, "fc").receptiveField()).isNull();
        assertThat(summary.receptiveField()).isZero();
        assertThat(SummaryJson.of(summary, memory(summary.network()))).contains("\"receptiveField\":null");
    }

    @Test
    void theTableAlignsItsColumnsAndEndsWithTheTotals() {
        Network.Builder network = Network.builder();
        Port x = network.add("conv1", Conv2d.of(1, 2, 3).withStride(2), network.input("image", Shape.of(1, 1025, 9)));
        Summary summary = Summary.of(
                "tiny", network.output(network.add("relu", new Relu(), x)).build());
        String text = SummaryText.of(summary, memory(summary.network()));
        assertThat(text).startsWith("""
                        tiny for 1×1025×9
                        node   layer                          output   parameters    MACs   FLOPs  output bytes  receptive field  stride  offset
                        conv1  Conv2d[in=1, out=2, kernel=3]  2×512×4          20  36,864  73,728        16,384                3       2       1
                        relu   Relu                           2×512×4           0       0       0        16,384                3       2       1
                        total
                        parameters                            20
                        MACs a sample                         36,864
                        FLOPs a sample                        73,728 (2 × MACs, of convolutions and matrix products)
                        receptive field                       3 (the largest of a feature map)
                        """);
        assertThat(text.lines().skip(9).map(line -> line.replaceAll("[0-9,.]+ MB", "? MB")))
                .containsExactly(
                        "activations in training               ? MB for a micro-batch of 4",
                        "activations in inference              ? MB for a batch of 4",
                        "memory of a training run              ? MB a core, with 1 core and batches of 8",
                        "  weights                             ? MB",
                        "  training programs                   ? MB",
                        "  evaluation programs                 ? MB",
                        "  samples, on the heap                ? MB",
                        "  sums of gradients, on the heap      ? MB",
                        "  optimiser and weights, on the heap  ? MB",
                        "  copy for a checkpoint, on the heap  ? MB");
    }

    @Test
    void jsonHasTheTotalsAndEveryLayer() throws IOException {
        Summary summary = Summary.of("lenet5", LENET);
        SummaryMemory memory = memory(LENET);
        JsonNode root = new JsonMapper().readTree(SummaryJson.of(summary, memory));
        assertThat(root.fieldNames()).toIterable().containsExactly("total", "layers");
        JsonNode total = root.get("total");
        assertThat(total.get("parameters").longValue()).isEqualTo(61_706);
        assertThat(total.get("macs").longValue()).isEqualTo(416_520);
        assertThat(total.get("receptiveField").intValue()).isEqualTo(16);
        assertThat(total.get("trainingBytesPerCore").longValue())
                .isEqualTo(memory.training().perCore());
        assertThat(root.get("layers")).hasSize(LENET.nodes().size());
        JsonNode pool = root.get("layers").get(2);
        assertThat(pool)
                .hasToString(
                        "{\"name\":\"pool1\",\"layer\":\"MaxPool2d[kernel=2, stride=2]\",\"output\":[6,14,14],\"parameters\":0,"
                                + "\"macs\":0,\"flops\":0,\"outputBytes\":4704,\"receptiveField\":{\"size\":[6,6],\"stride\":"
                                + "[2.0,2.0],\"offset\":[0.5,0.5],\"whole\":[false,false]}}");
    }

    @Test
    void aComparisonShowsWhatDepthwiseSeparationSaves() {
        Network.Builder full = Network.builder();
        Port x = full.input("image", Shape.of(32, 10, 10));
        full.output(full.add("conv", Conv2d.of(32, 64, 3).withPadding(1).withoutBias(), x));
        Network.Builder separated = Network.builder();
        x = separated.input("image", Shape.of(32, 10, 10));
        x = separated.add(
                "depthwise", Conv2d.of(32, 32, 3).withPadding(1).withGroups(32).withoutBias(), x);
        separated.output(separated.add("pointwise", Conv2d.of(32, 64, 1).withoutBias(), x));
        Summary left = Summary.of("full", full.build());
        Summary right = Summary.of("separated", separated.build());
        List<String> lines = Comparison.of(left, memory(left.network()), right, memory(right.network()))
                .lines()
                .map(line -> line.replaceAll(" {2,}", " | "))
                .toList();
        assertThat(lines)
                .contains(
                        " | full | separated | ratio",
                        "parameters | 18,432 | 2,336 | 0.127",
                        "MACs | 1,843,200 | 233,600 | 0.127",
                        "layers | 1 | 2 | 2.000",
                        "receptive field | 3 | 3 | 1.000",
                        "Conv2d 3×3: MACs | 1,843,200 | 0 | 0.000",
                        "Conv2d 3×3, depthwise: MACs | 0 | 28,800",
                        "Conv2d 1×1: parameters | 0 | 2,048");
        assertThat(lines.stream().filter(line -> line.startsWith("activation bytes")))
                .hasSize(2);
    }

    @Test
    void predictedMemoryGrowsWithTheMicroBatchTheCoresAndTheLeaves() {
        TrainingMemory one = TrainingMemory.of(LENET, 32, 8, 1, RULE, Precision.FLOAT32);
        TrainingMemory two = TrainingMemory.of(LENET, 32, 8, 2, RULE, Precision.FLOAT32);
        TrainingMemory large = TrainingMemory.of(LENET, 32, 32, 1, RULE, Precision.FLOAT32);
        assertThat(two.training()).isEqualTo(2 * one.training());
        assertThat(two.evaluation()).isEqualTo(2 * one.evaluation());
        assertThat(two.weights()).isEqualTo(one.weights());
        assertThat(two.owner()).isEqualTo(one.owner()).isEqualTo(3 * 4 * 61_760L);
        // In training all activations are kept, so that a sample costs the same in any micro-batch but for a little.
        assertThat((double) large.training()).isCloseTo(4.0 * one.training(), within(0.6 * large.training()));
        assertThat(large.training()).isGreaterThan(one.training());
        // Four leaves one after the other: two nodes wait when the last one comes; of one leaf nothing waits.
        long parameters = 4 * 61_760L;
        assertThat(one.sums() - large.sums()).isEqualTo(2 * parameters);
        assertThat(one.sums()).isLessThanOrEqualTo((2 + 2) * parameters);
        // A short leaf has a program of its own.
        assertThat(TrainingMemory.of(LENET, 33, 32, 1, RULE, Precision.FLOAT32).training())
                .isGreaterThan(large.training());
    }

    @Test
    void batchesThatNoRunCanHaveAreRefused() {
        assertThatThrownBy(() -> TrainingMemory.of(LENET, 8, 16, 1, RULE, Precision.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "TrainingMemory expects 1 ≤ microBatch ≤ batch and a core, but microBatch is 16, batch is 8 and"
                                + " there are 1 cores.");
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> elements(Document document, String tag, String kind) {
        NodeList all = document.getElementsByTagName(tag);
        return IntStream.range(0, all.getLength())
                .mapToObj(i -> (Element) all.item(i))
                .filter(element -> element.getAttribute("class").equals(kind))
                .toList();
    }

    @Test
    void thePictureIsXmlWithEveryNodeAndEdgeOnce() throws Exception {
        Network network = Zoo.network("resnet8", Shape.of(3, 32, 32), 10);
        Document picture = parse(GraphDrawing.of(Summary.of("a <b> & \"c\"", network)));
        assertThat(picture.getDocumentElement().getTagName()).isEqualTo("svg");
        List<String> nodes = new ArrayList<>(List.of("image"));
        List<String> edges = new ArrayList<>();
        for (Network.Node node : network.nodes()) {
            nodes.add(node.name());
            for (int i = 0; i < node.inputs().size(); i++) {
                edges.add(node.inputs().get(i) + " " + node.name() + " " + i);
            }
        }
        assertThat(elements(picture, "g", "node").stream().map(one -> one.getAttribute("data-node")))
                .containsExactlyInAnyOrderElementsOf(nodes);
        assertThat(elements(picture, "path", "edge").stream()
                        .map(one -> one.getAttribute("data-from") + " " + one.getAttribute("data-to") + " "
                                + one.getAttribute("data-input")))
                .containsExactlyInAnyOrderElementsOf(edges);
    }

    @Test
    void boxesDoNotOverlapAndStandBelowWhatTheyRead() throws Exception {
        Network.Builder builder = Network.builder();
        Port x = builder.input("image", Shape.of(3, 8, 8));
        Port[] branches = new Port[4];
        for (int i = 0; i < branches.length; i++) {
            branches[i] = x;
            for (int j = 0; j <= i; j++) {
                branches[i] = builder.add("b" + i + "." + j, BatchNorm2d.of(3), branches[i]);
            }
        }
        builder.output(builder.add("all", Concat.of(4), branches));
        Network network = builder.build();
        List<double[]> places = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Element node : elements(parse(GraphDrawing.of(Summary.of("branches", network))), "g", "node")) {
            String[] at =
                    node.getAttribute("transform").replaceAll("[^0-9. ]", "").split(" ", -1);
            names.add(node.getAttribute("data-node"));
            places.add(new double[] {Double.parseDouble(at[0]), Double.parseDouble(at[1])});
        }
        for (int i = 0; i < places.size(); i++) {
            for (int j = 0; j < i; j++) {
                boolean apart = Math.abs(places.get(i)[0] - places.get(j)[0]) >= 210
                        || Math.abs(places.get(i)[1] - places.get(j)[1]) >= 52;
                assertThat(apart).as(names.get(i) + " and " + names.get(j)).isTrue();
            }
        }
        for (Network.Node node : network.nodes()) {
            for (Port port : node.inputs()) {
                assertThat(places.get(names.indexOf(node.name()))[1])
                        .isGreaterThan(places.get(names.indexOf(port.node()))[1]);
            }
        }
    }
}
