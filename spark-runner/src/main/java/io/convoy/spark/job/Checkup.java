package io.convoy.spark.job;

import io.convoy.engine.kernel.OneDnn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;

/** Fills the slots once, makes them meet, and tells where each of them runs. */
public final class Checkup {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String SEPARATOR = "\t";

    private Checkup() {}

    /**
     * What a slot found.
     *
     * @param slot its number
     * @param executorId Spark's name for its executor
     * @param host the executor's host
     * @param cores the cores that the slot may keep busy
     * @param processors the processors that its JVM sees
     * @param processor the model of the CPU
     * @param java the version of Java
     * @param arithmetic oneDNN's version and instruction set there, which proves that its native libraries can be loaded
     * @param pid the executor's process id
     * @param driverMillis how long it took to connect to the driver
     */
    public record Finding(
            int slot,
            String executorId,
            String host,
            int cores,
            int processors,
            String processor,
            String java,
            String arithmetic,
            long pid,
            double driverMillis) {
        private byte[] encoded() {
            return Stream.of(slot, executorId, host, cores, processors, processor, java, arithmetic, pid, driverMillis)
                    .map(String::valueOf)
                    .reduce((left, right) -> left + SEPARATOR + right)
                    .orElseThrow()
                    .getBytes(StandardCharsets.UTF_8);
        }

        private static Finding decoded(byte[] bytes) {
            List<String> fields = List.of(new String(bytes, StandardCharsets.UTF_8).split(SEPARATOR, -1));
            return new Finding(
                    Integer.parseInt(fields.get(0)),
                    fields.get(1),
                    fields.get(2),
                    Integer.parseInt(fields.get(3)),
                    Integer.parseInt(fields.get(4)),
                    fields.get(5),
                    fields.get(6),
                    fields.get(7),
                    Long.parseLong(fields.get(8)),
                    Double.parseDouble(fields.get(9)));
        }
    }

    /** Runs the check-up in {@code spark}; findings come in the order of the slots. */
    public static List<Finding> run(JavaSparkContext spark, Slots slots) throws IOException, InterruptedException {
        String host = spark.getConf().get("spark.driver.host");
        try (Rendezvous rendezvous = new Rendezvous(host, slots.count(), DEADLINE)) {
            Rendezvous.Invitation invitation = rendezvous.invitation();
            try (SlotJobs jobs = SlotJobs.submit(spark, slots, context -> look(context, invitation), DEADLINE)) {
                return jobs.await().stream().map(Finding::decoded).toList();
            }
        }
    }

    private static byte[] look(SlotContext context, Rendezvous.Invitation invitation) throws IOException {
        double driverMillis = invitation.report(context.slot());
        return new Finding(
                        context.slot(),
                        context.executorId(),
                        context.host(),
                        context.cores(),
                        Runtime.getRuntime().availableProcessors(),
                        Fingerprint.processor().replace(SEPARATOR, " "),
                        System.getProperty("java.version"),
                        OneDnn.version(),
                        ProcessHandle.current().pid(),
                        driverMillis)
                .encoded();
    }
}
