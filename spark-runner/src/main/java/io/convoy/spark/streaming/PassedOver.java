package io.convoy.spark.streaming;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.kafka.ExpiredOffset;
import io.convoy.spark.kafka.KafkaClients;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the messages that a micro-batch should have had, but that Kafka deleted before they were read, and which Spark's source passes
 * over where it is allowed to. Which offsets a batch goes over is in Spark's checkpoint. Offsets without a message are nothing
 * unusual, as transactions and compaction leave some, so Kafka is asked what it has; only when some are missing.
 */
final class PassedOver {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HadoopFiles files;
    private final String checkpoint;
    private final KafkaClients clients;
    private final Consumer<String> remarks;

    /**
     * For one stream.
     *
     * @param files how the checkpoint is reached
     * @param checkpoint Spark's
     * @param remarks gets lines for people
     */
    PassedOver(HadoopFiles files, String checkpoint, KafkaClients clients, Consumer<String> remarks) {
        this.files = files;
        this.checkpoint = checkpoint;
        this.clients = clients;
        this.remarks = remarks;
    }

    /** Tells what the batch {@code number}, which read so many messages, had to pass over. */
    void tell(long number, long read) {
        if (number == 0) {
            // It begins with what is there.
            return;
        }
        try {
            Map<TopicPartition, Long> begin = offsets(number - 1);
            Map<TopicPartition, Long> end = offsets(number);
            long offsets = 0;
            Map<TopicPartition, Long> unread = new HashMap<>();
            for (Map.Entry<TopicPartition, Long> partition : end.entrySet()) {
                // A new one begins with its first message.
                long from = begin.getOrDefault(partition.getKey(), 0L);
                if (partition.getValue() > from) {
                    unread.put(partition.getKey(), from);
                    offsets += partition.getValue() - from;
                }
            }
            if (read < offsets) {
                ExpiredOffset.among(unread, clients).forEach(expired -> remarks.accept(expired.remark()));
            }
        } catch (KafkaException | JsonProcessingException untold) {
            remarks.accept("batch " + number
                    + " had fewer messages than offsets, but whether some were deleted before they were"
                    + " read can't be told: " + clients.reason(untold));
        }
    }

    /** Behind the last message of a batch; in the checkpoint it is <code>{"topic": {"partition": offset}}</code> below two lines. */
    private Map<TopicPartition, Long> offsets(long batch) throws JsonProcessingException {
        List<String> lines = files.readText(HadoopFiles.resolve(checkpoint, "offsets/" + batch))
                .lines()
                .toList();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map.Entry<String, JsonNode> topic :
                JSON.readTree(lines.get(lines.size() - 1)).properties()) {
            for (Map.Entry<String, JsonNode> partition : topic.getValue().properties()) {
                offsets.put(
                        new TopicPartition(topic.getKey(), Integer.parseInt(partition.getKey())),
                        partition.getValue().longValue());
            }
        }
        return offsets;
    }
}
