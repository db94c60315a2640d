package io.convoy.spark.message;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a message stands in the topics that are read.
 *
 * @param topic its topic
 * @param partition of that topic
 * @param offset in that partition
 * @param timestampMillis the record's timestamp, milliseconds since 1970
 */
public record Coordinates(String topic, int partition, long offset, long timestampMillis) {
    /** What the names of all headers begin with that are written here. */
    public static final String HEADERS = "convoy.";

    public static final String TOPIC = HEADERS + "topic";
    public static final String PARTITION = HEADERS + "partition";
    public static final String OFFSET = HEADERS + "offset";

    /** The {@link io.convoy.engine.serve.Model#version()} of the model that scored, or would have. */
    public static final String MODEL = HEADERS + "model";

    /** The name of a message that brings none, {@code topic-partition-offset}: the same whenever it is read again. */
    public String id() {
        return topic + "-" + partition + "-" + offset;
    }

    /**
     * The headers of what is written about this message. The message's own come first, in order and byte for byte; but those whose
     * names begin with {@value #HEADERS} are left out, as they tell of an earlier passage. Then {@value #TOPIC},
     * {@value #PARTITION}, {@value #OFFSET} and {@value #MODEL}, texts in UTF-8: two predictions with the same topic, partition
     * and offset are of one message, and one of them can be dropped.
     *
     * @param own the message's own headers
     * @param model the version of the model that scored
     */
    public List<MessageHeader> headers(List<MessageHeader> own, String model) {
        List<MessageHeader> headers = new ArrayList<>(own.size() + 4);
        for (MessageHeader header : own) {
            if (!header.key().startsWith(HEADERS)) {
                headers.add(header);
            }
        }
        headers.add(MessageHeader.of(TOPIC, topic));
        headers.add(MessageHeader.of(PARTITION, Integer.toString(partition)));
        headers.add(MessageHeader.of(OFFSET, Long.toString(offset)));
        headers.add(MessageHeader.of(MODEL, model));
        return headers;
    }

    @Override
    public String toString() {
        return topic + "-" + partition + " at offset " + offset;
    }
}
