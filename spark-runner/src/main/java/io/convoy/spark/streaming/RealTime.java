package io.convoy.spark.streaming;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.message.MessageHeader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Spark's real-time mode: each partition has a task that hands on every message as soon as it is there. Whatever the query had
 * not committed is done again after a stop, so predictions can be there twice; the model is that of the query's start.
 */
final class RealTime {
    /** Between two of Spark's checkpoints. */
    private static final String CHECKPOINTED = "1 minute";

    private static final StructType HEADER =
            new StructType().add("key", DataTypes.StringType).add("value", DataTypes.BinaryType);
    private static final StructType OUTGOING = new StructType()
            .add("topic", DataTypes.StringType)
            .add("key", DataTypes.BinaryType)
            .add("value", DataTypes.BinaryType)
            .add("headers", DataTypes.createArrayType(HEADER));

    private RealTime() {}

    /** With fewer task slots than partitions some partitions would wait without end, and nobody would be told. */
    static void requireSlots(SparkSession spark, int partitions) {
        int slots = spark.sparkContext().defaultParallelism()
                / Math.max(1, spark.sparkContext().conf().getInt("spark.task.cpus", 1));
        if (slots < partitions) {
            throw new InvalidInputException("mode = latency expects a core for each of the " + partitions
                    + " partitions of input.topics, but " + spark.sparkContext().master() + " has " + slots
                    + ". Maybe give the job " + partitions + " cores, or set mode to throughput.");
        }
    }

    static DataStreamWriter<Row> writer(Dataset<Row> messages, Plan plan, BatchModels models, Tally tally) {
        return messages.mapPartitions(new Task(plan, models, tally), Encoders.row(OUTGOING))
                .writeStream()
                .format("kafka")
                .options(SparkOptions.sink(plan.clients()))
                .outputMode(OutputMode.Update())
                .trigger(Trigger.RealTime(CHECKPOINTED));
    }

    private record Task(Plan plan, BatchModels models, Tally tally) implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            RecordScorer scorer = new RecordScorer(plan, models, tally);
            TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> scorer.close());
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return rows.hasNext();
                }

                @Override
                public Row next() {
                    Outgoing outgoing =
                            scorer.score(List.of(Incoming.of(rows.next()))).get(0);
                    tally.add(System.currentTimeMillis() - outgoing.timestampMillis());
                    return row(outgoing);
                }
            };
        }
    }

    private static Row row(Outgoing outgoing) {
        List<Row> headers = new ArrayList<>();
        for (MessageHeader header : outgoing.headers()) {
            headers.add(RowFactory.create(header.key(), header.value()));
        }
        return RowFactory.create(outgoing.topic(), outgoing.key(), outgoing.value(), headers.toArray(Row[]::new));
    }
}
