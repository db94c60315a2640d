package io.convoy.spark.ml;

import io.convoy.engine.metric.Ranking;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.ModelCard;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.scoring.ChunkScorer.Scored;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns that scoring adds; an empty name leaves one out.
 *
 * @param topCount how many classes the column {@code top} tells
 */
record OutputColumns(
        String prediction,
        String label,
        String probability,
        String top,
        int topCount,
        String scores,
        String heads,
        String embedding,
        String error)
        implements Serializable {
    private static final StructType CHOICE = new StructType(new StructField[] {
        field("label", DataTypes.StringType, Metadata.empty()),
        field("probability", DataTypes.FloatType, Metadata.empty())
    });

    /** What a row gets in one column. */
    private interface Value {
        @Nullable
        Object of(Scored<Row> scored);
    }

    private record Column(StructField field, Value value) {}

    private static StructField field(String name, DataType type, Metadata metadata) {
        return new StructField(name, type, true, metadata);
    }

    private static DataType floats() {
        return DataTypes.createArrayType(DataTypes.FloatType, false);
    }

    /** The columns for {@code card}'s heads, in order. */
    private List<Column> columns(ModelCard card) {
        List<Column> columns = new ArrayList<>();
        Head head = card.head();
        if (head.kind() == Head.Kind.CLASSES) {
            Metadata classes = head.labels().isEmpty()
                    ? Metadata.empty()
                    : NominalAttribute.defaultAttr()
                            .withName(prediction.isEmpty() ? "prediction" : prediction)
                            .withValues(head.labels().toArray(String[]::new))
                            .toMetadata();
            add(columns, prediction, DataTypes.DoubleType, classes, scored ->
                    (double) Ranking.best(scored.scores(), 0, head.size()));
            add(
                    columns,
                    label,
                    DataTypes.StringType,
                    Metadata.empty(),
                    scored -> head.label(Ranking.best(scored.scores(), 0, head.size())));
            add(
                    columns,
                    probability,
                    SQLDataTypes.VectorType(),
                    Metadata.empty(),
                    scored -> vector(head.probabilities(scored.scores(), 0)));
            add(
                    columns,
                    top,
                    DataTypes.createArrayType(CHOICE, false),
                    Metadata.empty(),
                    scored -> head.top(scored.scores(), 0, topCount).stream()
                            .map(choice -> RowFactory.create(choice.label(), choice.probability()))
                            .toArray());
        }
        add(columns, scores, floats(), Metadata.empty(), Scored::scores);
        if (card.heads().size() > 1) {
            add(columns, heads, further(card), Metadata.empty(), scored -> further(card, scored.scores()));
        }
        add(columns, embedding, SQLDataTypes.VectorType(), Metadata.empty(), scored -> vector(scored.embedding()));
        return columns;
    }

    private static void add(List<Column> columns, String name, DataType type, Metadata metadata, Value value) {
        if (!name.isEmpty()) {
            columns.add(new Column(field(name, type, metadata), value));
        }
    }

    private static Vector vector(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return Vectors.dense(doubles);
    }

    private static StructType further(ModelCard card) {
        return new StructType(card.heads().stream()
                .skip(1)
                .map(head -> field(head.name(), head.kind() == Head.Kind.CLASSES ? CHOICE : floats(), Metadata.empty()))
                .toArray(StructField[]::new));
    }

    private static Row further(ModelCard card, float[] scores) {
        List<Object> values = new ArrayList<>();
        int offset = card.head().size();
        for (Head head : card.heads().subList(1, card.heads().size())) {
            if (head.kind() == Head.Kind.CLASSES) {
                Head.Choice best = head.top(scores, offset, 1).get(0);
                values.add(RowFactory.create(best.label(), best.probability()));
            } else {
                values.add(Arrays.copyOfRange(scores, offset, offset + head.size()));
            }
            offset += head.size();
        }
        return RowFactory.create(values.toArray());
    }

    /**
     * The columns of {@code given} and these.
     *
     * @throws InvalidInputException if a name is there already
     */
    StructType addTo(StructType given, ModelCard card) {
        List<StructField> fields = new ArrayList<>(Arrays.asList(given.fields()));
        columns(card).forEach(column -> fields.add(column.field()));
        if (!error.isEmpty()) {
            fields.add(field(error, DataTypes.StringType, Metadata.empty()));
        }
        for (int i = given.length(); i < fields.size(); i++) {
            String name = fields.get(i).name();
            if (fields.subList(0, i).stream().anyMatch(field -> field.name().equalsIgnoreCase(name))) {
                throw new InvalidInputException("ConvoyModel expects to add the column " + name
                        + ", but it is there already. Maybe drop it, or choose another name.");
            }
        }
        return new StructType(fields.toArray(StructField[]::new));
    }

    /** Writes rows for one card. */
    Writer writer(ModelCard card) {
        return new Writer(columns(card), !error.isEmpty());
    }

    /** Makes rows. */
    static final class Writer {
        private final List<Column> columns;
        private final boolean reasons;

        private Writer(List<Column> columns, boolean reasons) {
            this.columns = columns;
            this.reasons = reasons;
        }

        /** The row with the columns behind its own. */
        Row row(Scored<Row> scored) {
            Row row = scored.item();
            @Nullable Object[] values = new @Nullable Object[row.length() + columns.size() + (reasons ? 1 : 0)];
            int next = 0;
            for (; next < row.length(); next++) {
                values[next] = row.get(next);
            }
            for (Column column : columns) {
                values[next++] =
                        scored.reason().isPresent() ? null : column.value().of(scored);
            }
            if (reasons) {
                values[next] = scored.reason().orElse(null);
            }
            return RowFactory.create(values);
        }
    }
}
