package io.convoy.spark.streaming;

import io.convoy.spark.SavedModel;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.kafka.BrokerFixture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/**
 * A stream to run in a test: from {@code images} to {@code predictions} and {@code dead}.
 *
 * @param folder where its model, its configuration and its checkpoints lie
 * @param kafka the settings of Kafka's clients
 */
record StreamRun(Path folder, Map<String, String> kafka) {
    /** One whose topics and model are there; {@code images} has so many partitions. */
    static StreamRun prepared(Path folder, BrokerFixture kafka, int partitions) throws Exception {
        return prepared(folder, kafka, kafka.broker.clientSettings(), partitions);
    }

    /** As the other, with {@code settings} in the place of those that the broker tells. */
    static StreamRun prepared(Path folder, BrokerFixture kafka, Map<String, String> settings, int partitions)
            throws Exception {
        kafka.topic("images", partitions);
        kafka.topic("predictions", 1);
        kafka.topic("dead", 1);
        StreamRun stream = new StreamRun(folder, settings);
        SavedModel.classifier(stream.model(), 1);
        return stream;
    }

    Path model() {
        return folder.resolve("model");
    }

    Path configuration() throws IOException {
        return Files.writeString(folder.resolve("stream.yaml"), yaml());
    }

    private String yaml() {
        String settings = kafka.entrySet().stream()
                .map(entry -> "  " + entry.getKey() + ": '" + entry.getValue() + "'")
                .collect(Collectors.joining("\n"));
        return """
                name: test
                model: "%s"
                kafka:
                %s
                input: { topics: [images] }
                output: { topic: predictions, format: scores }
                deadLetters: { topic: dead }
                checkpoints: "%s"
                startingOffsets: earliest
                maxOffsetsPerTrigger: 400
                batching: { commitMillis: 50 }
                """.formatted(model(), settings, folder.resolve("checkpoints"));
    }

    StreamConfig config(String... overrides) {
        return ConfigReader.readStream("stream.yaml", yaml(), List.of(overrides));
    }

    /** Starts it in a process of its own. */
    Process start(int cores, String... overrides) throws IOException {
        List<String> arguments = new ArrayList<>();
        for (String override : overrides) {
            arguments.addAll(List.of("--set", override));
        }
        return process(cores, List.of(), arguments).start();
    }

    /** What starts it with {@code options} for the JVM and more {@code arguments} for the program. */
    ProcessBuilder process(int cores, List<String> options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (option.startsWith("--") || option.contains("IgnoreUnrecognized") || option.startsWith("-Dio.netty")) {
                command.add(option);
            }
        }
        command.addAll(options);
        command.addAll(List.of(
                "-Xmx600m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.convoy.spark.cli.Convoy",
                "stream",
                "--config",
                configuration().toString(),
                "--master",
                "local[" + cores + "]"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log()));
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        return builder;
    }

    File log() {
        return folder.resolve("log").toFile();
    }

    /** An image of noise. */
    static byte[] png(Random random) throws IOException {
        BufferedImage image = new BufferedImage(16, 20, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 20; y++) {
            for (int x = 0; x < 16; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }
}
