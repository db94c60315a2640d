package io.convoy.spark.streaming;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.kafka.KafkaSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Looks, before anything is started, whether Kafka answers and has the topics. */
final class Topics {
    private static final int SECONDS = 20;

    private Topics() {}

    /**
     * The number of partitions of the input topics.
     *
     * @throws InvalidInputException if Kafka doesn't answer, or a topic isn't there
     */
    static int require(KafkaSettings kafka, StreamConfig config) {
        List<String> topics = new ArrayList<>(config.input().topics());
        topics.add(config.output().topic());
        topics.add(config.deadLetters().topic());
        try (Admin admin = Admin.create(Clients.admin(kafka.values()))) {
            Map<String, KafkaFuture<TopicDescription>> described =
                    admin.describeTopics(topics).topicNameValues();
            int partitions = 0;
            for (String topic : topics) {
                int found = partitions(kafka, topic, described.get(topic));
                partitions += config.input().topics().contains(topic) ? found : 0;
            }
            return partitions;
        } catch (KafkaException failed) {
            throw refused(kafka, failed);
        }
    }

    private static int partitions(
            KafkaSettings kafka, String topic, @Nullable KafkaFuture<TopicDescription> described) {
        if (described == null) {
            throw new IllegalStateException("Kafka's client expects to describe " + topic + ", but it left it out.");
        }
        try {
            return described.get(SECONDS, TimeUnit.SECONDS).partitions().size();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new InvalidInputException("kafka.bootstrap.servers = " + kafka.bootstrapServers()
                        + " expects the topic " + topic + ", but it is not there. Maybe create it: kafka-topics.sh"
                        + " --bootstrap-server " + kafka.bootstrapServers() + " --create --topic " + topic
                        + " --partitions 8.");
            }
            throw refused(kafka, failed.getCause() == null ? failed : failed.getCause());
        } catch (TimeoutException late) {
            throw new InvalidInputException(
                    "kafka.bootstrap.servers expects Kafka at " + kafka.bootstrapServers()
                            + ", but nobody answers within " + SECONDS + " s. Maybe start it, or use another address.",
                    late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RunFailedException(
                    "Looking at Kafka's topics expects time, but it was interrupted.", interrupted);
        }
    }

    private static InvalidInputException refused(KafkaSettings kafka, Throwable failed) {
        Throwable cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new InvalidInputException(
                "kafka.bootstrap.servers expects Kafka at " + kafka.bootstrapServers() + " to answer, but: "
                        + kafka.redact(cause.getMessage()).strip().replaceAll("\\s+", " "),
                failed);
    }
}
