package io.convoy.spark.ml;

import io.convoy.engine.kernel.Precision;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.scoring.ChunkScorer;
import io.convoy.spark.scoring.ChunkScorer.Scored;
import io.convoy.spark.scoring.SharedModel;
import io.convoy.spark.scoring.SharedModels;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * How tasks score their rows.
 *
 * @param path the model's folder
 * @param version the model's version
 * @param precision what the model computes in
 * @param node the node whose values are told as well; none if there is none
 * @param reader how a row's image is read
 * @param outputs what is told
 * @param failFast whether a row that can't be used fails the task
 */
record RowScoring(
        String path,
        String version,
        Precision precision,
        @Nullable String node,
        RowReader reader,
        OutputColumns outputs,
        boolean failFast)
        implements Serializable {
    /** Scores the rows of a partition while they are asked for. */
    Iterator<Row> score(Iterator<Row> rows) {
        return rows.hasNext() ? new Chunks(rows) : Collections.emptyIterator();
    }

    private final class Chunks implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final List<SharedModel> models = new ArrayList<>();
        private final ChunkScorer<Row> scorer;
        private final OutputColumns.Writer writer;
        private final Queue<Row> ready = new ArrayDeque<>();
        private long read;

        Chunks(Iterator<Row> rows) {
            this.rows = rows;
            // However the task ends, and also where nobody asks for the last row.
            TaskContext task = TaskContext.get();
            if (task != null) {
                TaskContext unused = task.addTaskCompletionListener(
                        (TaskCompletionListener) ended -> models.forEach(SharedModel::close));
            }
            SharedModel model = SharedModels.of(path, version, precision);
            models.add(model);
            Optional<SharedModel> embedding =
                    Optional.ofNullable(node).map(name -> SharedModels.of(path, version, precision, Optional.of(name)));
            embedding.ifPresent(models::add);
            scorer = new ChunkScorer<>(model, embedding, reader);
            writer = outputs.writer(model.card());
        }

        @Override
        public boolean hasNext() {
            if (ready.isEmpty()) {
                fill();
            }
            return !ready.isEmpty();
        }

        private void fill() {
            List<Row> chunk = new ArrayList<>(ChunkScorer.CHUNK);
            while (chunk.size() < ChunkScorer.CHUNK && rows.hasNext()) {
                chunk.add(rows.next());
            }
            for (Scored<Row> scored : scorer.score(chunk)) {
                if (failFast && scored.reason().isPresent()) {
                    throw new RunFailedException("ConvoyModel expects images that it can use in the column "
                            + reader.column() + ", but of row " + read + " in partition "
                            + TaskContext.getPartitionId() + " "
                            + scored.reason().get()
                            + ". Maybe set onError to report.");
                }
                ready.add(writer.row(scored));
                read++;
            }
            if (chunk.isEmpty()) {
                models.forEach(SharedModel::close);
            }
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.remove();
        }
    }
}
