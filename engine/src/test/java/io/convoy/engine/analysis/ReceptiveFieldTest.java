package io.convoy.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.Property;
import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.AxisReach;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.PixelShuffle;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.layer.Reach;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReceptiveFieldTest {
    private static final Seed SEED = Property.seed(ReceptiveFieldTest.class);
    private static final int NETWORKS = 60;
    private static final int LENGTH = 72;
    private static final int MOST_LENGTH = 200;

    private static ReceptiveField of(Network network, String node) {
        return Objects.requireNonNull(ReceptiveField.of(network, "image").get(new Port(node, 0)));
    }

    private static ReceptiveField last(Network network) {
        return of(network, network.outputs().get(0).node());
    }

    private static Network chain(Layer... layers) {
        return chain(LENGTH, layers);
    }

    private static Network chain(int length, Layer... layers) {
        Network.Builder network = Network.builder();
        Port x = network.input("image", Shape.of(1, length, length));
        for (int i = 0; i < layers.length; i++) {
            x = network.add("layer" + i, layers[i], x);
        }
        return network.output(x).build();
    }

    private static void sees(ReceptiveField field, int size, double stride, double offset) {
        assertThat(field.height()).isEqualTo(new ReceptiveField.Axis(size, stride, offset, false));
        assertThat(field.width()).isEqualTo(field.height());
    }

    /** Araujo et al. 2019: r = Σ (k − 1) · Π s + 1, here 1 + 2 + 1 · 1 + 2 · 2. */
    @Test
    void windowsInAChainAddUpByTheFormula() {
        Network network = chain(
                Conv2d.of(1, 1, 3).withPadding(1),
                MaxPool2d.of(2, 2),
                Conv2d.of(1, 1, 3).withPadding(1));
        sees(of(network, "layer0"), 3, 1, 0);
        sees(of(network, "layer1"), 4, 2, 0.5);
        sees(of(network, "layer2"), 8, 2, 0.5);
    }

    @Test
    void dilationWidensTheWindow() {
        sees(last(chain(Conv2d.of(1, 1, 3).withDilation(4))), 9, 1, 4);
    }

    @Test
    void axesAreToldApart() {
        Network network = chain(Conv2d.of(1, 1, new Pair(1, 7)).withStride(new Pair(1, 2)));
        assertThat(last(network).height()).isEqualTo(new ReceptiveField.Axis(1, 1, 0, false));
        assertThat(last(network).width()).isEqualTo(new ReceptiveField.Axis(7, 2, 3, false));
        assertThat(last(network).size()).isEqualTo(7);
    }

    @Test
    void behindATransposedConvolutionThePlaceThatSeesMostCounts() {
        // Kernel 3 and stride 2: even places see two places of its input, odd ones one.
        sees(last(chain(ConvTranspose2d.of(1, 1, 3, 2))), 2, 0.5, -0.5);
        // Down and up again: a place sees its pair, whose middle is 0.5 for the first.
        sees(last(chain(AvgPool2d.of(2, 2), ConvTranspose2d.of(1, 1, 2, 2))), 2, 1, 0.5);
    }

    @Test
    void aJoinSeesWhatItsBranchesSee() {
        Network.Builder network = Network.builder();
        Port image = network.input("image", Shape.of(1, LENGTH, LENGTH));
        // One looks at 0 to 4 alone, the other at −3 and 3 and their neighbours.
        Port left = network.add("left", Pad.zeros(-4, 0, -4, 0), image);
        Port cut = network.add("cut", Pad.zeros(0, -4, 0, -4), image);
        Port both = network.add("both", new Add(), left, cut);
        ReceptiveField field = last(network.output(both).build());
        // Places p + 4 and p: two pixels, five from the first to the last.
        sees(field, 5, 1, 2);
    }

    @Test
    void branchesWithOtherStridesSeeTheWhole() {
        Network.Builder network = Network.builder();
        Port image = network.input("image", Shape.of(1, 9, 9));
        Port halved = network.add("halved", Conv2d.of(1, 1, 1).withStride(2), image);
        Port cut = network.add("cut", Conv2d.of(1, 1, 5), image);
        Port sum = network.add("sum", new Add(), halved, cut);
        ReceptiveField field = last(network.output(sum).build());
        assertThat(field.height()).isEqualTo(new ReceptiveField.Axis(9, 0, 4, true));
        assertThat(field.isWhole()).isTrue();
    }

    @Test
    void globalLayersSeeTheWhole() {
        for (Layer layer : new Layer[] {
            AdaptiveAvgPool2d.of(1), GroupNorm.of(1, 1), new Softmax(2), new Flatten(), AvgPool2d.of(10, 10)
        }) {
            ReceptiveField field = last(chain(10, layer instanceof Softmax ? new Softmax(3) : new Relu(), layer));
            assertThat(field.height()).as("%s", layer).isEqualTo(new ReceptiveField.Axis(10, 0, 4.5, true));
        }
        assertThat(last(chain(10, new Flatten(), Linear.of(100, 3))).isWhole()).isTrue();
        assertThat(last(chain(10, new Softmax(3))).height().whole()).isFalse();
        assertThat(last(chain(10, new Softmax(3))).width().whole()).isTrue();
    }

    /** As in squeeze-and-excitation. */
    @Test
    void whatIsScaledByTheWholeSeesTheWhole() {
        Network.Builder network = Network.builder();
        Port image = network.input("image", Shape.of(1, 8, 8));
        Port squeezed = network.add("squeezed", AdaptiveAvgPool2d.of(1), image);
        Port scaled = network.add("scaled", new Multiply(), image, squeezed);
        assertThat(last(network.output(scaled).build()).isWhole()).isTrue();
    }

    @Test
    void whatDependsOnNoPixelSeesNone() {
        Network.Builder network = Network.builder();
        Port image = network.input("image", Shape.of(1, 8, 8));
        Port learned = network.add("learned", new LearnedScalars(2), image);
        ReceptiveField field = last(network.output(learned).build());
        assertThat(field.height()).isEqualTo(new ReceptiveField.Axis(0, 0, 0, false));
    }

    @Test
    void ofTwoInputsOnlyTheOneAskedForIsSeen() {
        Network.Builder builder = Network.builder();
        Port image = builder.input("image", Shape.of(1, 8, 8));
        Port other = builder.input("other", Shape.of(1, 8, 8));
        Port small = builder.add("small", Conv2d.of(1, 1, 3), image);
        Port large = builder.add("large", Conv2d.of(1, 1, 5).withPadding(1), other);
        builder.output(builder.add("sum", new Add(), small, large));
        Network network = builder.build();
        sees(of(network, "sum"), 3, 1, 1);
        assertThat(ReceptiveField.of(network, "other"))
                .extractingByKey(new Port("sum", 0))
                .extracting(field -> field.height().size())
                .isEqualTo(5);
    }

    /** The paper's numbers for LeNet's and the CIFAR ResNets' convolutions, by its formula. */
    @Test
    void networksOfTheZooSeeWhatTheFormulaSays() {
        Network lenet = Zoo.network("lenet5", Shape.of(1, 32, 32), 10);
        sees(of(lenet, "conv2"), 14, 2, 6.5);
        sees(of(lenet, "pool2"), 16, 4, 7.5);
        assertThat(of(lenet, "fc1").isWhole()).isTrue();
        // 3, then 3 blocks of 2 · 2, then 3 · 2 · 2 with stride 2 and 4, of which the first of each stage still has the
        // stride before.
        Network resnet = Zoo.network("resnet20", Shape.of(3, 32, 32), 10);
        sees(of(resnet, "layer1.2.conv2"), 15, 1, 0);
        sees(of(resnet, "layer3.2.add"), 15 + 2 + 2 * 10 + 2 * 2 + 4 * 10 - 2 * 2 + 2 * 2, 4, 0);
        assertThat(of(resnet, "avgpool").isWhole()).isTrue();
    }

    @Test
    void randomNetworksSeeJustThePixelsThatChangeTheirOutput() {
        RandomStream random = SEED.child("networks").stream();
        int compared = 0;
        int fine = 0;
        for (int i = 0; i < NETWORKS; i++) {
            Network network = random(random);
            int places = compare(network, random);
            compared += places;
            fine += places > 0 ? 1 : 0;
        }
        // Networks whose fields are too large for the image tell nothing.
        assertThat(fine).isGreaterThan(NETWORKS / 2);
        assertThat(compared).isGreaterThan(10 * fine);
    }

    @Test
    void everyInterpolationSeesItsNeighboursWithAWeight() {
        RandomStream random = SEED.child("interpolation").stream();
        for (Upsample.Mode mode : Upsample.Mode.values()) {
            for (double factor : new double[] {2, 3, 1.5, 0.5, 2.0 / 3}) {
                assertThat(compare(chain(Upsample.by(mode, factor)), random))
                        .as("%s by %s", mode, factor)
                        .isGreaterThan(10);
            }
            assertThat(compare(chain(Upsample.toSize(mode, 100, 45)), random)).isGreaterThan(10);
            if (mode == Upsample.Mode.BILINEAR || mode == Upsample.Mode.BICUBIC) {
                assertThat(compare(chain(Upsample.toSize(mode, 143, 36).withAlignedCorners()), random))
                        .isGreaterThan(10);
                assertThat(compare(chain(Upsample.toSize(mode, 25, 100).withAntialias()), random))
                        .isGreaterThan(10);
            }
        }
    }

    @Test
    void shuffledPixelsSeeWhatTheirChannelSaw() {
        RandomStream random = SEED.child("shuffled").stream();
        Network network = chain(Conv2d.of(1, 4, 3).withStride(2).withoutBias(), new PixelShuffle(2));
        assertThat(compare(network, random)).isGreaterThan(10);
        sees(last(network), 3, 1, 1);
    }

    @Test
    void adaptivePoolingSeesWindowsOfTwoSizes() {
        RandomStream random = SEED.child("adaptive").stream();
        assertThat(compare(chain(new AdaptiveAvgPool2d(new Pair(13, 31))), random))
                .isGreaterThan(10);
        assertThat(last(chain(new AdaptiveAvgPool2d(new Pair(36, 16)))).height())
                .isEqualTo(new ReceptiveField.Axis(2, 2, 0.5, false));
        assertThat(last(chain(new AdaptiveAvgPool2d(new Pair(36, 16)))).width())
                .isEqualTo(new ReceptiveField.Axis(5, 4.5, 2, false));
    }

    /** A graph of layers whose weights may all be positive: whatever is seen then changes the output. */
    private static Network random(RandomStream random) {
        Network.Builder network = Network.builder();
        Port x = network.input("image", Shape.of(1, LENGTH, LENGTH));
        int layers = 2 + random.nextInt(4);
        for (int i = 0; i < layers; i++) {
            Port next = random.nextInt(3) == 0 ? branch(network, "n" + i, x, random) : one(network, "n" + i, x, random);
            Shape sample = network.sample(next);
            if (Math.max(sample.size(1), sample.size(2)) > MOST_LENGTH) {
                break;
            }
            x = next;
        }
        return network.output(x).build();
    }

    private static Port one(Network.Builder network, String name, Port x, RandomStream random) {
        Shape sample = network.sample(x);
        Layer layer = layer(random, sample.size(0), Math.min(sample.size(1), sample.size(2)));
        try {
            assertThat(layer.outputs(List.of(sample.batched(1)))).hasSize(1);
        } catch (ShapeException tooSmall) {
            return network.add(name, new Relu(), x);
        }
        return network.add(name, layer, x);
    }

    private static Port branch(Network.Builder network, String name, Port x, RandomStream random) {
        int channels = network.sample(x).size(0);
        int dilation = 1 + random.nextInt(3);
        int stride = 1 + random.nextInt(2);
        Port left = network.add(
                name + ".left",
                Conv2d.of(channels, 1, 3)
                        .withDilation(dilation)
                        .withPadding(dilation)
                        .withStride(stride)
                        .withoutBias(),
                x);
        Port right = network.add(
                name + ".right",
                Conv2d.of(channels, 1, 2)
                        .withDilation(2)
                        .withPadding(1)
                        .withStride(stride)
                        .withoutBias(),
                x);
        if (random.nextInt(2) == 0) {
            // Down and up again, so that neighbours see other pixels.
            Shape shape = network.sample(left);
            Port down = network.add(name + ".down", AvgPool2d.of(2, 2), left);
            Port up = network.add(
                    name + ".up",
                    random.nextInt(2) == 0
                            ? ConvTranspose2d.of(1, 1, 2 + random.nextInt(2), 2).withoutBias()
                            : Upsample.by(Upsample.Mode.BILINEAR, 2),
                    down);
            Shape got = network.sample(up);
            left = network.add(
                    name + ".cut", Pad.zeros(0, shape.size(2) - got.size(2), 0, shape.size(1) - got.size(1)), up);
        }
        return random.nextInt(2) == 0
                ? network.add(name, new Add(), left, right)
                : network.add(name, Concat.of(2), left, right);
    }

    private static Layer layer(RandomStream random, int channels, int length) {
        int kernel = 1 + random.nextInt(Math.max(1, Math.min(4, length / 3)));
        int stride = 1 + random.nextInt(3);
        int dilation = length < 12 ? 1 : 1 + random.nextInt(2);
        int padding = random.nextInt(3);
        return switch (random.nextInt(9)) {
            case 0, 1 ->
                Conv2d.of(channels, 2, new Pair(kernel, 1 + random.nextInt(2)))
                        .withStride(new Pair(stride, 1))
                        .withPadding(padding)
                        .withDilation(dilation)
                        .withoutBias();
            case 2 ->
                new MaxPool2d(new Window(
                        new Pair(kernel, 2), Pair.of(stride), new Pair(kernel / 2, 1), Pair.of(dilation), false));
            case 3 ->
                new AvgPool2d(
                        new Window(new Pair(2, kernel), Pair.of(stride), new Pair(1, kernel / 2), Pair.of(1), true),
                        true);
            case 4, 5 ->
                ConvTranspose2d.of(channels, 2, kernel, stride)
                        .withDilation(dilation)
                        .withoutBias();
            case 6 -> Upsample.by(random.nextInt(2) == 0 ? Upsample.Mode.NEAREST : Upsample.Mode.BILINEAR, 1.5);
            case 7 -> random.nextInt(2) == 0 ? new PixelUnshuffle(2) : new Slice(2, 1, Slice.END);
            default -> new Relu();
        };
    }

    /** Compares the places of the output that are far from the borders; says how many there were. */
    private static int compare(Network network, RandomStream random) {
        Port output = network.outputs().get(0);
        Reach expected =
                Objects.requireNonNull(ReceptiveField.reaches(network, "image").get(output));
        Shape image = network.inputs().get(0).sample();
        Shape shape = network.outputSample(0);
        float[] y = lines(network, image, random);
        int sample = Math.toIntExact(shape.count());
        int compared = 0;
        for (int axis = 1; axis <= 2; axis++) {
            AxisReach reach = axis == 1 ? expected.height() : expected.width();
            if (reach.isWhole() || reach.isNothing()) {
                continue;
            }
            int length = image.size(axis);
            int most = 0;
            int places = 0;
            for (int p = 0; p < shape.size(axis); p++) {
                int[] seen = reach.seenFrom(p);
                int margin = reach.size() + 4;
                double middle = reach.offset() + p * reach.stride();
                if (middle < margin || middle > length - 1 - margin) {
                    continue;
                }
                int place = p;
                int along = axis;
                int[] changing = IntStream.range(0, length)
                        .filter(line ->
                                changes(y, (along == 1 ? line : image.size(1) + line) * sample, shape, along, place))
                        .toArray();
                if (isSeparable(network)) {
                    assertThat(changing)
                            .as("place %d along axis %d of %s", p, axis, network.nodes())
                            .containsExactly(seen);
                } else {
                    assertThat(seen)
                            .as("place %d along axis %d of %s", p, axis, network.nodes())
                            .contains(changing);
                }
                most = Math.max(most, seen.length == 0 ? 0 : seen[seen.length - 1] - seen[0] + 1);
                places++;
            }
            if (isSeparable(network) && places * reach.stride() > 12 && places > 12) {
                assertThat(most).as("axis %d of %s", axis, network.nodes()).isEqualTo(reach.size());
            }
            compared += places;
        }
        return compared;
    }

    /**
     * Whether what is seen is the product of the rows and the columns that are. Where a transposed convolution leaves holes, one
     * branch may see a row and another one a column, and neither of them both.
     */
    private static boolean isSeparable(Network network) {
        return network.nodes().stream().noneMatch(node -> node.inputs().size() > 1)
                || network.nodes().stream()
                        .noneMatch(node -> node.layer() instanceof ConvTranspose2d up
                                && (up.kernel().height() < up.stride().height()
                                        || up.kernel().width() < up.stride().width()
                                        || !up.dilation().equals(Pair.of(1))));
    }

    private static boolean changes(float[] y, int offset, Shape shape, int axis, int place) {
        for (int c = 0; c < shape.size(0); c++) {
            for (int i = 0; i < shape.size(3 - axis); i++) {
                int row = axis == 1 ? place : i;
                int column = axis == 1 ? i : place;
                if (y[offset + (c * shape.size(1) + row) * shape.size(2) + column] != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What becomes of images that are 0 but for one row each, and then for one column each. */
    private static float[] lines(Network network, Shape image, RandomStream random) {
        int rows = image.size(1);
        int columns = image.size(2);
        var layout = Layouts.parameters(network, 1);
        try (Weights weights = new Weights(layout, Layouts.statistics(network));
                Program program = Program.compile(network, weights, Purpose.inference(rows + columns))) {
            for (int i = 0; i < layout.length(); i++) {
                weights.flat().set(i, (float) random.nextDouble(0.5, 1.5));
            }
            weights.refresh();
            var x = program.inputs().get(0).span();
            for (int n = 0; n < rows + columns; n++) {
                for (int i = 0; i < (n < rows ? columns : rows); i++) {
                    int row = n < rows ? n : i;
                    int column = n < rows ? i : n - rows;
                    x.set((n * rows + row) * columns + column, 1);
                }
            }
            program.forward();
            return program.outputs().get(0).span().toArray();
        }
    }

    @Test
    void reachesOfEqualPatternsAreEqual() {
        AxisReach reach = AxisReach.periodic(4, List.of(new int[] {1, 0}, new int[] {2, 3}));
        assertThat(reach).isEqualTo(AxisReach.window(2, 2, 0, 1)).hasSameHashCodeAs(AxisReach.window(2, 2, 0, 1));
        assertThat(reach).hasToString("size 2, stride 2.0, offset 0.5");
        assertThat(reach.or(AxisReach.NOTHING)).isEqualTo(reach);
        assertThat(AxisReach.NOTHING.or(reach)).isEqualTo(reach);
        assertThat(AxisReach.WHOLE).hasToString("whole").isNotEqualTo(AxisReach.NOTHING);
        assertThat(Map.of(AxisReach.NOTHING, 1)).containsKey(AxisReach.window(0, 1, 0, 1));
    }
}
