package io.convoy.spark.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that are a worker's, each under a number that is never used again: a message that was read under another one is none
 * of the worker's any more. For one thread.
 */
final class Leases {
    private final Map<TopicPartition, Long> numbers = new HashMap<>();
    private long last;

    void take(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            numbers.put(partition, ++last);
        }
    }

    void giveBack(Collection<TopicPartition> partitions) {
        numbers.keySet().removeAll(partitions);
    }

    void giveBackAll() {
        numbers.clear();
    }

    /** Gives every partition another number: whatever was read is to be read again. */
    void renew() {
        numbers.replaceAll((partition, lease) -> ++last);
    }

    Set<TopicPartition> partitions() {
        return numbers.keySet();
    }

    long number(TopicPartition partition) {
        Long number = numbers.get(partition);
        if (number == null) {
            throw new IllegalStateException(
                    "A worker expects messages of its partitions alone, but it got one of " + partition + ".");
        }
        return number;
    }

    boolean cover(Item item) {
        Long number = numbers.get(item.partition());
        return number != null && number == item.lease();
    }
}
