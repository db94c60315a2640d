package io.convoy.engine.race;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.MemoryDataset;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Node;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.engine.zoo.Vgg;
import io.convoy.engine.zoo.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is raced: a step of training, or scoring, on all cores.
 *
 * @param name what its row is called
 * @param network of the zoo
 * @param image [C, H, W]
 * @param batch samples a step
 * @param training whether it trains or scores
 * @param precision of both sides
 * @param floor the least ratio of Convoy's speed to the best peer's
 * @param aim the ratio that is striven for
 * @param microBatches Convoy's settings in training; nothing in scoring
 */
record Race(
        String name,
        String network,
        Shape image,
        int batch,
        boolean training,
        Precision precision,
        double floor,
        double aim,
        List<Integer> microBatches) {
    static final double MOMENTUM = 0.9;
    static final double LEARNING_RATE = 1e-3;

    /** Of VGG for small images; the 4096 of the paper's are for features of 7×7. */
    private static final int VGG_HIDDEN = 512;

    static final List<Race> ALL = List.of(
            training("lenet5", "lenet5", 1, 28, 128, Precision.FLOAT32, 2.1, 3, List.of(64, 32)),
            training("resnet18", "resnet18_cifar", 3, 32, 128, Precision.FLOAT32, 1.05, 1.3, List.of(64, 32, 16)),
            training("resnet50", "resnet50", 3, 224, 16, Precision.FLOAT32, 1.12, 1.3, List.of(8, 4)),
            training("mobilenet_v2", "mobilenet_v2", 3, 224, 16, Precision.FLOAT32, 1.45, 2, List.of(8, 4)),
            training("vgg16_bn", "vgg16_bn", 3, 32, 64, Precision.FLOAT32, 1.10, 1.3, List.of(32, 16)),
            training("densenet121", "densenet121", 3, 224, 8, Precision.FLOAT32, 1.1, 1.4, List.of(4, 2)),
            training(
                    "resnet18-bfloat16",
                    "resnet18_cifar",
                    3,
                    32,
                    128,
                    Precision.BFLOAT16,
                    1.15,
                    1.4,
                    List.of(64, 32, 16)),
            training("resnet50-bfloat16", "resnet50", 3, 224, 16, Precision.BFLOAT16, 1.15, 1.4, List.of(8, 4)),
            scoring("resnet50-scoring-1", "resnet50", 1),
            scoring("resnet50-scoring-8", "resnet50", 8),
            scoring("mobilenet_v2-scoring-1", "mobilenet_v2", 1),
            scoring("mobilenet_v2-scoring-8", "mobilenet_v2", 8));

    Race {
        microBatches = List.copyOf(microBatches);
    }

    private static Race training(
            String name,
            String network,
            int channels,
            int size,
            int batch,
            Precision precision,
            double floor,
            double aim,
            List<Integer> microBatches) {
        return new Race(
                name, network, Shape.of(channels, size, size), batch, true, precision, floor, aim, microBatches);
    }

    private static Race scoring(String name, String network, int batch) {
        return new Race(name, network, Shape.of(3, 224, 224), batch, false, Precision.FLOAT32, 1.0, 1.2, List.of());
    }

    static Race named(String name) {
        return ALL.stream()
                .filter(race -> race.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Race expects one of "
                        + ALL.stream().map(Race::name).toList() + ", but it got \"" + name + "\"."));
    }

    int classes() {
        return image.size(1) == 224 ? 1000 : 10;
    }

    /** Without dropout, which no two libraries draw alike. */
    Network build() {
        Network network = this.network.equals("vgg16_bn")
                ? Vgg.of(image, classes(), 16, true, VGG_HIDDEN)
                : Zoo.network(this.network, image, classes());
        Network.Builder builder = Network.builder();
        network.inputs().forEach(input -> builder.input(input.name(), input.sample()));
        for (Node node : network.nodes()) {
            Layer layer = node.layer() instanceof Dropout ? new Identity() : node.layer();
            builder.addSharing(node.name(), node.parameters(), layer, node.inputs().toArray(Port[]::new));
        }
        network.outputs().forEach(builder::output);
        network.initializers().forEach(builder::initialize);
        return builder.build();
    }

    /** What both sides train: an epoch is one batch, which each of them shuffles alike. */
    TrainingPlan plan(int microBatch) {
        return new TrainingPlan(
                build(),
                new CrossEntropy(),
                UpdateRule.of(Sgd.withMomentum(MOMENTUM, 0)),
                new Constant(LEARNING_RATE),
                batch,
                microBatch,
                1,
                1,
                new Seed(1),
                precision);
    }

    /** One batch of random images. */
    InputPipeline data() {
        RandomStream random = new Seed(2).stream();
        List<byte[]> images = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            byte[] pixels = new byte[Math.toIntExact(image.count())];
            for (int p = 0; p < pixels.length; p++) {
                pixels[p] = (byte) random.nextInt(256);
            }
            images.add(pixels);
            labels.add(random.nextInt(classes()));
        }
        Preprocessing preprocessing = new Preprocessing(
                Stream.generate(() -> 0.5f).limit(image.size(0)).toList(),
                Stream.generate(() -> 0.25f).limit(image.size(0)).toList());
        return new InputPipeline(
                MemoryDataset.of("race", image, classes(), images, labels), preprocessing, List.of(), new Seed(3));
    }

    /** Some samples, row-major, as the network gets them. */
    static float[] images(InputPipeline data, List<Integer> samples) {
        int floats = Math.toIntExact(data.sampleShape().count());
        float[] values = new float[samples.size() * floats];
        InputPipeline.Reader reader = data.reader();
        for (int i = 0; i < samples.size(); i++) {
            reader.fillPlain(samples.get(i), values, i * floats);
        }
        return values;
    }
}
