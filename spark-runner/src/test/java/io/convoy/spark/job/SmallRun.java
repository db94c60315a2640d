package io.convoy.spark.job;

import io.convoy.engine.train.Evaluation;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.report.DigestFile;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A training run small enough for a test: 145 images in batches of 27 make 6 steps an epoch, the last with 10 images; a
 * micro-batch of 4 makes V = 7 leaves, the last with 3 images. Nine epochs are 54 steps.
 *
 * @param folder where everything it writes goes
 * @param network the network's name and its optimiser, as YAML
 * @param epochs how many
 */
record SmallRun(Path folder, String network, int epochs) {
    static final String LENET_WITH_ADAM = """
            network: { name: lenet5 }
            optimizer: { kind: adam }
            schedule: { kind: constant, rate: 0.001 }
            """;

    /** LeNet-5 again, in nodes of its own. */
    static final String DESCRIBED_LENET_NODES = """
              - { name: conv1, kind: conv2d, out: 6, kernel: 5, padding: 2 }
              - { name: relu1, kind: relu }
              - { name: pool1, kind: maxPool2d, kernel: 2 }
              - { name: conv2, kind: conv2d, out: 16, kernel: 5 }
              - { name: relu2, kind: relu }
              - { name: pool2, kind: maxPool2d, kernel: 2 }
              - { name: flatten, kind: flatten }
              - { name: fc1, kind: linear, out: 120 }
              - { name: relu3, kind: relu }
              - { name: fc2, kind: linear, out: 84 }
              - { name: relu4, kind: relu }
              - { name: fc3, kind: linear, out: classes }
            """;

    static final String RESNET_WITH_MOMENTUM = """
            network: { name: resnet8 }
            optimizer: { kind: sgd, momentum: 0.9, weightDecay: 5.0e-4 }
            schedule: { kind: exponential, rate: 0.05, gamma: 0.9 }
            """;

    /** A rule whose norms cross shards, in two rounds, and an average that is evaluated and saved. */
    static final String RESNET_WITH_LAMB = """
            network: { name: resnet8 }
            optimizer: { kind: lamb, weightDecay: 0.01 }
            clipping: { kind: norm, limit: 1 }
            averaging: { decay: 0.9 }
            parameterGroups: [ { kinds: [bias, normalisation], decayFactor: 0 } ]
            schedule: { kind: exponential, rate: 0.02, gamma: 0.9 }
            """;

    static final int STEPS = 54;

    RunConfig config(String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "output.model=" + folder.resolve("model"), "output.checkpoints=" + folder.resolve("checkpoints")));
        all.addAll(List.of(overrides));
        return ConfigReader.read("small.yaml", """
                name: small
                seed: 7
                data: { kind: strokes, train: 145, test: 150, augmentation: [ { kind: shift, pixels: 1 } ] }
                training: { epochs: %d, batch: 27, microBatch: 4, evaluateEvery: 3 }
                output: { model: m, checkpoints: c }
                """.formatted(epochs) + network, all);
    }

    Path digests() {
        return folder.resolve("digests");
    }

    /** Runs it and returns what it printed. */
    String train(String master, boolean resume, String... overrides) {
        return train(master, SlotTransport.NETTY, resume, overrides);
    }

    /** As above, with {@code wire} between the slots. */
    String train(String master, SlotTransport wire, boolean resume, String... overrides) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Evaluation unused = TrainingJob.run(
                new TrainingRequest(config(overrides), master, resume, digests().toString()), out, false, wire);
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** How this run's digests compare with another's. */
    DigestFile.Comparison compare(SmallRun other) throws IOException {
        try (BufferedReader mine = Files.newBufferedReader(digests());
                BufferedReader theirs = Files.newBufferedReader(other.digests())) {
            return DigestFile.compare("this run", mine, "the other", theirs);
        }
    }
}
