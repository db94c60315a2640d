package io.convoy.spark.cli;

import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.job.TrainingRequest;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code convoy train CONFIG}: reads the configuration and hands it to whoever trains. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Trains the network that a configuration describes, and writes the model.")
final class TrainCommand implements Callable<Integer> {
    /** Trains. */
    @FunctionalInterface
    interface Trainer {
        /** Does what {@code request} asks, telling how it goes on {@code out}. */
        void train(TrainingRequest request, PrintStream out) throws Exception;
    }

    private final Trainer trainer;

    @Parameters(index = "0", paramLabel = "CONFIG", description = "The configuration, a YAML file on any Hadoop path.")
    private String config = "";

    @Option(names = "--resume", description = "Go on from the last checkpoint in output.checkpoints.")
    private boolean resume;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Changes one setting, e.g. --set training.epochs=1; repeatable.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--master", paramLabel = "MASTER", description = "Spark's master, before the configuration's.")
    private @Nullable String master;

    @Option(
            names = "--digests",
            paramLabel = "FILE",
            description = "Write digests of all tensors after every step, for convoy verify.")
    private @Nullable String digests;

    TrainCommand(Trainer trainer) {
        this.trainer = trainer;
    }

    @Override
    public Integer call() throws Exception {
        RunConfig run = ConfigReader.read(config, HadoopFiles.ofThisProcess().readText(config), overrides);
        trainer.train(new TrainingRequest(run, master, resume, digests), System.out);
        System.out.println("use it: ./convoy evaluate " + run.output().model() + " " + config);
        return 0;
    }
}
