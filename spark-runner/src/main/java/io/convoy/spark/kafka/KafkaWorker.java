package io.convoy.spark.kafka;

import io.convoy.spark.RunFailedException;
import io.convoy.spark.config.AbTestConfig;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.config.StreamConfig.Delivery;
import io.convoy.spark.config.StreamConfig.ExpiredOffsets;
import io.convoy.spark.config.StreamConfig.StartingOffsets;
import io.convoy.spark.message.Coordinates;
import io.convoy.spark.message.KeySplit;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
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
    private static final int BATCHES_WAITING = 4;
    /** How many times as many batches may wait for being written as are scored. */
    private static final int BATCHES_SCORED = 2;

    /** Messages that are decoded by one task as long as they are small: as many as take longer to decode than a thread to wake up. */
    private static final int DECODED_TOGETHER = 16;

    private static final int BYTES_DECODED_TOGETHER = 64 << 10;
    private static final long BYTES_WAITING = 64L << 20;
    private static final int BATCHES_UNACKNOWLEDGED = 64;
    private static final long IDLE_MILLIS = 100;
    private static final int RECOVERY_SECONDS = 300;
    private static final int FENCED_AT_MOST = 3;
    private static final int CLOSE_SECONDS = 20;

    private final StreamConfig config;
    private final KafkaClients kafka;
    private final WorkerClients clients;
    private final Consumer<String> log;
    private final Measurements measurements = new Measurements();
    private final @Nullable MetricsEndpoint endpoint;
    private final ModelSource first;
    private final @Nullable ModelSource second;
    private final KeySplit split;
    private final ExecutorService decoders;
    private final ExecutorService scorers;
    private final ScheduledExecutorService watch;
    private final int batchesAtOnce;
    private final boolean exactlyOnce;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private KafkaProducer<byte[], byte[]> producer;

    /** The numbers under which partitions are assigned; a message of another number is none of ours any more. */
    private final Map<TopicPartition, Long> leases = new HashMap<>();

    private long lastLease;
    private final ArrayDeque<Item> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private final ArrayDeque<Batch> scoring = new ArrayDeque<>();
    /** Written, but not yet all acknowledged, in order; none with transactions. */
    private final ArrayDeque<Batch> written = new ArrayDeque<>();

    private final Map<TopicPartition, OffsetAndMetadata> progress = new HashMap<>();
    /** Where partitions began of which nothing was committed. */
    private final Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();

    private final List<Batch.Outcome> inTransaction = new ArrayList<>();
    private boolean transactionOpen;
    private long uncommittedSinceNanos;
    private boolean paused;

    /** What went wrong where nothing could be done about it: in a callback. */
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    /** Counts producers. */
    private final AtomicInteger generation = new AtomicInteger();

    private long failingSinceNanos;
    private boolean failing;
    private int fenced;

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
        this.exactlyOnce = config.delivery() == Delivery.EXACTLY_ONCE;
        this.kafka = new KafkaClients(KafkaSettings.of(config.kafka().settings()));
        this.clients = new WorkerClients(config, kafka);
        AbTestConfig test = config.abTest();
        this.split = new KeySplit(test == null ? 0 : test.share());
        int cores = Runtime.getRuntime().availableProcessors();
        this.batchesAtOnce = cores + 1;
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            this.first = new ModelSource(config.model(), config, log);
            opened.add(first);
            this.second = test == null ? null : new ModelSource(test.model(), config, log);
            if (second != null) {
                opened.add(second);
            }
            this.endpoint =
                    config.metrics() == null ? null : new MetricsEndpoint(config.metrics(), measurements.registry());
            if (endpoint != null) {
                opened.add(endpoint);
            }
            Topics.require(kafka, config);
            this.consumer = clients.consumer();
            opened.add(consumer);
            this.producer = clients.producer();
        } catch (RuntimeException | Error e) {
            closeAll(opened);
            throw e;
        }
        this.decoders = Executors.newFixedThreadPool(cores, threads("decoder"));
        this.scorers = Executors.newFixedThreadPool(cores, threads("scorer"));
        this.watch = Executors.newSingleThreadScheduledExecutor(threads("model-watch"));
        long every = watchEvery.toMillis();
        var unused = watch.scheduleWithFixedDelay(this::refreshModels, every, every, TimeUnit.MILLISECONDS);
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
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

    private void refreshModels() {
        first.refresh();
        if (second != null) {
            second.refresh();
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
                second == null ? first.version() : first.version() + " and " + second.version());
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
            poll();
        } catch (NoOffsetForPartitionException e) {
            place(e.partitions());
        } catch (OffsetOutOfRangeException e) {
            expired(e);
        }
        RuntimeException failed = failure.getAndSet(null);
        if (failed != null) {
            throw failed;
        }
        formBatches();
        while (!scoring.isEmpty() && scoring.peek().isScored() && written.size() < BATCHES_UNACKNOWLEDGED) {
            write(scoring.remove());
            // The scorers are not to wait while this thread writes.
            formBatches();
        }
        acknowledge();
        if (!progress.isEmpty()
                && sinceMillis(uncommittedSinceNanos) >= config.batching().commitMillis()) {
            if (exactlyOnce) {
                commit();
            } else {
                beginCommit();
            }
        }
        flow();
    }

    private void poll() {
        long millis;
        if (!scoring.isEmpty() || !written.isEmpty()) {
            millis = scoring.isEmpty() || !scoring.peek().isScored() ? 1 : 0;
        } else if (!waiting.isEmpty()) {
            millis = config.batching().windowMillis()
                    - sinceMillis(waiting.peek().receivedNanos());
        } else {
            millis = IDLE_MILLIS;
        }
        if (!progress.isEmpty()) {
            millis = Math.min(millis, config.batching().commitMillis() - sinceMillis(uncommittedSinceNanos));
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(Math.max(0, millis)));
        List<Item> together = new ArrayList<>();
        int bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            Long lease = leases.get(partition);
            if (lease == null) {
                throw new IllegalStateException(
                        "A worker expects messages of its partitions alone, but it got one of " + partition + ".");
            }
            ServedModel model = source(record).acquire();
            Item item = new Item(record, partition, lease, model);
            waiting.add(item);
            waitingBytes += item.bytes();
            together.add(item);
            bytes += item.bytes();
            if (together.size() == DECODED_TOGETHER || bytes >= BYTES_DECODED_TOGETHER) {
                decode(together);
                together = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!together.isEmpty()) {
            decode(together);
        }
    }

    private void decode(List<Item> items) {
        decoders.execute(() -> items.forEach(item -> item.decode(measurements)));
    }

    private ModelSource source(ConsumerRecord<byte[], byte[]> record) {
        if (second == null) {
            return first;
        }
        Coordinates place = new Coordinates(record.topic(), record.partition(), record.offset(), record.timestamp());
        return split.second(record.key(), place) ? second : first;
    }

    private static long sinceMillis(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private void formBatches() {
        int images = config.batching().images();
        while (!waiting.isEmpty()
                && unscored() < batchesAtOnce
                && scoring.size() < BATCHES_SCORED * batchesAtOnce
                && (waiting.size() >= images
                        || sinceMillis(waiting.peek().receivedNanos())
                                >= config.batching().windowMillis())) {
            List<Item> items = new ArrayList<>();
            while (items.size() < images && !waiting.isEmpty()) {
                Item item = waiting.remove();
                waitingBytes -= item.bytes();
                items.add(item);
            }
            scoring.add(new Batch(items, config, scorers, measurements));
        }
    }

    private int unscored() {
        int unscored = 0;
        for (Batch batch : scoring) {
            unscored += batch.isScored() ? 0 : 1;
        }
        return unscored;
    }

    private boolean isOurs(Item item) {
        Long lease = leases.get(item.partition());
        return lease != null && lease == item.lease();
    }

    private void write(Batch batch) {
        try {
            for (Batch.Outcome outcome : outcomes(batch)) {
                Item item = outcome.item();
                if (!isOurs(item)) {
                    continue;
                }
                if (outcome.isDeadLetter() && config.deadLetters().failFast()) {
                    failFast(batch, outcome);
                }
                send(batch, outcome);
            }
        } finally {
            batch.release();
        }
        if (!exactlyOnce) {
            written.add(batch);
        }
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
        if (!exactlyOnce) {
            written.add(batch);
        }
        commitAll();
        throw new RunFailedException("The message of " + outcome.item().source() + " expects to be scored, but "
                + outcome.reason() + ". Maybe repair it, or set deadLetters.failFast to false.");
    }

    private void send(Batch batch, Batch.Outcome outcome) {
        Item item = outcome.item();
        if (exactlyOnce) {
            openTransaction();
            // A failure comes back when the transaction is committed.
            var unused = producer.send(outcome.answer());
            inTransaction.add(outcome);
            progressed(item);
            return;
        }
        batch.sending(item);
        int sentIn = generation.get();
        var unused = producer.send(outcome.answer(), (metadata, failed) -> {
            if (sentIn != generation.get()) {
                // Of a producer that was given up; the message is scored again.
                return;
            }
            if (failed != null) {
                failure.compareAndSet(
                        null, failed instanceof RuntimeException known ? known : new KafkaException(failed));
            } else {
                measurements.answered(
                        outcome.isDeadLetter(),
                        System.currentTimeMillis() - item.message().timestamp());
                batch.acknowledged();
            }
        });
    }

    private void openTransaction() {
        if (!transactionOpen) {
            producer.beginTransaction();
            transactionOpen = true;
        }
    }

    private void progressed(Item item) {
        ConsumerRecord<byte[], byte[]> message = item.message();
        progressed(item.partition(), new OffsetAndMetadata(message.offset() + 1, message.leaderEpoch(), ""));
    }

    private void progressed(TopicPartition partition, OffsetAndMetadata next) {
        if (progress.isEmpty()) {
            uncommittedSinceNanos = System.nanoTime();
        }
        progress.put(partition, next);
    }

    private void acknowledge() {
        while (!written.isEmpty() && written.peek().isAcknowledged()) {
            for (Item item : written.remove().sent()) {
                if (isOurs(item)) {
                    progressed(item);
                }
            }
        }
    }

    private void commit() {
        if (progress.isEmpty()) {
            return;
        }
        if (exactlyOnce) {
            openTransaction();
            producer.sendOffsetsToTransaction(progress, consumer.groupMetadata());
            producer.commitTransaction();
            transactionOpen = false;
            long now = System.currentTimeMillis();
            for (Batch.Outcome outcome : inTransaction) {
                measurements.answered(
                        outcome.isDeadLetter(), now - outcome.item().message().timestamp());
            }
            inTransaction.clear();
        } else {
            try {
                consumer.commitSync(progress);
            } catch (RebalanceInProgressException e) {
                // Partitions are being dealt anew; afterwards it can be committed.
                uncommittedSinceNanos = System.nanoTime();
                return;
            }
        }
        progress.clear();
        committed();
    }

    /** Has progress stored while the work goes on; what is not stored in the end stays to be. */
    private void beginCommit() {
        uncommittedSinceNanos = System.nanoTime();
        consumer.commitAsync(Map.copyOf(progress), (stored, failed) -> {
            if (failed == null) {
                stored.forEach(progress::remove);
                committed();
            } else if (!(failed instanceof RetriableException) || hasFailedForLong()) {
                failure.compareAndSet(
                        null, failed instanceof RuntimeException known ? known : new KafkaException(failed));
            }
        });
    }

    private void committed() {
        failing = false;
        fenced = 0;
    }

    /** Writes what is being scored, and commits all that is written. */
    private void finish() {
        while (!scoring.isEmpty()) {
            if (!scoring.peek().isScored()) {
                // No transaction stays open while a large model computes.
                commitAll();
            }
            write(scoring.remove());
        }
        commitAll();
    }

    private void commitAll() {
        if (!exactlyOnce) {
            producer.flush();
            RuntimeException failed = failure.getAndSet(null);
            if (failed != null) {
                throw failed;
            }
            acknowledge();
        }
        commit();
    }

    /** Pauses reading when more waits than can be scored soon. */
    private void flow() {
        int most = BATCHES_WAITING * Math.max(config.batching().images(), 64);
        boolean full = waiting.size() >= most || waitingBytes >= BYTES_WAITING;
        boolean roomy = waiting.size() < most / 2 && waitingBytes < BYTES_WAITING / 2;
        if (full) {
            // Again and again, as partitions that have just been assigned are not paused.
            consumer.pause(consumer.assignment());
            paused = true;
        } else if (paused && roomy) {
            consumer.resume(consumer.paused());
            paused = false;
        }
        measurements.waiting(waiting.size());
        long behind = waiting.size();
        for (TopicPartition partition : leases.keySet()) {
            behind += consumer.currentLag(partition).orElse(0);
        }
        measurements.lag(behind
                + scoring.stream().mapToInt(batch -> batch.items().size()).sum());
    }

    private void drop(Iterator<Item> items) {
        while (items.hasNext()) {
            Item item = items.next();
            if (!isOurs(item)) {
                items.remove();
                waitingBytes -= item.bytes();
                item.model().release();
            }
        }
    }

    /** Where a partition begins of which nothing is committed. */
    private void place(Set<TopicPartition> partitions) {
        Map<String, Boolean> begun = new HashMap<>();
        for (TopicPartition partition : partitions) {
            boolean latest = config.startingOffsets() == StartingOffsets.LATEST
                    && !begun.computeIfAbsent(partition.topic(), this::isBegun);
            if (latest) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seekToBeginning(List.of(partition));
            }
        }
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata start = new OffsetAndMetadata(consumer.position(partition));
            starts.put(partition, start);
            // Committed as if something had been answered: what comes while no worker is there counts from here.
            progressed(partition, start);
        }
    }

    /** Whether the group has come anywhere in a topic: then a partition without progress is a new one, and is read from its start. */
    private boolean isBegun(String topic) {
        Set<TopicPartition> all = new HashSet<>();
        for (PartitionInfo partition : consumer.partitionsFor(topic)) {
            all.add(new TopicPartition(topic, partition.partition()));
        }
        return consumer.committed(all).values().stream().anyMatch(offset -> offset != null);
    }

    private void expired(OffsetOutOfRangeException e) {
        Map<TopicPartition, Long> oldest =
                consumer.beginningOffsets(e.offsetOutOfRangePartitions().keySet());
        e.offsetOutOfRangePartitions().forEach((partition, offset) -> {
            ExpiredOffset expired = new ExpiredOffset(partition, offset, oldest.getOrDefault(partition, 0L));
            if (config.onExpiredOffsets() == ExpiredOffsets.FAIL) {
                finish();
                throw expired.failure(e);
            }
            log.accept(expired.remark());
            consumer.seek(partition, expired.oldest());
        });
    }

    /** Drops whatever is not committed, and goes back to what is. */
    private void recover(RuntimeException reason) {
        requireRecoverable(reason);
        measurements.recovered();
        log.accept("going back to what is committed: " + kafka.reason(reason));
        leases.replaceAll((partition, lease) -> ++lastLease);
        drop(waiting.iterator());
        inTransaction.clear();
        written.clear();
        progress.clear();
        transactionOpen = false;
        replaceProducer();
        makeReady();
        try {
            consumer.committed(consumer.assignment()).forEach((partition, offset) -> {
                OffsetAndMetadata next = offset == null ? starts.get(partition) : offset;
                if (next != null) {
                    consumer.seek(partition, next);
                    if (offset == null) {
                        progressed(partition, next);
                    }
                }
            });
        } catch (KafkaException e) {
            recover(e);
        }
    }

    private void replaceProducer() {
        generation.incrementAndGet();
        producer.close(Duration.ZERO);
        failure.set(null);
        producer = clients.producer();
    }

    /** Makes the producer ready, and takes care of the transaction that its forerunner has left; waits for Kafka, but not for ever. */
    private void makeReady() {
        while (exactlyOnce && stopping.getCount() > 0) {
            try {
                producer.initTransactions();
                return;
            } catch (KafkaException e) {
                requireRecoverable(e);
                log.accept("waiting for Kafka: " + kafka.reason(e));
                replaceProducer();
            }
        }
    }

    private void requireRecoverable(RuntimeException failed) {
        if (KafkaClients.isFinal(failed)) {
            throw new RunFailedException(kafka.untaken("The stream " + config.name(), failed), failed);
        }
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException && ++fenced > FENCED_AT_MOST) {
                throw new RunFailedException("The stream " + config.name() + " expects to be the only one with the"
                        + " transactional.id " + clients.transactionalId()
                        + ", but another producer takes it again and again. Maybe give each worker its own, or none.");
            }
        }
        if (hasFailedForLong()) {
            throw new RunFailedException(
                    "The stream " + config.name() + " expects Kafka to take its predictions within " + RECOVERY_SECONDS
                            + " s, but: " + kafka.reason(failed) + ".");
        }
    }

    /** Whether nothing has gone well for as long as is borne; to be asked whenever something fails. */
    private boolean hasFailedForLong() {
        if (!failing) {
            failing = true;
            failingSinceNanos = System.nanoTime();
        }
        return sinceMillis(failingSinceNanos) > RECOVERY_SECONDS * 1000L;
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                leases.put(partition, ++lastLease);
            }
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
            partitions.forEach(progress::remove);
            if (transactionOpen) {
                failure.compareAndSet(null, new KafkaException("partitions were lost: " + partitions));
            }
        }

        private void forget(Collection<TopicPartition> partitions) {
            leases.keySet().removeAll(partitions);
            drop(waiting.iterator());
        }
    }

    /** Gives back all that it holds, and leaves the group. To be called after {@link #run} has returned. */
    @Override
    public void close() {
        watch.shutdownNow();
        leases.clear();
        drop(waiting.iterator());
        scoring.forEach(Batch::release);
        scoring.clear();
        List<AutoCloseable> opened = new ArrayList<>();
        // The consumer gives its partitions back, for which it may still commit.
        opened.add(() -> consumer.close(Duration.ofSeconds(CLOSE_SECONDS)));
        opened.add(() -> producer.close(Duration.ofSeconds(CLOSE_SECONDS)));
        opened.add(() -> {
            decoders.shutdown();
            scorers.shutdown();
            if (!scorers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.accept("a batch is still being scored");
            }
        });
        if (endpoint != null) {
            opened.add(endpoint);
        }
        opened.add(first);
        if (second != null) {
            opened.add(second);
        }
        closeAll(opened);
    }
}
