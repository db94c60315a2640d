package io.convoy.spark.streaming;

import io.convoy.spark.Explanation;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.config.StreamConfig.Delivery;
import io.convoy.spark.config.StreamConfig.ExpiredOffsets;
import io.convoy.spark.config.StreamConfig.Mode;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.kafka.ExpiredOffset;
import io.convoy.spark.kafka.KafkaClients;
import io.convoy.spark.kafka.KafkaSettings;
import io.convoy.spark.kafka.MetricsEndpoint;
import io.convoy.spark.kafka.Topics;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkThrowable;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;

/**
 * The stream job: its session, its query and its end. Everything that a stream remembers lies under its checkpoints:
 *
 * <ul>
 *   <li>{@code spark/}: Spark's own checkpoint, which messages belong to which batch;
 *   <li>{@code models/}: which model scores which batch, see {@link ModelLog};
 *   <li>{@code stream-id}: what the stream's consumer group and transactional ids are told apart by.
 * </ul>
 */
public final class StreamJob {
    private static final int BEFORE_SPARK = 1_000;
    private static final int STOP_MINUTES = 10;

    /** Spark may leave out to tell something when it has much to tell. */
    private static final int UNTOLD_MILLIS = 1_000;

    private static final Pattern PARTITION = Pattern.compile("(.+)-([0-9]{1,9})");

    private final StreamConfig config;
    private final KafkaClients clients;
    private final PrintStream out;
    private final Ending ending;
    private final HadoopFiles files;
    private final String checkpoints;
    private volatile @Nullable Batches running;

    /** What becomes of a batch that runs when the process is asked to end. */
    enum Ending {
        /** It comes to its end. */
        AFTER_THE_BATCH,
        /** It is given up, and done again by whoever goes on. */
        AT_ONCE
    }

    StreamJob(StreamConfig config, PrintStream out, Ending ending) {
        this.config = config;
        this.ending = ending;
        this.clients = new KafkaClients(KafkaSettings.of(config.kafka().settings()));
        this.out = out;
        this.files = HadoopFiles.ofThisProcess();
        this.checkpoints = files.absolute(config.checkpoints());
    }

    /**
     * Runs the stream until the process is asked to end, or something can't go on.
     *
     * @param settings of the session, the master among them
     * @param out gets lines for people
     * @throws InvalidInputException if the stream can't run as it is configured
     * @throws RunFailedException if it could not go on
     */
    public static void run(StreamConfig config, SparkConf settings, PrintStream out) {
        run(config, settings, out, Ending.AFTER_THE_BATCH);
    }

    static void run(StreamConfig config, SparkConf settings, PrintStream out, Ending ending) {
        new StreamJob(config, out, ending).run(settings);
    }

    /** As {@link #run(StreamConfig, SparkConf, PrintStream)}, once. */
    void run(SparkConf settings) {
        if (config.mode() == Mode.LATENCY && config.delivery() == Delivery.EXACTLY_ONCE) {
            throw new InvalidInputException(
                    "delivery expects atLeastOnce where mode is latency, since Spark's real-time mode has no transactions, but it"
                            + " is exactlyOnce. Maybe set delivery to atLeastOnce, or use ./convoy serve-kafka, which has both.");
        }
        int partitions = Topics.require(clients, config);
        settings.setIfMissing("spark.redaction.regex", "(?i)secret|password|token|access[.]?key|jaas|ssl[.].*[.]key");
        settings.setIfMissing("spark.sql.streaming.metricsEnabled", "true");
        // It is not for streams, and Spark would warn that it leaves it out.
        settings.setIfMissing("spark.sql.adaptive.enabled", "false");
        // A thread may remember a session that has ended.
        SparkSession.clearActiveSession();
        SparkSession.clearDefaultSession();
        SparkSession spark = SparkSession.builder().config(settings).getOrCreate();
        try {
            stream(spark, partitions);
        } finally {
            Sinks.closeIdle();
            spark.stop();
            SparkSession.clearActiveSession();
            SparkSession.clearDefaultSession();
        }
    }

    private void stream(SparkSession spark, int partitions) {
        ModelLog log = new ModelLog(
                files,
                HadoopFiles.resolve(checkpoints, "models"),
                files.absolute(config.model()),
                config.abTest() == null ? null : files.absolute(config.abTest().model()),
                config.precision(),
                out::println);
        Plan plan = Plan.of(config, clients, group());
        Tally tally = new Tally();
        spark.sparkContext().register(tally, "convoy stream");
        StreamMetrics metrics = new StreamMetrics(config.name(), tally);
        SparkEnv.get().metricsSystem().registerSource(metrics);
        ProgressListener listener = new ProgressListener(tally, out, this::progressed);
        spark.streams().addListener(listener);
        if (config.mode() == Mode.LATENCY) {
            RealTime.requireSlots(spark, partitions);
        }
        Dataset<Row> messages = source(spark, partitions);
        Batches batches = new Batches(plan, log, tally, listener);
        running = batches;
        MetricsEndpoint endpoint =
                config.metrics() == null ? null : new MetricsEndpoint(config.metrics(), metrics.prometheus());
        Runnable hook = batches::stop;
        ShutdownHookManager.get().addShutdownHook(hook, BEFORE_SPARK, STOP_MINUTES, TimeUnit.MINUTES);
        try {
            if (endpoint != null) {
                out.println("metrics: http://localhost:" + endpoint.port() + "/metrics");
            }
            out.println("streaming: " + String.join(", ", config.input().topics()) + " (" + partitions
                    + " partitions) to " + config.output().topic() + ", " + config.delivery() + ", from "
                    + clients.settings().bootstrapServers());
            boolean again;
            do {
                again = !ended(start(messages, batches, plan, log, tally), batches);
            } while (again);
        } catch (TimeoutException failed) {
            throw explained(failed);
        } catch (RuntimeException failed) {
            // Spark's session ends beside this thread when the process is asked to end before the query has begun.
            if (!ShutdownHookManager.get().isShutdownInProgress()) {
                throw failed;
            }
        } finally {
            if (endpoint != null) {
                endpoint.close();
            }
            if (!ShutdownHookManager.get().isShutdownInProgress()) {
                ShutdownHookManager.get().removeShutdownHook(hook);
            }
        }
    }

    /** Ends the stream as a signal does. */
    void stop() {
        Batches ending = running;
        if (ending != null) {
            ending.stop();
        }
    }

    private StreamingQuery start(Dataset<Row> messages, Batches batches, Plan plan, ModelLog log, Tally tally)
            throws TimeoutException {
        DataStreamWriter<Row> writer = config.mode() == Mode.LATENCY
                ? RealTime.writer(messages, plan, log.ofQuery(), tally)
                : messages.writeStream()
                        .trigger(Trigger.ProcessingTime(config.batching().triggerMillis(), TimeUnit.MILLISECONDS))
                        .foreachBatch(batches);
        return writer.queryName(config.name())
                .option("checkpointLocation", HadoopFiles.resolve(checkpoints, "spark"))
                .start();
    }

    /** Waits for the query's end; whether that is the stream's, too. */
    private boolean ended(StreamingQuery query, Batches batches) {
        batches.of(query);
        try {
            query.awaitTermination();
            return true;
        } catch (StreamingQueryException failed) {
            if (isRepeatedBatchWithoutMetrics(failed)) {
                return false;
            }
            throw explained(failed);
        }
    }

    /**
     * When a query's first batch is one that it repeats, Spark's Kafka source has not asked for the latest offsets yet, and 4.1 trips
     * over that when it measures how far behind it is. The batch has been committed by then, and a new query goes on behind it.
     */
    private static boolean isRepeatedBatchWithoutMetrics(StreamingQueryException failed) {
        Throwable cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        StackTraceElement[] trace = cause.getStackTrace();
        return cause instanceof NullPointerException
                && trace.length > 0
                && trace[0].getClassName().startsWith("org.apache.spark.sql.kafka010.KafkaMicroBatchStream")
                && trace[0].getMethodName().equals("metrics");
    }

    private RuntimeException explained(Exception failed) {
        Optional<Explanation> explanation = Explanation.of(failed);
        if (explanation.isPresent()) {
            return explanation.get().asException(failed);
        }
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SparkThrowable thrown
                    && String.valueOf(thrown.getCondition()).startsWith("KAFKA_DATA_LOSS")) {
                return lost(thrown.getMessageParameters(), failed);
            }
        }
        return new RunFailedException(
                "The stream expects to go on, but it can't: " + clients.reason(failed) + ".", failed);
    }

    /** What is said of messages that Kafka deleted before they were read, as far as Spark tells which. */
    private RunFailedException lost(Map<String, String> told, Exception failed) {
        Matcher partition = PARTITION.matcher(told.getOrDefault("topicPartition", ""));
        String offset = told.getOrDefault("startOffset", "");
        if (partition.matches() && offset.matches("[0-9]{1,18}")) {
            TopicPartition deleted = new TopicPartition(partition.group(1), Integer.parseInt(partition.group(2)));
            try {
                List<ExpiredOffset> expired = ExpiredOffset.among(Map.of(deleted, Long.parseLong(offset)), clients);
                if (!expired.isEmpty()) {
                    return expired.get(0).failure(failed);
                }
            } catch (KafkaException silent) {
                failed.addSuppressed(silent);
            }
        }
        return new RunFailedException(
                "The stream expects every message to be there until it is read, but Kafka has deleted some, and"
                        + " onExpiredOffsets is fail. Maybe keep messages for longer (retention.ms), or set onExpiredOffsets"
                        + " to earliest to go on with the oldest ones that are there.",
                failed);
    }

    private void progressed() {
        Batches batches = running;
        if (batches != null) {
            batches.progressed();
        }
    }

    private Dataset<Row> source(SparkSession spark, int partitions) {
        Map<String, String> options = SparkOptions.source(clients);
        boolean failing = config.onExpiredOffsets() == ExpiredOffsets.FAIL;
        var reader = spark.readStream()
                .format("kafka")
                .options(options)
                .option("subscribe", String.join(",", config.input().topics()))
                .option("startingOffsets", config.startingOffsets().name().toLowerCase(Locale.ROOT))
                .option("failOnDataLoss", failing)
                .option("includeHeaders", true);
        if (config.mode() == Mode.THROUGHPUT) {
            reader.option("maxOffsetsPerTrigger", Math.max(config.maxOffsetsPerTrigger(), partitions));
        }
        return reader.load()
                .select(Incoming.COLUMNS.stream().map(functions::col).toArray(Column[]::new));
    }

    /** The stream's consumer group: its name and what its checkpoints were given when they began. */
    private String group() {
        String file = HadoopFiles.resolve(checkpoints, "stream-id");
        if (!files.exists(file)) {
            files.write(
                    file,
                    to -> to.write(UUID.randomUUID().toString().substring(0, 13).getBytes(StandardCharsets.UTF_8)));
        }
        return "convoy-" + config.name() + "-" + files.readText(file).strip();
    }

    /** The micro-batches, and how they come to an end. */
    private final class Batches implements VoidFunction2<Dataset<Row>, Long> {
        private final Plan plan;
        private final ModelLog log;
        private final Tally tally;
        private final ProgressListener listener;
        private final PassedOver passedOver =
                new PassedOver(files, HadoopFiles.resolve(checkpoints, "spark"), clients, out::println);
        private @Nullable StreamingQuery query;
        private boolean stopping;
        private boolean busy;
        private long done = -1;

        Batches(Plan plan, ModelLog log, Tally tally, ProgressListener listener) {
            this.plan = plan;
            this.log = log;
            this.tally = tally;
            this.listener = listener;
        }

        @Override
        public void call(Dataset<Row> messages, Long number) throws InterruptedException {
            begin();
            try {
                BatchModels models = log.of(number);
                listener.models(number, models);
                long before = tally.read();
                messages.foreachPartition(new PartitionTask(plan, models, tally));
                if (config.onExpiredOffsets() == ExpiredOffsets.EARLIEST) {
                    passedOver.tell(number, tally.read() - before);
                }
                end(number);
            } finally {
                idle();
            }
        }

        private synchronized void begin() throws InterruptedException {
            while (stopping) {
                // The query's end interrupts this.
                wait();
            }
            busy = true;
        }

        private synchronized void end(long number) {
            done = number;
        }

        private synchronized void idle() {
            busy = false;
            notifyAll();
        }

        synchronized void of(StreamingQuery started) {
            query = started;
        }

        private synchronized @Nullable StreamingQuery query() {
            return query;
        }

        /** Lets the batch that runs come to its end and be committed, and ends the query before another one begins. */
        void stop() {
            StreamingQuery query = query();
            if (query == null) {
                return;
            }
            try {
                long last = ending == Ending.AT_ONCE ? -1 : last(query);
                if (last >= 0) {
                    awaitCommit(query, HadoopFiles.resolve(checkpoints, "spark/commits/" + last));
                }
                end(query);
                out.println("stopped" + (last < 0 ? "" : " after batch " + last));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } catch (TimeoutException late) {
                out.println("stopped, but the query has not ended: " + late.getMessage());
            }
        }

        /** Spark tells of a batch when it has committed it, as a rule; what counts is that the commit is there. */
        private synchronized void awaitCommit(StreamingQuery query, String commit) throws InterruptedException {
            while (query.isActive() && !files.exists(commit)) {
                wait(UNTOLD_MILLIS);
            }
        }

        /** Spark has told of a batch, or of the query's end. */
        synchronized void progressed() {
            notifyAll();
        }

        private static void end(StreamingQuery query) throws TimeoutException {
            try {
                query.stop();
            } catch (IllegalStateException late) {
                // Whoever waits for the query's end may have ended the session, of which Spark asks something more
                // here.
                if (query.isActive()) {
                    throw late;
                }
            }
        }

        private synchronized long last(StreamingQuery running) throws InterruptedException {
            stopping = true;
            while (busy && running.isActive()) {
                wait(UNTOLD_MILLIS);
            }
            return done;
        }
    }
}
