package io.convoy.spark.kafka;

import io.convoy.spark.config.AbTestConfig;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.message.Coordinates;
import io.convoy.spark.message.KeySplit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The model of a stream, or the two of an A/B test, in their newest usable versions. For any number of threads. */
final class ServedModels implements AutoCloseable {
    private final ModelSource first;
    private final @Nullable ModelSource second;
    private final KeySplit split;

    /** Loads what is there. */
    ServedModels(StreamConfig config, Consumer<String> log) {
        AbTestConfig test = config.abTest();
        this.split = new KeySplit(test == null ? 0 : test.share());
        this.first = new ModelSource(config.model(), config, log);
        try {
            this.second = test == null ? null : new ModelSource(test.model(), config, log);
        } catch (RuntimeException | Error e) {
            first.close();
            throw e;
        }
    }

    /** What scores a message, held once more: whoever gets it releases it. */
    ServedModel acquire(ConsumerRecord<byte[], byte[]> message) {
        if (second == null) {
            return first.acquire();
        }
        Coordinates place =
                new Coordinates(message.topic(), message.partition(), message.offset(), message.timestamp());
        return (split.second(message.key(), place) ? second : first).acquire();
    }

    /** Takes up other versions, if there are some that can be used. For one thread. */
    void refresh() {
        first.refresh();
        if (second != null) {
            second.refresh();
        }
    }

    /** For people. */
    String versions() {
        return second == null ? first.version() : first.version() + " and " + second.version();
    }

    @Override
    public void close() {
        first.close();
        if (second != null) {
            second.close();
        }
    }
}
