package io.convoy.spark.streaming;

import io.convoy.spark.message.MessageHeader;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written about one message: a prediction or a dead letter.
 *
 * @param offset of the message in its partition
 * @param timestampMillis the message's timestamp
 * @param topic where to
 * @param key the message's
 * @param value of the prediction or the dead letter
 * @param headers of both
 */
@SuppressWarnings("ArrayRecordComponent")
record Outgoing(
        long offset,
        long timestampMillis,
        String topic,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<MessageHeader> headers) {
    ProducerRecord<byte[], byte[]> asRecord() {
        List<Header> all = new ArrayList<>(headers.size());
        for (MessageHeader header : headers) {
            all.add(new RecordHeader(header.key(), header.value()));
        }
        return new ProducerRecord<>(topic, null, null, key, value, all);
    }

    /** About how much memory it holds. */
    long bytes() {
        return 200L + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    }
}
