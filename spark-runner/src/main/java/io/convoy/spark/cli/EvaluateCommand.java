package io.convoy.spark.cli;

import io.convoy.engine.data.Dataset;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.TaskScore;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.DataConfig;
import io.convoy.spark.data.Datasets;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.job.Scoring;
import io.convoy.spark.report.EvaluationReport;
import io.convoy.spark.report.Figures;
import io.convoy.spark.report.OneShotLine;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convoy evaluate MODEL CONFIG}: how good a trained model is on a configuration's test set, class by class. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = "Scores the test set of a configuration with a trained model; needs no Spark session.")
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "MODEL", description = "The folder of a trained model, on any Hadoop path.")
    private String model = "";

    @Parameters(index = "1", paramLabel = "CONFIG", description = "The configuration whose test set to score.")
    private String config = "";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Changes one setting; repeatable.")
    private List<String> overrides = new ArrayList<>();

    @Mixin
    private PrecisionOption precision = new PrecisionOption();

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Also write a page (.html) with precision, recall, F1 and the confusion matrix of each head, or the"
                            + " first one's matrix alone (.svg).")
    private @Nullable String report;

    @Override
    public Integer call() {
        if (report != null) {
            EvaluationReport.requireName(report);
        }
        Precision operands = precision.value();
        HadoopFiles files = HadoopFiles.ofThisProcess();
        DataConfig data = ConfigReader.read(config, files.readText(config), overrides)
                .data()
                .at(files::absolute);
        Model trained = Scoring.read(files, model);
        Dataset test = Datasets.of(data, files).test();
        PrintWriter out = spec.commandLine().getOut();
        if (data instanceof DataConfig.Images images && images.compare() != null) {
            out.println(OneShotLine.of(Scoring.oneShot(trained, data, test, operands)));
            out.flush();
            return 0;
        }
        List<TaskScore> scores = Scoring.scores(trained, test, operands);
        boolean several = scores.size() > 1;
        for (int i = 0; i < scores.size(); i++) {
            Head head = trained.card().heads().get(i);
            if (scores.get(i) instanceof TaskScore.Classes classes) {
                table(out, several ? head.name() : "class", head, classes.confusion());
            }
        }
        if (several || scores.get(0) instanceof TaskScore.Numbers) {
            scores.forEach(score -> out.println(Figures.line(score)));
        } else {
            out.println(Figures.line(((TaskScore.Classes) scores.get(0)).confusion()));
        }
        if (report != null) {
            EvaluationReport.write(files, report, trained.card(), scores);
            out.println("report: " + report);
        }
        out.flush();
        return 0;
    }

    private static void table(PrintWriter out, String title, Head head, ConfusionMatrix confusion) {
        out.printf(Locale.ROOT, "%-16s %9s %9s %9s %9s%n", title, "precision", "recall", "F1", "images");
        for (int label = 0; label < confusion.classes(); label++) {
            out.printf(
                    Locale.ROOT,
                    "%-16s %8.2f%% %8.2f%% %8.2f%% %,9d%n",
                    head.label(label),
                    100 * confusion.precision(label),
                    100 * confusion.recall(label),
                    100 * confusion.f1(label),
                    confusion.support(label));
        }
    }
}
