package io.convoy.spark.cli;

import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.SparkConfig;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.job.Checkup;
import io.convoy.spark.job.Checkup.Finding;
import io.convoy.spark.job.Slots;
import io.convoy.spark.job.SparkSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convoy doctor}: fills the slots of a cluster without training anything. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Fills the slots without training: starts Spark as a run would, checks that all slots run at the same"
                        + " time, reach the driver and can load oneDNN, and tells where each of them is.")
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CONFIG",
            description = "Configuration whose slots to fill; two slots of one core without it.")
    private @Nullable String config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Changes one setting; repeatable.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--master", paramLabel = "MASTER", description = "Spark's master, before the configuration's.")
    private @Nullable String master;

    @Override
    public Integer call() throws IOException, InterruptedException {
        SparkConfig where = config == null
                ? ConfigReader.readSpark(overrides)
                : ConfigReader.read(config, HadoopFiles.ofThisProcess().readText(config), overrides)
                        .spark();
        Slots slots = Slots.of(where);
        SparkSetup setup = SparkSetup.of(where, master);
        PrintWriter out = spec.commandLine().getOut();
        try (JavaSparkContext spark = setup.start("convoy doctor")) {
            List<Finding> findings = Checkup.run(spark, slots);
            out.print(table(findings));
            remarks(findings, setup).forEach(out::println);
            out.println(slots.count() + " slots of " + slots.coresEach() + " core(s) run side by side at "
                    + setup.master() + ".");
            out.flush();
        }
        return 0;
    }

    static String table(List<Finding> findings) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%-5s %-9s %-24s %-6s %-11s %-9s %-8s %-27s %s%n",
                "slot",
                "executor",
                "host",
                "cores",
                "processors",
                "java",
                "driver",
                "arithmetic",
                "processor"));
        for (Finding finding : findings) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-5d %-9s %-24s %-6d %-11d %-9s %-8s %-27s %s%n",
                    finding.slot(),
                    finding.executorId(),
                    finding.host(),
                    finding.cores(),
                    finding.processors(),
                    finding.java(),
                    String.format(Locale.ROOT, "%.1f ms", finding.driverMillis()),
                    finding.arithmetic(),
                    finding.processor()));
        }
        return table.toString();
    }

    static List<String> remarks(List<Finding> findings, SparkSetup setup) {
        List<String> remarks = new ArrayList<>();
        for (Finding finding : findings) {
            String place =
                    "Slot " + finding.slot() + " (executor " + finding.executorId() + " on " + finding.host() + ")";
            if (finding.processors() < finding.cores()) {
                remarks.add(place + " expects " + finding.cores() + " processors, but its JVM sees "
                        + finding.processors() + ". Maybe set spark.coresPerSlot to " + finding.processors() + ".");
            }
        }
        long models = findings.stream().map(Finding::processor).distinct().count();
        if (models > 1) {
            remarks.add(
                    "Equal bits expect one model of CPU in all slots, but " + setup.master() + " has " + models + ".");
        }
        return remarks;
    }
}
