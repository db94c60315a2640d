package io.convoy.spark.report;

import static io.convoy.spark.report.ConfusionDrawing.escaped;

import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.TaskScore;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.ModelCard;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** How good a model is, as a page (HTML) with a table and a picture for each head of classes, or as the picture alone (SVG). */
public final class EvaluationReport {
    private EvaluationReport() {}

    /**
     * Makes or replaces the file at {@code path}.
     *
     * @param path ends in .html or .svg
     * @param scores one a head, in order
     * @throws InvalidInputException if it ends in something else, or there is nothing to draw
     */
    public static void write(HadoopFiles files, String path, ModelCard card, List<TaskScore> scores) {
        String text = path.endsWith(".svg") ? svg(path, card, scores) : html(card, scores);
        files.write(path, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Checks that a report can be called so.
     *
     * @throws InvalidInputException if it can't
     */
    public static void requireName(String path) {
        if (!path.endsWith(".svg") && !path.endsWith(".html")) {
            throw new InvalidInputException(
                    "--report expects a name that ends in .html or .svg, but it is " + path + ".");
        }
    }

    private static String svg(String path, ModelCard card, List<TaskScore> scores) {
        for (int i = 0; i < scores.size(); i++) {
            if (scores.get(i) instanceof TaskScore.Classes classes) {
                return ConfusionDrawing.of(card.heads().get(i), classes.confusion());
            }
        }
        throw new InvalidInputException(
                path + " expects a model of classes, but " + card.name() + " tells none. Maybe write an .html file.");
    }

    private static String html(ModelCard card, List<TaskScore> scores) {
        StringBuilder page = new StringBuilder();
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>")
                .append(escaped(card.name()))
                .append(
                        "</title><style>body{font-family:sans-serif;margin:2em;color:#222}table{border-collapse:collapse}")
                .append("td,th{padding:.2em .9em;text-align:right;border-bottom:1px solid #ddd}")
                .append(
                        "td:first-child,th:first-child{text-align:left}tr.mean td{font-weight:bold}</style></head><body>\n");
        page.append("<h1>").append(escaped(card.name())).append("</h1>\n<p>");
        page.append(escaped(
                card.network() + ", " + card.step() + " steps, " + card.epoch() + " epochs, images " + card.image()));
        page.append("</p>\n");
        for (int i = 0; i < scores.size(); i++) {
            TaskScore score = scores.get(i);
            Head head = card.heads().get(i);
            page.append("<h2>").append(escaped(head.name())).append("</h2>\n");
            if (score instanceof TaskScore.Classes classes) {
                ConfusionMatrix confusion = classes.confusion();
                page.append("<p>").append(escaped(Figures.line(confusion))).append("</p>\n");
                table(page, head, confusion);
                page.append(ConfusionDrawing.of(head, confusion));
            } else {
                page.append("<p>").append(escaped(Figures.line(score))).append("</p>\n");
            }
        }
        return page.append("</body></html>\n").toString();
    }

    private static void table(StringBuilder page, Head head, ConfusionMatrix confusion) {
        page.append("<table><tr><th>class</th><th>precision</th><th>recall</th><th>F1</th><th>images</th></tr>\n");
        for (int label = 0; label < confusion.classes(); label++) {
            row(
                    page,
                    "",
                    head.label(label),
                    confusion.precision(label),
                    confusion.recall(label),
                    confusion.f1(label),
                    confusion.support(label));
        }
        row(
                page,
                " class=\"mean\"",
                "mean",
                mean(confusion, confusion::precision),
                mean(confusion, confusion::recall),
                mean(confusion, confusion::f1),
                confusion.accuracy().count());
        page.append("</table>\n");
    }

    private static void row(
            StringBuilder page, String kind, String name, double precision, double recall, double f1, long images) {
        page.append(String.format(
                Locale.ROOT,
                "<tr%s><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%,d</td></tr>%n",
                kind,
                escaped(name),
                percent(precision),
                percent(recall),
                percent(f1),
                images));
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** Over the classes where there is a value. */
    private static double mean(ConfusionMatrix confusion, IntToDoubleFunction value) {
        return IntStream.range(0, confusion.classes())
                .mapToDouble(value)
                .filter(one -> !Double.isNaN(one))
                .average()
                .orElse(Double.NaN);
    }
}
