package io.convoy.spark.kafka;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.config.StreamConfig;
import java.time.Duration;
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

/** Looks, before anything is started, whether Kafka answers, lets the user in, and has the topics. */
public final class Topics {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Topics() {}

    /**
     * The number of partitions of the input topics.
     *
     * @throws InvalidInputException if Kafka doesn't answer, or a topic isn't there
     */
    public static int require(KafkaClients clients, StreamConfig config) {
        return require(clients, config, PATIENCE);
    }

    static int require(KafkaClients clients, StreamConfig config, Duration patience) {
        List<String> topics = new ArrayList<>(config.input().topics());
        topics.add(config.output().topic());
        topics.add(config.deadLetters().topic());
        Admin admin = admin(clients);
        try {
            Map<String, KafkaFuture<TopicDescription>> described =
                    admin.describeTopics(topics).topicNameValues();
            int partitions = 0;
            for (String topic : topics) {
                int found = partitions(clients, topic, described.get(topic), patience);
                partitions += config.input().topics().contains(topic) ? found : 0;
            }
            return partitions;
        } finally {
            // With more patience the client would go on looking for somebody for a minute.
            admin.close(Duration.ZERO);
        }
    }

    private static Admin admin(KafkaClients clients) {
        try {
            return Admin.create(clients.admin());
        } catch (KafkaException failed) {
            throw clients.refused(failed);
        }
    }

    private static int partitions(
            KafkaClients clients, String topic, @Nullable KafkaFuture<TopicDescription> described, Duration patience) {
        if (described == null) {
            throw new IllegalStateException("Kafka's client expects to describe " + topic + ", but it left it out.");
        }
        String servers = clients.settings().bootstrapServers();
        try {
            return described
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .partitions()
                    .size();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new InvalidInputException("kafka.bootstrap.servers = " + servers + " expects the topic " + topic
                        + ", but it is not there. Maybe create it: kafka-topics.sh --bootstrap-server " + servers
                        + " --create --topic " + topic + " --partitions 8.");
            }
            throw new InvalidInputException(
                    "kafka.bootstrap.servers expects Kafka at " + servers + " to answer, but: " + clients.reason(failed)
                            + ".",
                    failed);
        } catch (TimeoutException late) {
            throw new InvalidInputException(
                    "kafka.bootstrap.servers expects Kafka at " + servers + ", but nobody answers within "
                            + patience.toSeconds() + " s. Maybe start it, or use another address.",
                    late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RunFailedException(
                    "Looking at Kafka's topics expects time, but it was interrupted.", interrupted);
        }
    }
}
