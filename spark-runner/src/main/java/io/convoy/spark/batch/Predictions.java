package io.convoy.spark.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.convoy.engine.serve.ModelCard;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.data.HadoopModelFolder;
import io.convoy.spark.scoring.Inputs;
import io.convoy.spark.scoring.SharedModel;
import io.convoy.spark.scoring.SharedModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Scores whole inputs. Every input, usable or not, is told of once in the output, in the order of the paths, of the archive, of the IDX
 * file or of the table's parts; those that can't be used are also listed in a report beside it. The output appears as a whole or not at all.
 *
 * <p>Files, archives and IDX files are scored in this process, with all cores; Parquet tables by Spark.
 */
public final class Predictions {
    /** What is put behind the output's name for the report of unusable inputs. */
    public static final String REPORT_SUFFIX = ".unreadable.jsonl";

    private static final int NAMED = 5;

    /**
     * What was done.
     *
     * @param model the model's name
     * @param version the model's version
     * @param inputs how many there were
     * @param unreadable how many of them could not be used
     * @param passedOver how many files are no images by their names
     */
    public record Summary(String model, String version, long inputs, long unreadable, long passedOver) {}

    /** Counts inputs, and remembers what can't be used. */
    static final class Tally {
        private final List<String> names;
        private final List<Prediction> unreadable = new ArrayList<>();
        private long inputs;

        Tally(List<String> names) {
            this.names = names;
        }

        void add(Prediction prediction) {
            inputs++;
            if (prediction.reason().isPresent()) {
                unreadable.add(prediction);
            }
        }

        void addUsable(long count) {
            inputs += count;
        }
    }

    private Predictions() {}

    /**
     * Does what {@code request} asks.
     *
     * @throws InvalidInputException if it can't be done, or too many inputs are unusable; then there is no output
     */
    public static Summary of(PredictionRequest request) {
        HadoopFiles files = HadoopFiles.ofThisProcess();
        OutputFormat format = OutputFormat.of(request.output());
        if (!(request.unreadable() >= 0 && request.unreadable() <= 1)) {
            throw new InvalidInputException(
                    "--unreadable expects a share of 0 … 1, but it is " + request.unreadable() + ".");
        }
        if (request.topK() < 0) {
            throw new InvalidInputException("--top-k expects 0 or more classes, but it is " + request.topK() + ".");
        }
        HadoopModelFolder folder = new HadoopModelFolder(files, files.absolute(request.model()));
        ModelCard card = folder.card();
        String version = folder.version();
        InputKind kind = InputKind.of(files, request.input());
        if (kind != InputKind.IDX) {
            Inputs.requireFiles(card);
        }
        if (kind == InputKind.PARQUET) {
            return new TableScoring(files, request, card, version).run(format);
        }
        return local(files, request, kind, format, card, version);
    }

    private static Summary local(
            HadoopFiles files,
            PredictionRequest request,
            InputKind kind,
            OutputFormat format,
            ModelCard card,
            String version) {
        PredictionLayout layout = new PredictionLayout(
                List.of(kind == InputKind.IDX ? "index" : "path"),
                card.heads(),
                request.topK(),
                request.scores(),
                request.embedding() != null);
        Tally tally = new Tally(layout.names());
        long[] passedOver = {0};
        String path = files.absolute(request.model());
        try (SharedModel model = SharedModels.of(path, version, request.precision());
                SharedModel embedding =
                        SharedModels.of(path, version, request.precision(), Optional.ofNullable(request.embedding()))) {
            Optional<SharedModel> values = request.embedding() == null ? Optional.empty() : Optional.of(embedding);
            files.write(request.output(), out -> {
                try (PredictionSink sink = PredictionSink.of(format, layout, out);
                        FileScoring scoring = new FileScoring(
                                model, values, Runtime.getRuntime().availableProcessors(), prediction -> {
                                    tally.add(prediction);
                                    sink.write(prediction);
                                })) {
                    passedOver[0] = kind.visit(files, request.input(), card, scoring);
                    scoring.finish();
                }
                requireReadable(request, tally);
            });
        }
        report(files, request.output(), tally);
        return new Summary(card.name(), version, tally.inputs, tally.unreadable.size(), passedOver[0]);
    }

    /** Throws where too many inputs are unusable. */
    static void requireReadable(PredictionRequest request, Tally tally) {
        if (tally.inputs == 0) {
            throw new InvalidInputException(
                    request.input() + " expects images, but there are none. Maybe the path is another.");
        }
        long unreadable = tally.unreadable.size();
        if (unreadable == tally.inputs || unreadable > request.unreadable() * tally.inputs) {
            StringJoiner reasons = new StringJoiner("; ");
            for (Prediction one : tally.unreadable.subList(0, (int) Math.min(NAMED, unreadable))) {
                reasons.add(one.names().get(0) + ": " + one.reason().orElse(""));
            }
            throw new InvalidInputException(String.format(
                    Locale.ROOT,
                    "%s expects at most %s of its images to be unusable, but %,d of %,d are: %s%s.%s",
                    request.input(),
                    request.unreadable(),
                    unreadable,
                    tally.inputs,
                    reasons,
                    unreadable > NAMED ? "; and " + (unreadable - NAMED) + " more" : "",
                    unreadable == tally.inputs ? "" : " Maybe allow more with --unreadable."));
        }
    }

    /** Writes the report, or removes one of an earlier run. */
    static void report(HadoopFiles files, String output, Tally tally) {
        String path = output + REPORT_SUFFIX;
        if (tally.unreadable.isEmpty()) {
            files.delete(path);
            return;
        }
        files.write(path, out -> {
            JsonGenerator json = new JsonFactory().createGenerator(out);
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setRootValueSeparator(null);
            for (Prediction one : tally.unreadable) {
                json.writeStartObject();
                for (int i = 0; i < tally.names.size(); i++) {
                    @Nullable Object name = one.names().get(i);
                    JsonSink.name(json, tally.names.get(i), name);
                }
                json.writeStringField("reason", one.reason().orElse(""));
                json.writeEndObject();
                json.writeRaw('\n');
            }
            json.close();
        });
    }

    /** What a run over a table comes to. */
    static Summary summary(ModelCard card, String version, Tally tally) {
        return new Summary(card.name(), version, tally.inputs, tally.unreadable.size(), 0);
    }
}
