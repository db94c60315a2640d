package io.convoy.spark.cli;

import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.kafka.KafkaWorker;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convoy serve-kafka --config CONFIG}: scores a stream without Spark, until it is told to end. */
@Command(
        name = "serve-kafka",
        mixinStandardHelpOptions = true,
        description =
                "Scores images out of Kafka and writes predictions back, in this process alone; ends in order on SIGTERM.")
final class ServeKafkaCommand implements Callable<Integer> {
    /** Longer than a batch takes; then whoever asked ends the process. */
    private static final int SECONDS_TO_END = 60;

    private static final long TERMINAL_MILLIS = 1000;
    private static final long LOG_MILLIS = 10_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            required = true,
            paramLabel = "CONFIG",
            description = "The configuration of the stream, as for convoy stream, on any Hadoop path.")
    private String config = "";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Changes one setting; repeatable.")
    private List<String> overrides = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        StreamConfig stream =
                ConfigReader.readStream(config, HadoopFiles.ofThisProcess().readText(config), overrides);
        Lines lines = new Lines(spec.commandLine().getOut(), Boolean.getBoolean("convoy.terminal"));
        CountDownLatch ended = new CountDownLatch(1);
        try (KafkaWorker worker = new KafkaWorker(stream, lines::message)) {
            Thread hook = new Thread(() -> end(worker, ended), "end");
            Runtime.getRuntime().addShutdownHook(hook);
            lines.message("serving " + String.join(", ", stream.input().topics()) + " with " + stream.model()
                    + (worker.metricsPort() == 0
                            ? ""
                            : ", measurements at http://localhost:" + worker.metricsPort() + "/metrics"));
            Thread teller = new Thread(() -> tell(worker, lines, ended), "progress");
            teller.setDaemon(true);
            teller.start();
            worker.run();
            teller.interrupt();
            teller.join();
            lines.message(worker.progressLine(0) + "  (ended)");
        } finally {
            ended.countDown();
        }
        return 0;
    }

    private static void end(KafkaWorker worker, CountDownLatch ended) {
        worker.stop();
        try {
            if (!ended.await(SECONDS_TO_END, TimeUnit.SECONDS)) {
                System.err.println("convoy serve-kafka expects its last batch within " + SECONDS_TO_END
                        + " s, but it is not done; it will be scored again.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(KafkaWorker worker, Lines lines, CountDownLatch ended) {
        long before = 0;
        long begin = System.nanoTime();
        try {
            while (!ended.await(lines.terminal ? TERMINAL_MILLIS : LOG_MILLIS, TimeUnit.MILLISECONDS)) {
                long now = worker.answered();
                double seconds = (System.nanoTime() - begin) * 1e-9;
                lines.progress(worker.progressLine((now - before) / seconds));
                before = now;
                begin = System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A line that is redrawn on a terminal, and lines that stay. */
    private static final class Lines {
        private final PrintWriter out;
        private final boolean terminal;
        private int width;

        Lines(PrintWriter out, boolean terminal) {
            this.out = out;
            this.terminal = terminal;
        }

        synchronized void progress(String line) {
            if (terminal) {
                out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
                width = line.length();
            } else {
                out.println(line);
            }
            out.flush();
        }

        synchronized void message(String line) {
            if (width > 0) {
                out.print("\r" + " ".repeat(width) + "\r");
                width = 0;
            }
            out.println(line);
            out.flush();
        }
    }
}
