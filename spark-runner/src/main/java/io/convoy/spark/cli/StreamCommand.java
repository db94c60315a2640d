package io.convoy.spark.cli;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.job.SparkSetup;
import io.convoy.spark.streaming.Demo;
import io.convoy.spark.streaming.StreamJob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code convoy stream}: scores the images of Kafka's topics by Spark's Structured Streaming, until it is ended. */
@Command(
        name = "stream",
        mixinStandardHelpOptions = true,
        description =
                "Scores images out of Kafka's topics and writes predictions to another, until it is ended (Ctrl-C,"
                        + " SIGTERM), which lets the batch that runs come to its end.")
final class StreamCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private What what = new What();

    /** Either of the two. */
    static final class What {
        @Option(
                names = "--config",
                paramLabel = "CONFIG",
                description = "The stream's configuration, a YAML file on any Hadoop path, e.g. configs/stream.yaml.")
        private String config = "";

        @Option(
                names = "--demo",
                description =
                        "Show it with a Kafka broker, images and a model of its own; nothing has to be there, and nothing"
                                + " is left behind.")
        private boolean demo;
    }

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "With --demo: a model of the quick start's digits, instead of training one.")
    private @Nullable String model;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Changes one setting, e.g. --set kafka.bootstrap.servers=broker:9092; repeatable.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--master", paramLabel = "MASTER", description = "Spark's master, before the configuration's.")
    private @Nullable String master;

    @Override
    public Integer call() {
        if (what.demo) {
            Demo.run(model, SparkSetup.withoutSlots("convoy stream demo", "local[*]", master), System.out);
            return 0;
        }
        if (model != null) {
            throw new InvalidInputException(
                    "--model expects --demo beside it, but --config is there, which names the model"
                            + " itself. Maybe use --set model=" + model + ".");
        }
        StreamConfig stream =
                ConfigReader.readStream(what.config, HadoopFiles.ofThisProcess().readText(what.config), overrides);
        StreamJob.run(
                stream,
                SparkSetup.withoutSlots(
                        "convoy stream " + stream.name(), stream.spark().master(), master),
                System.out);
        return 0;
    }
}
