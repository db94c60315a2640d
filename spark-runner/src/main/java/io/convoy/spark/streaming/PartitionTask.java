package io.convoy.spark.streaming;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** A task of a micro-batch: scores the messages of an input partition, in order, and has them written. */
record PartitionTask(Plan plan, BatchModels models, Tally tally) implements ForeachPartitionFunction<Row> {
    /** Predictions that wait for their transaction, in bytes. */
    private static final long MOST_WAITING = 16L << 20;

    @Override
    public void call(Iterator<Row> rows) {
        if (!rows.hasNext()) {
            return;
        }
        try (RecordScorer scorer = new RecordScorer(plan, models, tally)) {
            Incoming message = Incoming.of(rows.next());
            while (message != null) {
                // Spark gives a task the messages of one partition; should it ever give more, they come one after the
                // other.
                message = partition(scorer, message, rows);
            }
        }
    }

    /** Handles the messages of one partition from {@code first} on; returns the first one of another partition, or null. */
    private @Nullable Incoming partition(RecordScorer scorer, Incoming first, Iterator<Row> rows) {
        TopicPartition source =
                new TopicPartition(first.source().topic(), first.source().partition());
        PredictionSink sink = Sinks.take(plan, source);
        try {
            Writing writing = new Writing(scorer, sink, sink.next());
            Incoming message = first;
            while (message != null
                    && message.source().partition() == source.partition()
                    && message.source().topic().equals(source.topic())) {
                writing.add(message);
                message = rows.hasNext() ? Incoming.of(rows.next()) : null;
            }
            writing.end();
            Sinks.giveBack(sink);
            return message;
        } catch (RuntimeException | Error failed) {
            Sinks.drop(sink);
            throw failed;
        }
    }

    /** The way of one partition's messages from the source to the sink. */
    private final class Writing {
        private final RecordScorer scorer;
        private final PredictionSink sink;
        private final long from;
        private final List<Incoming> unscored = new ArrayList<>();
        private final List<Outgoing> unwritten = new ArrayList<>();
        private final List<Long> unflushed = new ArrayList<>();
        private long read;
        private long bytes;
        private long next;
        private long written = System.nanoTime();

        Writing(RecordScorer scorer, PredictionSink sink, long from) {
            this.scorer = scorer;
            this.sink = sink;
            this.from = from;
        }

        void add(Incoming message) {
            read++;
            if (message.source().offset() >= from) {
                unscored.add(message);
                if (unscored.size() == plan.images()) {
                    score();
                }
            }
        }

        private void score() {
            for (Outgoing outgoing : scorer.score(unscored)) {
                unwritten.add(outgoing);
                bytes += outgoing.bytes();
                next = outgoing.offset() + 1;
            }
            unscored.clear();
            if (bytes > MOST_WAITING || System.nanoTime() - written > plan.commitMillis() * 1_000_000L) {
                write();
            }
        }

        private void write() {
            if (!unwritten.isEmpty()) {
                sink.write(unwritten, next);
                if (plan.exactlyOnce()) {
                    tally(unwritten.stream().map(Outgoing::timestampMillis).toList());
                } else {
                    unwritten.forEach(outgoing -> unflushed.add(outgoing.timestampMillis()));
                }
                unwritten.clear();
                bytes = 0;
            }
            written = System.nanoTime();
        }

        private void tally(List<Long> timestamps) {
            long now = System.currentTimeMillis();
            timestamps.forEach(timestamp -> tally.add(now - timestamp));
        }

        void end() {
            if (!unscored.isEmpty()) {
                score();
            }
            write();
            sink.flush();
            tally(unflushed);
            tally.read(read);
        }
    }
}
