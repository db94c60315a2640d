package io.convoy.spark.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far a worker has come since it last stored that in Kafka. For one thread. */
final class Progress {
    private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    private long sinceNanos;

    /** A message is answered, and all before it in its partition. */
    void answered(Item item) {
        ConsumerRecord<byte[], byte[]> message = item.message();
        put(item.partition(), new OffsetAndMetadata(message.offset() + 1, message.leaderEpoch(), ""));
    }

    /** The next message of a partition that is to be answered. */
    void put(TopicPartition partition, OffsetAndMetadata offset) {
        if (next.isEmpty()) {
            postpone();
        }
        next.put(partition, offset);
    }

    boolean isEmpty() {
        return next.isEmpty();
    }

    /** For how long it has waited for being stored. */
    long waitingMillis() {
        return (System.nanoTime() - sinceNanos) / 1_000_000;
    }

    /** Lets it wait from now on. */
    void postpone() {
        sinceNanos = System.nanoTime();
    }

    Map<TopicPartition, OffsetAndMetadata> copy() {
        return Map.copyOf(next);
    }

    /** These offsets are stored; what has come since is not. */
    void stored(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach(next::remove);
    }

    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(next::remove);
    }

    void clear() {
        next.clear();
    }
}
