package io.convoy.spark.report;

import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.TaskScore;
import io.convoy.engine.train.Evaluation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How good a network is, in words: its accuracy, or that of each task, or else its loss. */
public final class Figures {
    private Figures() {}

    /** "test accuracy 91.20 %, " in front of an epoch's loss, or each task's figure; nothing where only the loss is known. */
    public static String inShort(Evaluation evaluation) {
        if (!evaluation.tasks().isEmpty()) {
            return evaluation.tasks().stream()
                    .map(task -> figure(task) + ", ")
                    .collect(Collectors.joining("", "test ", ""));
        }
        return evaluation
                .confusion()
                .map(confusion -> "test " + percent("accuracy", confusion) + ", ")
                .orElse("");
    }

    /** The last lines of a run. */
    public static List<String> lines(Evaluation evaluation) {
        if (!evaluation.tasks().isEmpty()) {
            return evaluation.tasks().stream().map(Figures::line).toList();
        }
        Optional<ConfusionMatrix> confusion = evaluation.confusion();
        return List.of(confusion
                .map(Figures::line)
                .orElseGet(() -> String.format(Locale.ROOT, "test loss %.4f", evaluation.loss())));
    }

    /** "test accuracy 91.20 % on 10,000 images". */
    public static String line(ConfusionMatrix confusion) {
        return "test " + percent("accuracy", confusion)
                + on(confusion.accuracy().count());
    }

    /** "test accuracy of letter 91.20 % on 10,000 images". */
    public static String line(TaskScore task) {
        long count = task instanceof TaskScore.Classes classes
                ? classes.confusion().accuracy().count()
                : ((TaskScore.Numbers) task).count();
        return "test " + figure(task) + on(count);
    }

    private static String figure(TaskScore task) {
        if (task instanceof TaskScore.Classes classes) {
            return percent("accuracy of " + classes.name(), classes.confusion());
        }
        TaskScore.Numbers numbers = (TaskScore.Numbers) task;
        return String.format(
                Locale.ROOT, "mean absolute error of %s %.4f", numbers.name(), numbers.meanAbsoluteError());
    }

    private static String percent(String what, ConfusionMatrix confusion) {
        Accuracy accuracy = confusion.accuracy();
        return String.format(Locale.ROOT, "%s %.2f %%", what, 100 * accuracy.value());
    }

    private static String on(long count) {
        return String.format(Locale.ROOT, " on %,d images", count);
    }
}
