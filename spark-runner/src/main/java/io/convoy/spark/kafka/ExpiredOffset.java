package io.convoy.spark.kafka;

import io.convoy.spark.RunFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Messages that Kafka deleted before they were read.
 *
 * @param partition of the topic
 * @param offset of the first of them
 * @param oldest the first offset that Kafka still has
 */
public record ExpiredOffset(TopicPartition partition, long offset, long oldest) {
    private static final int SECONDS = 20;

    /**
     * Those of {@code offsets} that Kafka doesn't have any more.
     *
     * @throws KafkaException if Kafka doesn't tell
     */
    public static List<ExpiredOffset> among(Map<TopicPartition, Long> offsets, KafkaClients clients) {
        try (Admin admin = Admin.create(clients.admin())) {
            Map<TopicPartition, ListOffsetsResultInfo> oldest = admin.listOffsets(offsets.keySet().stream()
                            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.earliest())))
                    .all()
                    .get(SECONDS, TimeUnit.SECONDS);
            List<ExpiredOffset> expired = new ArrayList<>();
            offsets.forEach((partition, offset) -> {
                ListOffsetsResultInfo found = oldest.get(partition);
                if (found != null && found.offset() > offset) {
                    expired.add(new ExpiredOffset(partition, offset, found.offset()));
                }
            });
            return expired;
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        } catch (ExecutionException | TimeoutException failed) {
            throw new KafkaException(failed);
        }
    }

    private String what() {
        return partition + " expects the message at offset " + offset + ", but the oldest that Kafka has is at "
                + oldest;
    }

    /** What is said where the stream goes on. */
    public String remark() {
        return what() + ": going on with the oldest";
    }

    /** What is said where it doesn't. */
    public RunFailedException failure(@Nullable Throwable cause) {
        return new RunFailedException(
                what() + ": it was deleted before it was read. Maybe set onExpiredOffsets to earliest to go on with the"
                        + " oldest.",
                cause);
    }
}
