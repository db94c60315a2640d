package io.convoy.spark.cli;

import io.convoy.engine.train.Evaluation;
import io.convoy.spark.Explanation;
import io.convoy.spark.job.TrainingJob;
import io.convoy.spark.job.TrainingRequest;
import io.convoy.spark.job.Version;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program {@code convoy}. Exit codes: 0 when all went well, 1 when a run failed, 2 when what the user gave can't be run.
 * A failure prints one line; {@code --verbose} adds the stack trace and Spark's own log.
 */
@Command(
        name = "convoy",
        description = "Trains convolutional networks on Apache Spark.",
        versionProvider = Convoy.ThisVersion.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all went well", "1:the run failed", "2:the input or a setting can't be used"})
public final class Convoy implements Runnable {
    /** The log level of Spark and everything else; see {@code log4j2.properties} beside this class. */
    private static final String LOG_LEVEL = "convoy.log.level";

    private static final String FAILURES_LEVEL = "convoy.log.failures";

    private static final String TRACES = "convoy.log.traces";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private boolean verbose;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show Spark's log, and stack traces of failures.")
    void verbose(boolean wanted) {
        verbose = wanted;
        if (wanted) {
            System.setProperty(LOG_LEVEL, "info");
            System.setProperty(FAILURES_LEVEL, "info");
            System.setProperty(TRACES, "full");
        }
    }

    /** Runs the command that {@code arguments} give, and ends the JVM with its exit code. */
    public static void main(String... arguments) {
        System.exit(commandLine(Convoy::train).execute(arguments));
    }

    static void train(TrainingRequest request, PrintStream out) {
        Evaluation unused = TrainingJob.run(request, out, Boolean.getBoolean("convoy.terminal"));
    }

    /** The whole command line, ready to execute; its writers can be replaced. */
    static CommandLine commandLine(TrainCommand.Trainer trainer) {
        Convoy convoy = new Convoy();
        return new CommandLine(convoy)
                .addSubcommand(new TrainCommand(trainer))
                .addSubcommand(new EvaluateCommand())
                .addSubcommand(new PredictCommand())
                .addSubcommand(new ExportCommand())
                .addSubcommand(new ImportCommand())
                .addSubcommand(new SummaryCommand())
                .addSubcommand(new StreamCommand())
                .addSubcommand(new VerifyCommand())
                .addSubcommand(new DoctorCommand())
                .addSubcommand(new ServeKafkaCommand())
                .setExecutionStrategy(convoy::execute)
                .setParameterExceptionHandler(Convoy::refused)
                .setExecutionExceptionHandler((failed, command, parsed) -> convoy.failed(failed, command));
    }

    /** Without a command: says what there is. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "convoy expects a command, but it got none. Maybe run convoy --help.");
    }

    private static int refused(ParameterException refused, String[] arguments) {
        CommandLine command = refused.getCommandLine();
        StringBuilder line = new StringBuilder(oneLine(String.valueOf(refused.getMessage())));
        if (refused instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            line.append(near.isEmpty() ? "" : " Maybe you mean " + near.get(0) + ".");
        }
        if (!line.toString().contains("Maybe")) {
            line.append(" Maybe run ")
                    .append(command.getCommandSpec().qualifiedName())
                    .append(" --help.");
        }
        command.getErr().println(line);
        return Explanation.BAD_INPUT;
    }

    /** A missing class, a native library that can't be loaded or memory that runs out is told in one line, too. */
    private int execute(CommandLine.ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (LinkageError | OutOfMemoryError failed) {
            return failed(failed, parsed.commandSpec().commandLine());
        }
    }

    private int failed(Throwable failed, CommandLine command) {
        PrintWriter err = command.getErr();
        if (verbose) {
            failed.printStackTrace(err);
        }
        Optional<Explanation> explanation = Explanation.of(failed);
        err.println(explanation
                .map(Explanation::line)
                .orElseGet(() -> "The run failed: " + oneLine(failed.toString())
                        + (verbose ? "" : " Maybe run it with --verbose to see where.")));
        return explanation.map(Explanation::exitCode).orElse(Explanation.RUN_FAILED);
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.endsWith(".") ? line : line + ".";
    }

    /** The version that the jar's manifest tells. */
    static final class ThisVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "convoy " + Version.ofThisProgram()
                        + " on Java " + System.getProperty("java.version") + ", Spark "
                        + org.apache.spark.package$.MODULE$.SPARK_VERSION()
            };
        }
    }
}
