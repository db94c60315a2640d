package io.convoy.engine.analysis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Two networks side by side: their totals, and what each kind of layer contributes to them. */
public final class Comparison {
    private static final List<String> TOTAL_KINDS = List.of("layers", "parameters", "MACs");

    private Comparison() {}

    /** A table with a column of ratios, those of {@code right} to {@code left}. */
    public static String of(Summary left, SummaryMemory leftMemory, Summary right, SummaryMemory rightMemory) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", left.name(), right.name(), "ratio"));
        row(rows, "parameters", left.parameters(), right.parameters());
        row(rows, "MACs", left.macs(), right.macs());
        row(rows, "FLOPs", left.flops(), right.flops());
        row(rows, "layers", left.layers().size(), right.layers().size());
        row(rows, "receptive field", left.receptiveField(), right.receptiveField());
        row(rows, "activation bytes in training", leftMemory.trainingActivations(), rightMemory.trainingActivations());
        row(
                rows,
                "activation bytes in inference",
                leftMemory.inferenceActivations(),
                rightMemory.inferenceActivations());
        row(
                rows,
                "bytes a core of a training run",
                leftMemory.training().perCore(),
                rightMemory.training().perCore());
        Set<String> kinds = new LinkedHashSet<>();
        left.layers().forEach(layer -> kinds.add(layer.kind()));
        right.layers().forEach(layer -> kinds.add(layer.kind()));
        for (String kind : kinds) {
            List<ToLongFunction<LayerSummary>> counts =
                    List.of(layer -> 1, LayerSummary::parameters, LayerSummary::macs);
            for (int i = 0; i < counts.size(); i++) {
                long before = sum(left, kind, counts.get(i));
                long after = sum(right, kind, counts.get(i));
                if (before != 0 || after != 0) {
                    row(rows, kind + ": " + TOTAL_KINDS.get(i), before, after);
                }
            }
        }
        return SummaryText.table(rows, 1);
    }

    private static long sum(Summary summary, String kind, ToLongFunction<LayerSummary> count) {
        return summary.layers().stream()
                .filter(layer -> layer.kind().equals(kind))
                .mapToLong(count)
                .sum();
    }

    private static void row(List<List<String>> rows, String what, long left, long right) {
        rows.add(List.of(
                what,
                SummaryText.count(left),
                SummaryText.count(right),
                left == 0 ? "" : String.format(Locale.ROOT, "%.3f", (double) right / left)));
    }
}
