package io.convoy.spark.cli;

import io.convoy.spark.batch.PredictionRequest;
import io.convoy.spark.batch.Predictions;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convoy predict --model DIR --input PATH --output FILE}: what a trained model tells of many images. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = {
            "Scores images with a trained model and writes what it tells of each.",
            "Needs a Spark session only for tables in Parquet. Images that can't be used are told of with the reason, and"
                    + " listed in OUTPUT.unreadable.jsonl."
        })
final class PredictCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "The folder of a trained model, on any Hadoop path.")
    private String model = "";

    @Option(
            names = "--input",
            paramLabel = "PATH",
            required = true,
            description =
                    "A folder or an archive (tar, tar.gz, zip) of JPEG and PNG files, one such file, an IDX file of"
                            + " images, or a Parquet table with a column of files.")
    private String input = "";

    @Option(
            names = "--output",
            paramLabel = "FILE",
            required = true,
            description = "The file to make or replace: .parquet, .csv or .jsonl. From a table to .parquet it is a new"
                    + " folder, as Spark writes it.")
    private String output = "";

    @Option(names = "--top-k", paramLabel = "K", description = "Also tell the K likeliest classes.")
    private int topK;

    @Option(names = "--scores", description = "Also tell all scores, before any softmax.")
    private boolean scores;

    @Option(names = "--embedding", paramLabel = "NODE", description = "Also tell the values of a node of the network.")
    private @Nullable String embedding;

    @Mixin
    private PrecisionOption precision = new PrecisionOption();

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description = "The column of files in a table; by default the only binary one.")
    private @Nullable String column;

    @Option(
            names = "--unreadable",
            paramLabel = "SHARE",
            description = "The share of images that may be unusable, 0 to 1; by default all but one may.")
    private double unreadable = 1;

    @Option(
            names = "--master",
            paramLabel = "MASTER",
            description = "Spark's master for tables; by default all cores of this host.")
    private @Nullable String master;

    @Override
    public Integer call() {
        Predictions.Summary done = Predictions.of(new PredictionRequest(
                model, input, output, column, topK, scores, embedding, precision.value(), unreadable, master));
        PrintWriter out = spec.commandLine().getOut();
        if (done.passedOver() > 0) {
            out.printf(Locale.ROOT, "passed over %,d files that are no images by their names%n", done.passedOver());
        }
        if (done.unreadable() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d images can't be used, see %s%n",
                    done.unreadable(),
                    output + Predictions.REPORT_SUFFIX);
        }
        out.printf(
                Locale.ROOT,
                "scored %,d of %,d images with %s, version %s: %s%n",
                done.inputs() - done.unreadable(),
                done.inputs(),
                done.model(),
                done.version(),
                output);
        out.flush();
        return 0;
    }
}
