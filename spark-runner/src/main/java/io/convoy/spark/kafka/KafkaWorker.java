package io.convoy.spark.kafka;

import io.convoy.spark.RunFailedException;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.config.StreamConfig.Delivery;
import io.convoy.spark.config.StreamConfig.ExpiredOffsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Scores a stream without Spark: one process, any number of which form a consumer group.
 *
 * <p>One thread talks to Kafka; others decode and score ahead of it. Messages wait for company until {@code batching.images} are
 * there or {@code batching.windowMillis} are over, are scored together, and are answered in the order of their partition. When more
 * wait than can be scored soon, reading pauses.
 *
 * <p><b>Delivery.</b> No message is ever passed over: how far the worker has come is stored in Kafka only together with, or after, the
 * answers. With {@link Delivery#EXACTLY_ONCE} answers and progress are one transaction, so that a consumer that reads committed
 * messages sees one answer of each message, whoever is killed; with {@link Delivery#AT_LEAST_ONCE} a message may be answered again
 * after a failure, with the same coordinates. When Kafka fails in the midst, everything that is not committed is dropped, and the
 * worker goes back to what is.
 *
 * <p><b>Rebalance.</b> Partitions that are taken away have what is being scored answered and committed first; what only waits is
 * left to the next owner. Nothing is written of partitions that are lost.
 */
public final class KafkaWorker implements AutoCloseable {
    private static final long IDLE_MILLIS = 100;
    private static final Duration CLOSE = Duration.ofSeconds(20);

    private final StreamConfig config;
    private final KafkaClients kafka;
    private final Consumer<String> log;
    private final Measurements measurements = new Measurements();
    private final @Nullable MetricsEndpoint endpoint;
    private final ServedModels models;
    private final ScoringLine line;
    private final ScheduledExecutorService watch;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Answers answers;
    private final Leases leases = new Leases();
    private final Progress progress = new Progress();
    private final Positions positions;
    private final Patience patience;
    private boolean paused;

    /** What went wrong where nothing could be done about it: in a callback. */
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    /**
     * Loads the model and connects; {@link #run} begins.
     *
     * @param log gets lines for people
     */
    public KafkaWorker(StreamConfig config, Consumer<String> log) {
        this(config, log, Duration.ofSeconds(1));
    }

    /**
     * As the other, for a test that is in a hurry.
     *
     * @param watchEvery how often is looked for another version of the model
     */
    KafkaWorker(StreamConfig config, Consumer<String> log, Duration watchEvery) {
        this.config = config;
        this.log = log;
        this.kafka = new KafkaClients(KafkaSettings.of(config.kafka().settings()));
        WorkerClients clients = new WorkerClients(config, kafka);
        this.patience = new Patience(config.name(), clients.transactionalId(), kafka);
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            this.models = new ServedModels(config, log);
            opened.add(models);
            this.endpoint =
                    config.metrics() == null ? null : new MetricsEndpoint(config.metrics(), measurements.registry());
            if (endpoint != null) {
                opened.add(endpoint);
            }
            Topics.require(kafka, config);
            this.consumer = clients.consumer();
            opened.add(consumer);
            this.answers = config.delivery() == Delivery.EXACTLY_ONCE
                    ? new TransactionalAnswers(clients, consumer, progress, patience, measurements)
                    : new PlainAnswers(clients, consumer, leases, progress, patience, measurements, failure);
        } catch (RuntimeException | Error e) {
            closeAll(opened);
            throw e;
        }
        this.positions = new Positions(config, consumer, progress, log);
        this.line = new ScoringLine(config, models, measurements);
        this.watch = Executors.newSingleThreadScheduledExecutor(ScoringLine.threads("model-watch"));
        long every = watchEvery.toMillis();
        var unused = watch.scheduleWithFixedDelay(models::refresh, every, every, TimeUnit.MILLISECONDS);
    }

    private void closeAll(List<AutoCloseable> opened) {
        for (AutoCloseable one : opened) {
            try {
                one.close();
            } catch (Exception e) {
                log.accept("closing failed: " + kafka.reason(e));
            }
        }
    }

    Measurements measurements() {
        return measurements;
    }

    /** Where measurements are scraped; 0 if nowhere. */
    public int metricsPort() {
        return endpoint == null ? 0 : endpoint.port();
    }

    /** How the stream goes, in one line. */
    public String progressLine(double messagesPerSecond) {
        return String.format(
                Locale.ROOT,
                "%,d predictions  %,.0f/s  p50 %.1f ms  p99 %.1f ms  %,d dead letters  lag %,d  model %s",
                measurements.predictions(),
                messagesPerSecond,
                measurements.latencyMillis(0.5),
                measurements.latencyMillis(0.99),
                measurements.deadLetters(),
                measurements.lag(),
                models.versions());
    }

    /** Messages that have been answered. */
    public long answered() {
        return measurements.predictions() + measurements.deadLetters();
    }

    /** Lets {@link #run} finish what is being scored, commit it, and return. For any thread. */
    public void stop() {
        stopping.countDown();
    }

    /**
     * Works until it is told to stop.
     *
     * @throws RunFailedException if it can't go on; everything that is answered is committed, or will be answered again
     */
    public void run() {
        consumer.subscribe(config.input().topics(), new Rebalance());
        makeReady();
        while (stopping.getCount() > 0) {
            try {
                work();
            } catch (KafkaException e) {
                recover(e);
            }
        }
        try {
            finish();
        } catch (KafkaException e) {
            log.accept("the last batch could not be committed, and will be scored again: " + kafka.reason(e));
        }
    }

    private void work() {
        try {
            line.add(consumer.poll(Duration.ofMillis(millisToWait())), leases);
        } catch (NoOffsetForPartitionException e) {
            positions.begin(e.partitions());
        } catch (OffsetOutOfRangeException e) {
            if (config.onExpiredOffsets() == ExpiredOffsets.FAIL) {
                finish();
            }
            positions.passOver(e);
        }
        RuntimeException failed = failure.getAndSet(null);
        if (failed != null) {
            throw failed;
        }
        line.advance();
        while (line.isScored() && answers.hasRoom()) {
            write(line.remove());
            // The scorers are not to wait while this thread writes.
            line.advance();
        }
        answers.takeNote();
        if (!progress.isEmpty() && progress.waitingMillis() >= config.batching().commitMillis()) {
            answers.commit();
        }
        flow();
    }

    /** Until there is something to do but to read. */
    private long millisToWait() {
        long millis;
        if (!line.isEmpty() || !answers.isIdle()) {
            millis = line.isScored() ? 0 : 1;
        } else if (line.isGathering()) {
            millis = line.millisToWait();
        } else {
            millis = IDLE_MILLIS;
        }
        if (!progress.isEmpty()) {
            millis = Math.min(millis, config.batching().commitMillis() - progress.waitingMillis());
        }
        return Math.max(0, millis);
    }

    private void write(Batch batch) {
        try {
            for (Batch.Outcome outcome : outcomes(batch)) {
                if (!leases.cover(outcome.item())) {
                    continue;
                }
                if (outcome.isDeadLetter() && config.deadLetters().failFast()) {
                    failFast(batch, outcome);
                }
                answers.write(batch, outcome);
            }
        } finally {
            batch.release();
        }
        answers.written(batch);
    }

    private static List<Batch.Outcome> outcomes(Batch batch) {
        try {
            return batch.outcomes();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw new RunFailedException(
                        "A batch of " + batch.items().size() + " messages from "
                                + batch.items().get(0).source() + " on expects to be scored, but: " + cause + ".",
                        cause);
            }
            throw e;
        }
    }

    private void failFast(Batch batch, Batch.Outcome outcome) {
        answers.written(batch);
        answers.commitAll();
        throw new RunFailedException("The message of " + outcome.item().source() + " expects to be scored, but "
                + outcome.reason() + ". Maybe repair it, or set deadLetters.failFast to false.");
    }

    /** Writes what is being scored, and commits all that is written. */
    private void finish() {
        while (!line.isEmpty()) {
            if (!line.isScored()) {
                // No transaction stays open while a large model computes.
                answers.commitAll();
            }
            write(line.remove());
        }
        answers.commitAll();
    }

    /** Pauses reading when more waits than can be scored soon. */
    private void flow() {
        if (line.isFull()) {
            // Again and again, as partitions that have just been assigned are not paused.
            consumer.pause(consumer.assignment());
            paused = true;
        } else if (paused && line.isRoomy()) {
            consumer.resume(consumer.paused());
            paused = false;
        }
        measurements.waiting(line.waiting());
        long behind = (long) line.waiting() + line.inBatches();
        for (TopicPartition partition : leases.partitions()) {
            behind += consumer.currentLag(partition).orElse(0);
        }
        measurements.lag(behind);
    }

    /** Drops whatever is not committed, and goes back to what is. */
    private void recover(RuntimeException reason) {
        patience.requireMore(reason);
        measurements.recovered();
        log.accept("going back to what is committed: " + kafka.reason(reason));
        leases.renew();
        line.drop(leases);
        progress.clear();
        giveUp();
        makeReady();
        try {
            positions.goBack();
        } catch (KafkaException e) {
            recover(e);
        }
    }

    /** Waits until Kafka takes answers, but not for ever. */
    private void makeReady() {
        while (stopping.getCount() > 0) {
            try {
                answers.makeReady();
                return;
            } catch (KafkaException e) {
                patience.requireMore(e);
                log.accept("waiting for Kafka: " + kafka.reason(e));
                giveUp();
            }
        }
    }

    private void giveUp() {
        answers.giveUp();
        failure.set(null);
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            leases.take(partitions);
        }

        /** Still ours while this runs: what is being scored is answered and committed. */
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            try {
                finish();
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            }
            forget(partitions);
        }

        /** Somebody else's already: nothing more is written about them. */
        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            forget(partitions);
            progress.forget(partitions);
            if (answers.isOpen()) {
                failure.compareAndSet(null, new KafkaException("partitions were lost: " + partitions));
            }
        }

        private void forget(Collection<TopicPartition> partitions) {
            leases.giveBack(partitions);
            line.drop(leases);
        }
    }

    /** Gives back all that it holds, and leaves the group. To be called after {@link #run} has returned. */
    @Override
    public void close() {
        watch.shutdownNow();
        leases.giveBackAll();
        line.releaseAll();
        List<AutoCloseable> opened = new ArrayList<>();
        // The consumer gives its partitions back, for which it may still commit.
        opened.add(() -> consumer.close(CLOSE));
        opened.add(() -> answers.close(CLOSE));
        opened.add(line);
        if (endpoint != null) {
            opened.add(endpoint);
        }
        opened.add(models);
        closeAll(opened);
    }
}
