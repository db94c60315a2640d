package io.convoy.spark.kafka;

import io.convoy.spark.message.Coordinates;
import io.convoy.spark.message.MessageHeader;
import io.convoy.spark.message.MessageReader;
import io.convoy.spark.message.UnusableMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A message on its way from the consumer to its prediction. */
final class Item {
    private final ConsumerRecord<byte[], byte[]> message;
    private final TopicPartition partition;
    private final long lease;
    private final ServedModel model;
    private final long receivedMillis;
    private final long receivedNanos;
    private final CompletableFuture<Decoded> decoded = new CompletableFuture<>();

    /**
     * A message that has been looked at.
     *
     * @param parsed what the model gets; null if it can't be scored
     * @param reason why it can't be scored; empty if it can
     */
    record Decoded(MessageReader.@Nullable Parsed parsed, String reason) {}

    /**
     * A message that is still to be decoded.
     *
     * @param lease the number under which its partition is assigned to this worker
     * @param model held by the caller for this message
     */
    Item(ConsumerRecord<byte[], byte[]> message, TopicPartition partition, long lease, ServedModel model) {
        this.message = message;
        this.partition = partition;
        this.lease = lease;
        this.model = model;
        this.receivedMillis = System.currentTimeMillis();
        this.receivedNanos = System.nanoTime();
    }

    /** Decodes it; to be called once. */
    void decode(Measurements measurements) {
        long begin = System.nanoTime();
        try {
            decoded.complete(read());
        } catch (Throwable e) {
            // Whoever scores it gets it, and the others that are decoded with it are none the worse.
            decoded.completeExceptionally(e);
        } finally {
            measurements.decoded(System.nanoTime() - begin);
        }
    }

    private Decoded read() {
        try {
            return new Decoded(model.reader().read(message.value()), "");
        } catch (UnusableMessageException e) {
            return new Decoded(null, e.reason());
        } catch (RuntimeException e) {
            // One message must not stop all others, whatever a decoder makes of it.
            return new Decoded(null, "it can't be read: " + e);
        }
    }

    ConsumerRecord<byte[], byte[]> message() {
        return message;
    }

    TopicPartition partition() {
        return partition;
    }

    long lease() {
        return lease;
    }

    ServedModel model() {
        return model;
    }

    long receivedMillis() {
        return receivedMillis;
    }

    long receivedNanos() {
        return receivedNanos;
    }

    /** Waits until it is decoded. */
    Decoded decoded() {
        return decoded.join();
    }

    int bytes() {
        return Math.max(0, message.serializedValueSize());
    }

    Coordinates source() {
        return new Coordinates(message.topic(), message.partition(), message.offset(), message.timestamp());
    }

    List<MessageHeader> headers() {
        List<MessageHeader> headers = new ArrayList<>();
        for (Header header : message.headers()) {
            headers.add(new MessageHeader(header.key(), header.value()));
        }
        return headers;
    }
}
