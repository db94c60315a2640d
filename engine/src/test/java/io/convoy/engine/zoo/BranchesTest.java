package io.convoy.engine.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.form.NetworkForm;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.layer.Split;
import io.convoy.engine.loss.Batch;
import io.convoy.engine.loss.Contrastive;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.Quadruplet;
import io.convoy.engine.loss.SmoothL1;
import io.convoy.engine.loss.Task;
import io.convoy.engine.loss.TripletMargin;
import io.convoy.engine.loss.UncertaintyWeighted;
import io.convoy.engine.loss.WeightedSum;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Parameter;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks that are put together from others: shared branches, heads for several tasks, and the U-Net. */
class BranchesTest {
    private static final Seed SEED = new Seed(13);
    private static final Shape IMAGE = Shape.of(1, 28, 28);

    private final SharedBranches branches =
            SharedBranches.of(Zoo.network("resnet8", IMAGE, 24)).withUnitLength();

    private static List<Shape> outputs(Network network) {
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < network.outputs().size(); i++) {
            shapes.add(network.outputSample(i));
        }
        return shapes;
    }

    private static List<String> names(Network network) {
        return network.parameters().stream().map(Parameter::name).toList();
    }

    /** A compiled network with its first weights. */
    private static final class Run implements AutoCloseable {
        private final Network network;
        private final Weights weights;
        private final Program program;
        private final float[] values;
        private final int samples;

        Run(Network network, Purpose purpose) {
            ParameterLayout layout = Layouts.parameters(network, 1);
            this.network = network;
            this.samples = purpose.batch();
            this.weights = new Weights(layout, Layouts.statistics(network));
            this.program = Program.compile(network, weights, purpose);
            this.values = Layouts.initialWeights(network, layout, SEED);
            put();
        }

        private void put() {
            weights.flat().write(0, values, 0, values.length);
            weights.refresh();
        }

        float[] output(int index) {
            FloatSpan span = program.outputs().get(index).span();
            float[] output = new float[span.length()];
            span.read(0, output, 0, output.length);
            return output;
        }

        void feed(float[] images) {
            program.inputs().get(0).span().write(0, images, 0, images.length);
        }

        double forward(Loss loss, Shape target, float[] targets) {
            program.forward(SEED);
            List<Shape> shapes = outputs(network);
            loss.check(shapes, target);
            Batch batch = Batch.of(shapes, target, samples).withSamples(samples);
            for (int i = 0; i < shapes.size(); i++) {
                program.outputs().get(i).span().read(0, batch.output(i), 0, samples * batch.count(i));
            }
            System.arraycopy(targets, 0, batch.targets(), 0, targets.length);
            double[] sums = new double[loss.terms()];
            double[] scales = new double[loss.terms()];
            Arrays.fill(scales, 1.0 / samples);
            loss.evaluate(batch, scales, sums);
            for (int i = 0; i < shapes.size(); i++) {
                program.outputGradients().get(i).span().write(0, batch.gradient(i), 0, samples * batch.count(i));
            }
            return Arrays.stream(sums).sum() / samples;
        }

        /** A short step against the gradient makes the loss smaller by about as much as the gradient foretells. */
        void learns(Loss loss, Shape target, float... targets) {
            RandomStream random = SEED.child("images").stream();
            float[] images = new float[program.inputs().get(0).span().length()];
            for (int i = 0; i < images.length; i++) {
                images[i] = (float) random.nextGaussian();
            }
            feed(images);
            double before = forward(loss, target, targets);
            program.backward(bucket -> {});
            float[] gradient = new float[values.length];
            program.gradients().span().read(0, gradient, 0, gradient.length);
            double square = 0;
            for (float value : gradient) {
                square += (double) value * value;
            }
            double hoped = before / 200;
            for (int i = 0; i < values.length; i++) {
                values[i] -= (float) (hoped / square * gradient[i]);
            }
            put();
            double fall = before - forward(loss, target, targets);
            assertThat(fall / hoped).as("fall of the loss from %s", before).isBetween(0.5, 1.2);
        }

        @Override
        public void close() {
            program.close();
            weights.close();
        }
    }

    @Test
    void branchesShareTheParametersOfOneBackbone() {
        Network one = branches.embedding();
        assertThat(names(one)).startsWith("backbone.conv1.weight").endsWith("backbone.fc.weight", "backbone.fc.bias");
        for (Network network : List.of(branches.siamese(), branches.triplet(), branches.quadruplet())) {
            int views = network.outputs().size();
            assertThat(network.parameters()).isEqualTo(one.parameters());
            assertThat(network.batchNorms()).isEqualTo(one.batchNorms());
            assertThat(network.inputs().get(0).sample()).isEqualTo(Shape.of(views, 28, 28));
            assertThat(outputs(network)).hasSize(views).containsOnly(Shape.of(24));
        }
        assertThat(branches.siamese().outputs()).containsExactly(new Port("left.unit", 0), new Port("right.unit", 0));
        assertThat(branches.triplet().outputs()).extracting(Port::node).first().isEqualTo("anchor.unit");
        assertThat(SharedBranches.of(branches.backbone()).quadruplet().outputs())
                .extracting(Port::node)
                .containsExactly("anchor.fc", "positive.fc", "negative.fc", "other.fc");
    }

    /** Each image of a triplet is embedded with the bits that it has alone, whatever stands beside it. */
    @Test
    void aBranchEmbedsAnImageAsItDoesAlone() {
        RandomStream random = SEED.child("views").stream();
        float[] images = new float[3 * 784];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        try (Run triplet = new Run(branches.triplet(), Purpose.inference(1));
                Run alone = new Run(branches.embedding(), Purpose.inference(1));
                Run raw = new Run(SharedBranches.of(branches.backbone()).embedding(), Purpose.inference(1))) {
            triplet.feed(images);
            triplet.program.forward();
            for (int view = 0; view < 3; view++) {
                float[] image = Arrays.copyOfRange(images, view * 784, (view + 1) * 784);
                alone.feed(image);
                alone.program.forward();
                assertThat(triplet.output(view)).containsExactly(alone.output(0));
                raw.feed(image);
                raw.program.forward();
                double length = length(raw.output(0));
                assertThat(length(alone.output(0))).isCloseTo(1, within(1e-6));
                for (int d = 0; d < 24; d++) {
                    assertThat((double) alone.output(0)[d]).isCloseTo(raw.output(0)[d] / length, within(1e-6));
                }
            }
            assertThat(triplet.output(0)).isNotEqualTo(triplet.output(1));
        }
    }

    private static double length(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    @Test
    void sharedBranchesLearn() {
        try (Run run = new Run(branches.siamese(), Purpose.training(4))) {
            run.learns(new Contrastive(), Shape.of(), 0, 1, 1, 0);
        }
        try (Run run = new Run(branches.triplet(), Purpose.training(4))) {
            run.learns(new TripletMargin(), Shape.of(0));
        }
        try (Run run = new Run(branches.quadruplet(), Purpose.training(4))) {
            run.learns(new Quadruplet(), Shape.of(0));
        }
    }

    /** MobileNetV2 has BatchNorm and dropout; GoogLeNet's auxiliary heads are left out. */
    @Test
    void anyNetworkOfTheZooIsABackbone() {
        SharedBranches mobile = SharedBranches.of(Zoo.network("mobilenet_v2_cifar", IMAGE, 16));
        try (Run run = new Run(mobile.triplet(), Purpose.training(2))) {
            run.learns(new TripletMargin(), Shape.of(0));
        }
        Network whole = Zoo.network("googlenet_aux", Shape.of(3, 32, 32), 16);
        assertThat(names(SharedBranches.of(whole).embedding())).hasSize(173).noneMatch(name -> name.contains("aux"));
    }

    @Test
    void aBackboneMakesAVectorOfAnImage() {
        assertThatThrownBy(() -> SharedBranches.of(UNet.of(IMAGE, 2, 4, 2, UNet.Up.BILINEAR)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("SharedBranches expects a backbone from [C, H, W] to [D], but it is one from [[1, 28, 28]]"
                        + " to [2, 28, 28].");
        assertThatThrownBy(() -> TaskHeads.of(UNet.of(IMAGE, 2, 4, 2, UNet.Up.BILINEAR), List.of(3)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("TaskHeads expects a backbone from 1 input to [F], but it is one from 1 to [2, 28, 28].");
    }

    @Test
    void eachTaskHasAHeadOnTheSameFeatures() {
        Network network = TaskHeads.of(Zoo.network("lenet5", IMAGE, 32), List.of(10, 3, 1));
        assertThat(outputs(network)).containsExactly(Shape.of(10), Shape.of(3), Shape.of(1));
        assertThat(names(network))
                .startsWith("backbone.conv1.weight")
                .endsWith(
                        "heads.0.weight",
                        "heads.0.bias",
                        "heads.1.weight",
                        "heads.1.bias",
                        "heads.2.weight",
                        "heads.2.bias");
        assertThat(network.parameterCount())
                .isEqualTo(Zoo.network("lenet5", IMAGE, 32).parameterCount() + 33 * 14);
        Loss loss = WeightedSum.of(
                Task.of(new CrossEntropy(), 0, 0, Shape.of()),
                Task.of(new CrossEntropy(), 1, 1, Shape.of()).withWeight(0.5),
                Task.of(new SmoothL1(), 2, 2, Shape.of(1)));
        try (Run run = new Run(network, Purpose.training(2))) {
            run.learns(loss, Shape.of(3), 7, 0, 0.5f, 2, 1, -0.25f);
        }
    }

    @Test
    void headsTakeThePlaceOfTheLastLayer() {
        Network vgg = Zoo.network("vgg11", Shape.of(3, 32, 32), 7);
        Network network = TaskHeads.inPlaceOfClassifier(vgg, List.of("hue", "age"), List.of(5, 1), 2);
        assertThat(outputs(network)).containsExactly(Shape.of(5), Shape.of(1), Shape.of(2));
        List<String> kept = names(vgg).subList(0, names(vgg).size() - 2);
        assertThat(names(vgg)).endsWith("classifier.6.weight", "classifier.6.bias");
        List<String> expected = new ArrayList<>(kept);
        expected.addAll(List.of(
                "heads.hue.weight", "heads.hue.bias", "heads.age.weight", "heads.age.bias", "taskVariances.value"));
        assertThat(names(network)).isEqualTo(expected);
        // Drawn as the layer was in whose place they are.
        assertThat(vgg.initializers()).containsKey("classifier.6.weight");
        assertThat(network.initializers().get("heads.age.weight"))
                .isEqualTo(vgg.initializers().get("classifier.6.weight"));
        assertThat(network.initializers()).doesNotContainKey("classifier.6.weight");
        assertThat(outputs(TaskHeads.inPlaceOfClassifier(
                        Zoo.network("googlenet_aux", Shape.of(3, 32, 32), 4), List.of("hue"), List.of(3), 0)))
                .containsExactly(Shape.of(3));
        Network lenet =
                TaskHeads.inPlaceOfClassifier(Zoo.network("lenet5", IMAGE, 2), List.of("hue", "age"), List.of(5, 1), 2);
        Loss loss = UncertaintyWeighted.of(
                Task.of(new CrossEntropy(), 0, 0, Shape.of()), Task.of(new SmoothL1(), 1, 1, Shape.of(1)));
        try (Run run = new Run(lenet, Purpose.training(2))) {
            run.learns(loss, Shape.of(2), 4, 0.5f, 0, -0.25f);
        }
        assertThatThrownBy(() -> TaskHeads.inPlaceOfClassifier(
                        Zoo.network("squeezenet1_1", Shape.of(3, 64, 64), 2), List.of("hue"), List.of(3), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "TaskHeads expects a network of 1 input that ends with a Linear, whose place the heads take,"
                                + " but it has 1 and ends with Flatten. Maybe choose another one, or describe one with an output"
                                + " for each task.");
        assertThatThrownBy(() -> TaskHeads.inPlaceOfClassifier(lenet, List.of("hue"), List.of(3, 4), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TaskHeads expects a name for each of 2 tasks, but names is [hue].");
    }

    @Test
    void tasksWithoutOutputsAreRefused() {
        Network lenet = Zoo.network("lenet5", IMAGE, 32);
        assertThatThrownBy(() -> TaskHeads.of(lenet, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TaskHeads expects at least one task with at least 1 output, but outputs is [].");
        assertThatThrownBy(() -> TaskHeads.of(lenet, List.of(2, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TaskHeads expects at least one task with at least 1 output, but outputs is [2, 0].");
    }

    @ParameterizedTest
    @EnumSource
    void theUNetScoresEachPixelAndLearns(UNet.Up up) {
        Network network = UNet.of(Shape.of(3, 16, 24), 5, 8, 3, up);
        assertThat(outputs(network)).containsExactly(Shape.of(5, 16, 24));
        assertThat(network.shapes(1).get(new Port("down.3.5", 0))).isEqualTo(Shape.of(1, 64, 2, 3));
        float[] targets = new float[2 * 16 * 24];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = i / 7 % 5;
        }
        try (Run run = new Run(network, Purpose.training(2))) {
            run.learns(new CrossEntropy(), Shape.of(16, 24), targets);
        }
    }

    @Test
    void theZooHasThemByName() {
        Network triplet = Zoo.network("triplet_resnet20", Shape.of(9, 32, 32), 48);
        assertThat(triplet.nodes())
                .isEqualTo(SharedBranches.of(Zoo.network("resnet20", Shape.of(3, 32, 32), 48))
                        .triplet()
                        .nodes());
        assertThat(outputs(triplet)).hasSize(3).containsOnly(Shape.of(48));
        assertThat(Zoo.image("siamese_resnet20")).isEqualTo(Shape.of(6, 32, 32));
        assertThat(outputs(Zoo.network("siamese_lenet5", Shape.of(2, 28, 28), 8)))
                .hasSize(2);
        assertThat(outputs(Zoo.network("quadruplet_mobilenet_v2_cifar", Shape.of(4, 28, 28), 8)))
                .hasSize(4);
        assertThat(Zoo.image("unet")).isEqualTo(Shape.of(1, 512, 512));
        assertThat(outputs(Zoo.network("unet", Shape.of(1, 64, 64), 2))).containsExactly(Shape.of(2, 64, 64));
        assertThat(outputs(Zoo.network("unet_small", Zoo.image("unet_small"), 2)))
                .containsExactly(Shape.of(2, 64, 64));
        assertThat(List.of(Zoo.has("lenet5"), Zoo.has("unet"), Zoo.has("triplet_vgg11")))
                .containsOnly(true);
        assertThat(List.of(Zoo.has("triplet_"), Zoo.has("triplet_unet"), Zoo.has("siamese_triplet_lenet5")))
                .containsOnly(false);
        assertThatThrownBy(() -> Zoo.network("triplet_resnet20", Shape.of(4, 32, 32), 48))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SharedBranches expects images of [3·C, H, W], 3 one behind the other, but they are"
                        + " [4, 32, 32].");
        assertThatThrownBy(() -> Zoo.network("triplet_lenet", Shape.of(3, 32, 32), 48))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(", but it got \"triplet_lenet\".");
    }

    @Test
    void theySurviveBeingWrittenDown() {
        List<Network> networks = List.of(
                branches.quadruplet(),
                TaskHeads.of(Zoo.network("lenet5", IMAGE, 32), List.of(10, 3)),
                UNet.of(IMAGE, 2, 4, 2, UNet.Up.BILINEAR),
                Zoo.network("googlenet_aux", Shape.of(3, 32, 32), 4));
        for (Network network : networks) {
            Network read = NetworkForm.parse(
                    "network.json", NetworkForm.write(network).toJson().getBytes(StandardCharsets.UTF_8));
            assertThat(read.inputs()).isEqualTo(network.inputs());
            assertThat(read.nodes()).isEqualTo(network.nodes());
            assertThat(read.outputs()).isEqualTo(network.outputs());
            assertThat(read.initializers()).isEqualTo(network.initializers());
        }
    }

    /** What is skipped reaches the decoder: figure 1's copies stand beside what comes from below. */
    @Test
    void theUNetIsTheFigureOfItsPaper() {
        Network paper = UNet.of(Shape.of(1, 32, 32), 2, 64, 4, UNet.Up.TRANSPOSED_CONVOLUTION);
        // With figure 1's 64 to 1024 channels: eighteen 3×3 without bias but with a BatchNorm2d, four 2×2, one 1×1.
        long expected = 0;
        int in = 1;
        for (int width = 64; width <= 1024; width *= 2) {
            expected += 9L * in * width + 9L * width * width + 4L * width;
            in = width;
        }
        for (int width = 512; width >= 64; width /= 2) {
            expected += 4L * 2 * width * width + width;
            expected += 9L * 2 * width * width + 9L * width * width + 4L * width;
        }
        expected += 64 * 2 + 2;
        assertThat(paper.parameterCount()).isEqualTo(expected);
        Network.Node concat = paper.nodes().stream()
                .filter(node -> node.name().equals("up.1.concat"))
                .findFirst()
                .orElseThrow();
        assertThat(concat.inputs()).containsExactly(new Port("down.1.5", 0), new Port("up.1.up", 0));
        assertThat(names(paper)).contains("down.0.0.weight", "down.4.4.bias", "up.0.up.weight", "up.0.3.weight");
        Conv2d inner = Conv2d.of(128, 128, 3);
        assertThat(paper.initializers())
                .containsEntry("down.1.3.weight", new Initializer.Normal(Math.sqrt(2.0 / (inner.in() * 9))));
    }

    @Test
    void imagesThatTheUNetCannotHalveAreRefused() {
        assertThatThrownBy(() -> UNet.of(Shape.of(3, 24, 20), 2, 8, 3, UNet.Up.BILINEAR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("UNet expects images of [C, H, W] whose H and W are multiples of 8, but they are"
                        + " [3, 24, 20].");
        assertThatThrownBy(() -> UNet.of(Shape.of(3, 4, 8), 2, 8, 3, UNet.Up.BILINEAR))
                .hasMessage("UNet expects images of [C, H, W] with H and W of at least 8, but they are [3, 4, 8].");
        assertThatThrownBy(() -> UNet.of(Shape.of(3, 8, 8), 2, 0, 3, UNet.Up.BILINEAR))
                .hasMessage("UNet expects a width of at least 1 and 1 to 20 steps, but width is 0 and steps is 3.");
        assertThatThrownBy(() -> UNet.of(Shape.of(3, 8, 8), 2, 8, 21, UNet.Up.BILINEAR))
                .hasMessage("UNet expects a width of at least 1 and 1 to 20 steps, but width is 8 and steps is 21.");
    }

    @Test
    void theFirstBranchOfANetworkThatComparesIsItsEmbedding() {
        for (Network whole : List.of(branches.siamese(), branches.triplet(), branches.quadruplet())) {
            Network branch = SharedBranches.branch(whole, IMAGE);
            Network embedding = branches.embedding();
            assertThat(branch.inputs().get(0).sample()).isEqualTo(IMAGE);
            assertThat(outputs(branch)).containsExactly(Shape.of(24));
            assertThat(branch.parameters()).isEqualTo(embedding.parameters());
            assertThat(branch.nodes())
                    .extracting(Network.Node::layer)
                    .containsExactlyElementsOf(
                            embedding.nodes().stream().map(Network.Node::layer).toList());
        }
    }

    @Test
    void theBranchIsThatOfTheFirstOutputWhereverItComesFromAndLeavesOutWhatItDoesNotNeed() {
        Network.Builder network = Network.builder();
        Port stack = network.input("stack", Shape.of(2, 4, 4));
        Port split = network.add("cut", new Split(List.of(1, 1), -3), stack);
        Port other = network.add("other", Conv2d.of(1, 3, 4), split);
        Port second = network.add("second", Conv2d.of(1, 2, 4), new Port("cut", 1));
        network.output(network.add("flat", new Flatten(), second));
        network.output(network.add("flat2", new Flatten(), other));
        network.initialize("second.weight", new Initializer.Constant(3));
        Network branch = SharedBranches.branch(network.build(), Shape.of(1, 4, 4));
        assertThat(branch.inputs()).containsExactly(new Network.Input("stack", Shape.of(1, 4, 4)));
        assertThat(branch.nodes()).extracting(Network.Node::name).containsExactly("second", "flat");
        assertThat(branch.nodes().get(0).inputs()).containsExactly(new Port("stack", 0));
        assertThat(branch.initializers()).containsOnlyKeys("second.weight");
    }

    @Test
    void aNetworkThatDoesNotBeginByCuttingImagesHasNoBranch() {
        Shape image = Shape.of(1, 4, 4);
        assertThatThrownBy(() ->
                        SharedBranches.branch(Zoo.network("lenet5", Shape.of(3, 28, 28), 10), Shape.of(1, 28, 28)))
                .isInstanceOf(ShapeException.class)
                .hasMessageStartingWith("A network that compares images expects a Split of its input [3, 28, 28] into"
                        + " images of [1, 28, 28] before anything else, but it has conv1, Conv2d[")
                .hasMessageEndingWith(". Maybe take siamese_, triplet_ or quadruplet_ and a classifier's name.");
        Network.Builder sum = Network.builder();
        Port split = sum.add("cut", Split.of(1, 1), sum.input("stack", Shape.of(2, 4, 4)));
        Port both = sum.add("sum", new Add(), split, new Port("cut", 1));
        Network mixed = sum.output(sum.add("flat", new Flatten(), both)).build();
        assertThatThrownBy(() -> SharedBranches.branch(mixed, image))
                .hasMessage("A network that compares images expects its first output to be the embedding of one image,"
                        + " but it comes from the images [0, 1].");
        assertThatThrownBy(() -> SharedBranches.branch(mixed, Shape.of(2, 4, 4)))
                .hasMessageContaining("into images of [2, 4, 4] before anything else, but it has cut, Split[");
        Network.Builder two = Network.builder();
        Port left = two.input("left", image);
        Port right = two.input("right", image);
        Network pair = two.output(two.add("flat", new Flatten(), two.add("sum", new Add(), left, right)))
                .build();
        assertThatThrownBy(() -> SharedBranches.branch(pair, image))
                .hasMessage("A network that compares images expects them in one input, one behind the other in"
                        + " channels, but it has 2 inputs.");
    }
}
