package io.convoy.spark.batch;

import io.convoy.engine.serve.ModelCard;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.ml.ConvoyModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Scores a Parquet table with Spark: into a table beside the output's place, which then becomes the output, or is told line by line.
 *
 * @param version of the model that {@code card} is of
 */
record TableScoring(HadoopFiles files, PredictionRequest request, ModelCard card, String version) {
    private static final String SCORES = "scores";
    private static final String EMBEDDING = "embedding";
    private static final String ERROR = "error";

    Predictions.Summary run(OutputFormat format) {
        String output = files.absolute(request.output());
        if (format == OutputFormat.PARQUET && files.exists(output)) {
            throw new InvalidInputException("--output expects a name that is not taken for the folder of a table, but "
                    + request.output() + " is there. Maybe choose another, or remove it.");
        }
        int slash = output.lastIndexOf('/');
        String partial = output.substring(0, slash + 1) + "." + output.substring(slash + 1) + "." + UUID.randomUUID()
                + ".partial";
        SparkSession spark = session();
        try {
            Dataset<Row> table = spark.read().parquet(files.absolute(request.input()));
            String column = column(table.schema());
            boolean text = format != OutputFormat.PARQUET;
            scored(table, column, text).write().parquet(partial);
            Dataset<Row> written = spark.read().parquet(partial);
            List<String> names = names(written.schema());
            Predictions.Tally tally = new Predictions.Tally(names);
            if (text) {
                PredictionLayout layout = new PredictionLayout(
                        names, card.heads(), request.topK(), request.scores(), request.embedding() != null);
                files.write(request.output(), out -> {
                    try (PredictionSink sink = PredictionSink.of(format, layout, out)) {
                        for (Iterator<Row> rows = written.toLocalIterator(); rows.hasNext(); ) {
                            Prediction prediction = prediction(names, rows.next());
                            tally.add(prediction);
                            sink.write(prediction);
                        }
                    }
                    Predictions.requireReadable(request, tally);
                });
            } else {
                tally.addUsable(written.filter(functions.col(ERROR).isNull()).count());
                Iterator<Row> rows =
                        written.filter(functions.col(ERROR).isNotNull()).toLocalIterator();
                while (rows.hasNext()) {
                    tally.add(prediction(names, rows.next()));
                }
                Predictions.requireReadable(request, tally);
                files.rename(partial, output);
            }
            Predictions.report(files, request.output(), tally);
            return Predictions.summary(card, version, tally);
        } finally {
            spark.stop();
            files.delete(partial);
        }
    }

    private SparkSession session() {
        SparkConf conf = new SparkConf();
        conf.setAppName("convoy predict");
        if (request.master() != null) {
            conf.setMaster(request.master());
        }
        conf.setIfMissing("spark.master", "local[*]");
        if (conf.get("spark.master").startsWith("local")) {
            conf.setIfMissing("spark.ui.enabled", "false");
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        } else {
            jar().ifPresent(jar -> conf.setIfMissing("spark.jars", jar));
        }
        conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", "1");
        conf.setIfMissing("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE");
        return SparkSession.builder().config(conf).getOrCreate();
    }

    /** The jar that this class is from; nothing where classes lie in folders. */
    private static Optional<String> jar() {
        return Optional.ofNullable(TableScoring.class.getProtectionDomain().getCodeSource())
                .map(source -> source.getLocation().toString())
                .filter(location -> location.endsWith(".jar"));
    }

    private String column(StructType schema) {
        if (request.column() != null) {
            return request.column();
        }
        List<String> binary = Arrays.stream(schema.fields())
                .filter(field -> field.dataType() instanceof BinaryType)
                .map(StructField::name)
                .toList();
        if (binary.size() != 1) {
            throw new InvalidInputException(request.input() + " expects one binary column, of image files, but it has "
                    + (binary.isEmpty() ? "none" : String.join(", ", binary)) + ". Maybe name it with --column.");
        }
        return binary.get(0);
    }

    /** The table without its images and with what the model tells. */
    private Dataset<Row> scored(Dataset<Row> table, String column, boolean text) {
        Dataset<Row> scored = new ConvoyModel()
                .setModelPath(request.model())
                .setPrecision(request.precision().name().toLowerCase(Locale.ROOT))
                .setInputCol(column)
                .setTopK(text ? 0 : request.topK())
                .setEmbeddingNode(request.embedding() == null ? "" : request.embedding())
                .transform(table)
                .drop(column);
        List<Column> columns = new ArrayList<>();
        for (StructField field : scored.schema().fields()) {
            Column given = functions.col("`" + field.name().replace("`", "``") + "`");
            boolean own = Arrays.stream(table.schema().fieldNames()).noneMatch(field.name()::equals);
            if (!own) {
                if (!text || simple(field.dataType())) {
                    columns.add(given);
                }
            } else if (field.name().equals("probability")) {
                columns.add(functions.array_max(floats(given)).as(field.name()));
            } else if (field.name().equals(EMBEDDING)) {
                columns.add(floats(given).as(EMBEDDING));
            } else if (field.name().equals(SCORES)) {
                if (text || request.scores() || Arrays.stream(scored.columns()).noneMatch("predictedLabel"::equals)) {
                    columns.add(given);
                }
            } else if (!field.name().equals("prediction")) {
                columns.add(given);
            }
        }
        return scored.select(columns.toArray(Column[]::new));
    }

    private static Column floats(Column vector) {
        // Spark's function knows no null.
        return functions.when(vector.isNotNull(), org.apache.spark.ml.functions.vector_to_array(vector, "float32"));
    }

    private static boolean simple(DataType type) {
        return !(type instanceof BinaryType
                || type instanceof ArrayType
                || type instanceof MapType
                || type instanceof StructType);
    }

    /** The columns that tell which row it is. */
    private List<String> names(StructType written) {
        List<String> own = List.of("predictedLabel", "probability", "topK", SCORES, "heads", EMBEDDING, ERROR);
        return Arrays.stream(written.fields())
                .filter(field -> simple(field.dataType()) && !own.contains(field.name()))
                .map(StructField::name)
                .toList();
    }

    private static Prediction prediction(List<String> names, Row row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (String name : names) {
            int index = row.fieldIndex(name);
            DataType type = row.schema().fields()[index].dataType();
            Object value = row.get(index);
            boolean kept = type instanceof NumericType || type instanceof BooleanType;
            values.add(value == null || kept ? value : Objects.toString(value));
        }
        String reason = row.getString(row.fieldIndex(ERROR));
        return new Prediction(values, Optional.ofNullable(reason), floats(row, SCORES), floats(row, EMBEDDING));
    }

    private static float[] floats(Row row, String column) {
        if (!Arrays.asList(row.schema().fieldNames()).contains(column) || row.isNullAt(row.fieldIndex(column))) {
            return new float[0];
        }
        List<Float> list = row.getList(row.fieldIndex(column));
        float[] values = new float[list.size()];
        int i = 0;
        for (float value : list) {
            values[i++] = value;
        }
        return values;
    }
}
