package io.convoy.spark.streaming;

import io.convoy.spark.message.Coordinates;
import io.convoy.spark.message.MessageHeader;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A message as Spark's source gives it.
 *
 * @param source where it stands
 * @param key its key, if any
 * @param value its value; none in a tombstone
 * @param headers its own
 */
@SuppressWarnings("ArrayRecordComponent")
record Incoming(Coordinates source, byte @Nullable [] key, byte @Nullable [] value, List<MessageHeader> headers) {
    /** The columns of the source that are read, in the order in which {@link #of} takes them. */
    static final List<String> COLUMNS = List.of("key", "value", "topic", "partition", "offset", "timestamp", "headers");

    static Incoming of(Row row) {
        List<MessageHeader> headers = new ArrayList<>();
        if (!row.isNullAt(6)) {
            List<Row> all = row.getList(6);
            for (Row header : all) {
                headers.add(new MessageHeader(header.getString(0), header.<byte @Nullable []>getAs(1)));
            }
        }
        return new Incoming(
                new Coordinates(
                        row.getString(2),
                        row.getInt(3),
                        row.getLong(4),
                        row.getTimestamp(5).getTime()),
                row.<byte @Nullable []>getAs(0),
                row.<byte @Nullable []>getAs(1),
                headers);
    }
}
