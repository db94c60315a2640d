package io.convoy.spark.kafka;

import io.convoy.spark.RunFailedException;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.config.StreamConfig.ExpiredOffsets;
import io.convoy.spark.config.StreamConfig.StartingOffsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Where a worker reads on: where nothing is committed, after a failure, and where messages were deleted. For one thread. */
final class Positions {
    private final StreamConfig config;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Progress progress;
    private final Consumer<String> log;
    /** Where partitions began of which nothing was committed. */
    private final Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();

    Positions(StreamConfig config, KafkaConsumer<byte[], byte[]> consumer, Progress progress, Consumer<String> log) {
        this.config = config;
        this.consumer = consumer;
        this.progress = progress;
        this.log = log;
    }

    /** Begins partitions of which nothing is committed. */
    void begin(Set<TopicPartition> partitions) {
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
            progress.put(partition, start);
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

    /** Goes back to what is committed. */
    void goBack() {
        consumer.committed(consumer.assignment()).forEach((partition, offset) -> {
            OffsetAndMetadata next = offset == null ? starts.get(partition) : offset;
            if (next != null) {
                consumer.seek(partition, next);
                if (offset == null) {
                    progress.put(partition, next);
                }
            }
        });
    }

    /**
     * Goes on with the oldest messages where those that should come next were deleted.
     *
     * @throws RunFailedException if that is not wanted
     */
    void passOver(OffsetOutOfRangeException missing) {
        Map<TopicPartition, Long> oldest =
                consumer.beginningOffsets(missing.offsetOutOfRangePartitions().keySet());
        missing.offsetOutOfRangePartitions().forEach((partition, offset) -> {
            ExpiredOffset expired = new ExpiredOffset(partition, offset, oldest.getOrDefault(partition, 0L));
            if (config.onExpiredOffsets() == ExpiredOffsets.FAIL) {
                throw expired.failure(missing);
            }
            log.accept(expired.remark());
            consumer.seek(partition, expired.oldest());
        });
    }
}
