package io.convoy.spark.ml;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.data.HadoopModelFolder;
import io.convoy.spark.scoring.Inputs;
import io.convoy.spark.scoring.SharedModels;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A trained model as a stage of a Spark ML pipeline: it adds columns with what the model tells of the image in each row.
 *
 * <pre>{@code
 * Dataset<Row> files = spark.read().format("binaryFile").option("recursiveFileLookup", "true").load("hdfs:///photos");
 * Dataset<Row> scored = new ConvoyModel()
 *         .setModelPath("hdfs:///models/cifar10")
 *         .setInputCol("content")
 *         .setTopK(3)
 *         .transform(files)
 *         .drop("content");
 * scored.filter("error is null").select("path", "predictedLabel", "probability").show();
 * }</pre>
 *
 * <table>
 *   <caption>Columns</caption>
 *   <tr><th>column</th><th>type</th><th>what</th></tr>
 *   <tr><td>{@code prediction}</td><td>double</td><td>the likeliest class's index, as Spark's evaluators want it</td></tr>
 *   <tr><td>{@code predictedLabel}</td><td>string</td><td>its name</td></tr>
 *   <tr><td>{@code probability}</td><td>vector</td><td>of all classes</td></tr>
 *   <tr><td>{@code topK}</td><td>array of (label, probability)</td><td>the likeliest classes, where {@code topK} is above 0</td></tr>
 *   <tr><td>{@code scores}</td><td>array of float</td><td>before any softmax, those of all heads one behind the other</td></tr>
 *   <tr><td>{@code heads}</td><td>a struct with a field a head</td><td>what further heads tell, where there are any: (label, probability) or
 *       values</td></tr>
 *   <tr><td>{@code embedding}</td><td>vector</td><td>the values of {@code embeddingNode}, where one is set</td></tr>
 *   <tr><td>{@code error}</td><td>string</td><td>why the row has none of these; null where it has</td></tr>
 * </table>
 *
 * Each has a param that names it, and is left out where the name is empty. A model whose first head tells values has none of the first
 * four.
 *
 * <p>Scores have the bits of every other way of scoring in the same precision, whatever the partitions are. Rows pass in chunks of
 * the compiled batch, so memory doesn't grow with a partition, and an empty one doesn't load the model. The model's version is fixed
 * when {@code transform} is called.
 *
 * <p>Executors read the model by its path, once each (see {@link SharedModels} for why it is not broadcast), so that has to be a path which all
 * of them reach. {@code save} copies the model into the stage's folder, so a saved pipeline is whole and can be moved.
 */
public final class ConvoyModel extends Transformer implements DefaultParamsWritable {
    /** Values of the param {@code inputFormat}. */
    enum InputFormat {
        /** A JPEG or PNG file's bytes. */
        IMAGE,
        /** C·H·W unsigned bytes of the model's input, row-major, channel first. */
        PIXELS,
        /** C·H·W numbers on the scale of 0 … 1. */
        VALUES
    }

    /** Values of the param {@code onError}. */
    enum OnError {
        /** The row's outputs are null, the reason is in the error column. */
        REPORT,
        /** The job fails. */
        FAIL
    }

    private static final long serialVersionUID = 1L;

    /** Where a saved stage has its model. */
    private static final String MODEL = "model";

    private final String uid;
    private final Param<String> modelPath;
    private final Param<String> precision;
    private final Param<String> inputCol;
    private final Param<String> inputFormat;
    private final Param<String> predictionCol;
    private final Param<String> predictedLabelCol;
    private final Param<String> probabilityCol;
    private final IntParam topK;
    private final Param<String> topKCol;
    private final Param<String> scoresCol;
    private final Param<String> headsCol;
    private final Param<String> embeddingNode;
    private final Param<String> embeddingCol;
    private final Param<String> errorCol;
    private final Param<String> onError;

    /** A stage with defaults, which needs at least a model's path. */
    public ConvoyModel() {
        this(Identifiable.randomUID("convoyModel"));
    }

    /** As {@link #ConvoyModel()}, known as {@code uid}. */
    public ConvoyModel(String uid) {
        this.uid = uid;
        modelPath = new Param<>(this, "modelPath", "folder of the trained model on any Hadoop path");
        precision = text("precision", "float32 or bfloat16, what products' operands are read in", "float32");
        inputCol = text("inputCol", "column of images", "image");
        inputFormat = text("inputFormat", "image (JPEG or PNG files), pixels (bytes) or values (0 to 1)", "image");
        predictionCol = text("predictionCol", "column for the likeliest class's index", "prediction");
        predictedLabelCol = text("predictedLabelCol", "column for the likeliest class's name", "predictedLabel");
        probabilityCol = text("probabilityCol", "column for the probabilities of all classes", "probability");
        topK = new IntParam(this, "topK", "how many of the likeliest classes to tell, 0 for no column of them");
        setDefault(topK, 0);
        topKCol = text("topKCol", "column for the likeliest classes", "topK");
        scoresCol = text("scoresCol", "column for the scores of all heads", "scores");
        headsCol = text("headsCol", "column for what further heads tell", "heads");
        embeddingNode = text("embeddingNode", "node of the network whose values are told as well", "");
        embeddingCol = text("embeddingCol", "column for the values of the embedding node", "embedding");
        errorCol = text("errorCol", "column for the reason why there are no outputs", "error");
        onError = text("onError", "report (null and a reason) or fail (the job)", "report");
    }

    private Param<String> text(String name, String doc, String fallback) {
        Param<String> param = new Param<>(this, name, doc);
        setDefault(param, fallback);
        return param;
    }

    @Override
    public String uid() {
        return uid;
    }

    /** The param for the folder of the trained model, on any Hadoop path; it has no default. */
    public Param<String> modelPath() {
        return modelPath;
    }

    /**
     * The param for what feature maps are kept and weights read in: {@code float32}, the default, or {@code
     * bfloat16}, which is faster on CPUs with AVX512-BF16 and refused by others. Scores have other bits then.
     */
    public Param<String> precision() {
        return precision;
    }

    /** The param for the column of images; default {@code image}. */
    public Param<String> inputCol() {
        return inputCol;
    }

    /**
     * The param for what the images are: {@code image}, JPEG or PNG files (binary), the default; {@code pixels}, C·H·W unsigned bytes
     * (binary); {@code values}, C·H·W numbers on the scale of 0 … 1 (array of float or double).
     */
    public Param<String> inputFormat() {
        return inputFormat;
    }

    /** The param for the column of the likeliest class's index; default {@code prediction}. */
    public Param<String> predictionCol() {
        return predictionCol;
    }

    /** The param for the column of the likeliest class's name; default {@code predictedLabel}. */
    public Param<String> predictedLabelCol() {
        return predictedLabelCol;
    }

    /** The param for the column of all classes' probabilities; default {@code probability}. */
    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    /** The param for how many of the likeliest classes to tell; default 0, no column of them. */
    public IntParam topK() {
        return topK;
    }

    /** The param for the column of the likeliest classes; default {@code topK}. */
    public Param<String> topKCol() {
        return topKCol;
    }

    /** The param for the column of scores; default {@code scores}. */
    public Param<String> scoresCol() {
        return scoresCol;
    }

    /** The param for the column of what further heads tell; default {@code heads}. */
    public Param<String> headsCol() {
        return headsCol;
    }

    /**
     * The param for the node of the network whose values are told as well; default none. They are computed by a program of their own, which
     * takes about as long as the scores, so that those keep their bits.
     */
    public Param<String> embeddingNode() {
        return embeddingNode;
    }

    /** The param for the column of the embedding; default {@code embedding}. */
    public Param<String> embeddingCol() {
        return embeddingCol;
    }

    /** The param for the column of reasons; default {@code error}. */
    public Param<String> errorCol() {
        return errorCol;
    }

    /** The param for what happens to rows that can't be used: {@code report}, the default, or {@code fail}. */
    public Param<String> onError() {
        return onError;
    }

    /** Sets {@link #modelPath}. */
    public ConvoyModel setModelPath(String path) {
        return with(modelPath, path);
    }

    /** Sets {@link #precision}. */
    public ConvoyModel setPrecision(String name) {
        return with(precision, name);
    }

    /** Sets {@link #inputCol}. */
    public ConvoyModel setInputCol(String column) {
        return with(inputCol, column);
    }

    /** Sets {@link #inputFormat}. */
    public ConvoyModel setInputFormat(String format) {
        return with(inputFormat, format);
    }

    /** Sets {@link #predictionCol}; an empty name leaves the column out. */
    public ConvoyModel setPredictionCol(String column) {
        return with(predictionCol, column);
    }

    /** Sets {@link #predictedLabelCol}; an empty name leaves the column out. */
    public ConvoyModel setPredictedLabelCol(String column) {
        return with(predictedLabelCol, column);
    }

    /** Sets {@link #probabilityCol}; an empty name leaves the column out. */
    public ConvoyModel setProbabilityCol(String column) {
        return with(probabilityCol, column);
    }

    /** Sets {@link #topK}. */
    public ConvoyModel setTopK(int count) {
        return with(topK, count);
    }

    /** Sets {@link #topKCol}; an empty name leaves the column out. */
    public ConvoyModel setTopKCol(String column) {
        return with(topKCol, column);
    }

    /** Sets {@link #scoresCol}; an empty name leaves the column out. */
    public ConvoyModel setScoresCol(String column) {
        return with(scoresCol, column);
    }

    /** Sets {@link #headsCol}; an empty name leaves the column out. */
    public ConvoyModel setHeadsCol(String column) {
        return with(headsCol, column);
    }

    /** Sets {@link #embeddingNode}. */
    public ConvoyModel setEmbeddingNode(String node) {
        return with(embeddingNode, node);
    }

    /** Sets {@link #embeddingCol}; an empty name leaves the column out. */
    public ConvoyModel setEmbeddingCol(String column) {
        return with(embeddingCol, column);
    }

    /** Sets {@link #errorCol}; an empty name leaves the column out. */
    public ConvoyModel setErrorCol(String column) {
        return with(errorCol, column);
    }

    /** Sets {@link #onError}. */
    public ConvoyModel setOnError(String what) {
        return with(onError, what);
    }

    private <T> ConvoyModel with(Param<T> param, T value) {
        set(param, value);
        return this;
    }

    /** The model's folder as every process understands it. */
    private HadoopModelFolder folder() {
        if (!isDefined(modelPath)) {
            throw new InvalidInputException(
                    "ConvoyModel expects the path of a trained model, but modelPath is not set. Maybe call setModelPath.");
        }
        HadoopFiles files = HadoopFiles.ofThisProcess();
        return new HadoopModelFolder(files, files.absolute(getOrDefault(modelPath)));
    }

    private static <E extends Enum<E>> E choice(Param<String> param, String value, List<E> constants) {
        for (E one : constants) {
            if (lower(one).equals(value)) {
                return one;
            }
        }
        throw new InvalidInputException("ConvoyModel's " + param.name() + " expects one of "
                + String.join(", ", constants.stream().map(ConvoyModel::lower).toList()) + ", but it is " + value
                + ".");
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private OutputColumns outputs() {
        int count = getOrDefault(topK) instanceof Integer k ? k : 0;
        if (count < 0) {
            throw new InvalidInputException("ConvoyModel's topK expects 0 or more classes, but it is " + count + ".");
        }
        return new OutputColumns(
                getOrDefault(predictionCol),
                getOrDefault(predictedLabelCol),
                getOrDefault(probabilityCol),
                count == 0 ? "" : getOrDefault(topKCol),
                count,
                getOrDefault(scoresCol),
                getOrDefault(headsCol),
                getOrDefault(embeddingNode).isEmpty() ? "" : getOrDefault(embeddingCol),
                getOrDefault(errorCol));
    }

    private InputFormat format() {
        return choice(inputFormat, getOrDefault(inputFormat), List.of(InputFormat.values()));
    }

    private Precision operands() {
        return choice(precision, getOrDefault(precision), List.of(Precision.values()));
    }

    /**
     * The columns of {@code schema} and those that this stage adds.
     *
     * @throws InvalidInputException if a param, the model or the input column can't be used
     */
    @Override
    public StructType transformSchema(StructType schema) {
        return schema(schema, folder().card());
    }

    private StructType schema(StructType given, ModelCard card) {
        InputFormat format = format();
        if (format == InputFormat.IMAGE) {
            Inputs.requireFiles(card);
        }
        RowReader.require(given, getOrDefault(inputCol), format);
        return outputs().addTo(given, card);
    }

    /**
     * Adds the columns. Nothing is scored before rows are asked for; a streaming {@code data} is scored with the model that is there now,
     * for as long as its query runs.
     *
     * @throws InvalidInputException if a param, the model or the input column can't be used
     */
    @Override
    public Dataset<Row> transform(Dataset<?> data) {
        HadoopModelFolder folder = folder();
        StructType schema = schema(data.schema(), folder.card());
        OutputColumns outputs = outputs();
        String node = outputs.embedding().isEmpty() ? "" : getOrDefault(embeddingNode);
        RowScoring scoring = new RowScoring(
                folder.name(),
                folder.version(),
                operands(),
                node.isEmpty() ? null : node,
                new RowReader(getOrDefault(inputCol), data.schema().fieldIndex(getOrDefault(inputCol)), format()),
                outputs,
                choice(onError, getOrDefault(onError), List.of(OnError.values())) == OnError.FAIL);
        Dataset<Row> scored =
                data.toDF().mapPartitions((MapPartitionsFunction<Row, Row>) scoring::score, Encoders.row(schema));
        // An encoder forgets what fields say of themselves.
        for (StructField field : schema.fields()) {
            if (!field.metadata().equals(Metadata.empty())) {
                scored = scored.withMetadata(field.name(), field.metadata());
            }
        }
        return scored;
    }

    @Override
    public ConvoyModel copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /** What saves this stage with its model. */
    @Override
    public MLWriter write() {
        return new Writer(this);
    }

    private MLWriter paramsWriter() {
        ConvoyModel params = copy(new ParamMap());
        // Whoever loads the stage takes the model beside it.
        params.clear(modelPath);
        return params.withoutModel();
    }

    private MLWriter withoutModel() {
        return DefaultParamsWritable.super.write();
    }

    /** What loads stages that {@link #save} saved; Spark asks for it when it loads a pipeline. */
    public static MLReader<ConvoyModel> read() {
        return new Reader();
    }

    /** Loads a stage that {@link #save} saved. */
    public static ConvoyModel load(String path) {
        return read().load(path);
    }

    private static final class Writer extends MLWriter {
        private final ConvoyModel stage;

        Writer(ConvoyModel stage) {
            this.stage = stage;
        }

        @Override
        public void save(String path) throws IOException {
            HadoopFiles files = HadoopFiles.ofThisProcess();
            if (stage.folder().name().startsWith(files.absolute(path) + "/")) {
                throw new InvalidInputException(
                        path + " expects another stage to be saved there, but it holds the model"
                                + " of this one, which would be overwritten. Maybe choose another path.");
            }
            super.save(path);
        }

        @Override
        public void saveImpl(String path) {
            HadoopModelFolder from = stage.folder();
            String version = from.version();
            HadoopFiles files = from.files();
            HadoopModelFolder to = new HadoopModelFolder(files, HadoopFiles.resolve(files.absolute(path), MODEL));
            try {
                stage.paramsWriter().session(sparkSession()).save(path);
                // The card completes it.
                for (String name : List.of(Model.NETWORK, Model.WEIGHTS, Model.CARD)) {
                    to.write(name, out -> {
                        try (InputStream in = from.open(name)) {
                            long unused = in.transferTo(out);
                        }
                    });
                }
            } catch (IOException e) {
                throw new InvalidInputException(path + " expects to be written, but: " + e.getMessage() + ".", e);
            }
            if (!to.version().equals(version) || !from.version().equals(version)) {
                throw new InvalidInputException(from.name() + " expects to stay as it is while it is copied, but it was"
                        + " replaced. Maybe save the stage again.");
            }
        }
    }

    private static final class Reader extends MLReader<ConvoyModel> {
        private static final class Params implements DefaultParamsReadable<ConvoyModel> {}

        @Override
        public ConvoyModel load(String path) {
            MLReader<ConvoyModel> params = new Params().read();
            return params.load(path).setModelPath(HadoopFiles.resolve(path, MODEL));
        }
    }
}
