package io.convoy.engine.analysis;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A summary as a table for people. */
public final class SummaryText {
    private static final List<String> HEADINGS = List.of(
            "node",
            "layer",
            "output",
            "parameters",
            "MACs",
            "FLOPs",
            "output bytes",
            "receptive field",
            "stride",
            "offset");

    /** Columns of words; the others are of numbers, which end at one line. */
    private static final int WORDS = 3;

    private SummaryText() {}

    /** One line a node, and the totals behind them. */
    public static String of(Summary summary, SummaryMemory memory) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (LayerSummary layer : summary.layers()) {
            ReceptiveField field = layer.receptiveField();
            rows.add(List.of(
                    layer.name(),
                    layer.layer().toString(),
                    layer.outputs().stream().map(SummaryText::shape).collect(Collectors.joining(", ")),
                    count(layer.parameters()),
                    count(layer.macs()),
                    count(layer.flops()),
                    count(layer.outputBytes()),
                    field == null ? "" : both(size(field.height()), size(field.width())),
                    field == null
                            ? ""
                            : both(
                                    number(field.height().stride()),
                                    number(field.width().stride())),
                    field == null
                            ? ""
                            : both(
                                    number(field.height().offset()),
                                    number(field.width().offset()))));
        }
        return summary.name() + " for "
                + summary.network().inputs().stream()
                        .map(input -> shape(input.sample()))
                        .collect(Collectors.joining(", "))
                + "\n" + table(rows, WORDS) + totals(summary, memory);
    }

    private static String totals(Summary summary, SummaryMemory memory) {
        TrainingMemory training = memory.training();
        List<List<String>> rows = List.of(
                List.of("total", ""),
                List.of("parameters", count(summary.parameters())),
                List.of("MACs a sample", count(summary.macs())),
                List.of("FLOPs a sample", count(summary.flops()) + " (2 × MACs, of convolutions and matrix products)"),
                List.of("receptive field", summary.receptiveField() + " (the largest of a feature map)"),
                List.of(
                        "activations in training",
                        megabytes(memory.trainingActivations()) + " for a micro-batch of " + memory.microBatch()),
                List.of(
                        "activations in inference",
                        megabytes(memory.inferenceActivations()) + " for a batch of " + memory.microBatch()),
                List.of(
                        "memory of a training run",
                        megabytes(training.perCore()) + " a core, with " + training.cores()
                                + (training.cores() == 1 ? " core" : " cores") + " and batches of " + memory.batch()),
                List.of("  weights", megabytes(training.weights())),
                List.of("  training programs", megabytes(training.training())),
                List.of("  evaluation programs", megabytes(training.evaluation())),
                List.of("  samples, on the heap", megabytes(training.samples())),
                List.of("  sums of gradients, on the heap", megabytes(training.sums())),
                List.of("  optimiser and weights, on the heap", megabytes(training.owner())),
                List.of("  copy for a checkpoint, on the heap", megabytes(training.snapshot())));
        return table(rows, 2);
    }

    /** Aligned columns, the first {@code words} of them to the left. */
    static String table(List<List<String>> rows, int words) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String blank = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : "  ").append(i < words ? row.get(i) + blank : blank + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    static String shape(Shape shape) {
        return shape.toList().stream().map(String::valueOf).collect(Collectors.joining("×"));
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Of 10⁶ bytes. */
    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }

    private static String size(ReceptiveField.Axis axis) {
        return axis.whole() ? "whole" : Integer.toString(axis.size());
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.4f", value).replaceAll("0+$", "");
    }

    private static String both(String height, String width) {
        return height.equals(width) ? height : height + "×" + width;
    }
}
