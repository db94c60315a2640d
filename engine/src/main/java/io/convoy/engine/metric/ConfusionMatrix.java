package io.convoy.engine.metric;

import java.util.Arrays;
import java.util.List;

/** How often samples of each class were taken for each class; rows are targets, columns are predictions. */
public final class ConfusionMatrix {
    private final long[][] counts;

    /** Of no samples, for {@code classes} classes, at least 1. */
    public ConfusionMatrix(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("ConfusionMatrix expects at least 1 class, but it got " + classes + ".");
        }
        counts = new long[classes][classes];
    }

    /** With the counts that {@link #toArray()} told, as lists: [target][predicted]. */
    public static ConfusionMatrix of(List<List<Long>> counts) {
        ConfusionMatrix matrix = new ConfusionMatrix(counts.size());
        for (int target = 0; target < counts.size(); target++) {
            for (int predicted = 0; predicted < counts.size(); predicted++) {
                matrix.counts[target][predicted] = counts.get(target).get(predicted);
            }
        }
        return matrix;
    }

    public int classes() {
        return counts.length;
    }

    /** Adds one sample. */
    public void add(int target, int predicted) {
        counts[target][predicted]++;
    }

    /** Adds all samples of {@code other}, which has the same classes. */
    public void merge(ConfusionMatrix other) {
        if (other.classes() != classes()) {
            throw new IllegalArgumentException("ConfusionMatrix expects to merge one of " + classes()
                    + " classes, but it got one of " + other.classes() + ".");
        }
        for (int target = 0; target < counts.length; target++) {
            for (int predicted = 0; predicted < counts.length; predicted++) {
                counts[target][predicted] += other.counts[target][predicted];
            }
        }
    }

    /** How many samples of class {@code target} were taken for {@code predicted}. */
    public long count(int target, int predicted) {
        return counts[target][predicted];
    }

    /** All counts, as a copy: [target][predicted]. */
    public long[][] toArray() {
        return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    }

    /** The right predictions of all. */
    public Accuracy accuracy() {
        long correct = 0;
        long all = 0;
        for (int target = 0; target < counts.length; target++) {
            correct += counts[target][target];
            all += Arrays.stream(counts[target]).sum();
        }
        return new Accuracy(correct, all);
    }

    /** Of the samples taken for {@code label}, the part that was; NaN if there are none. */
    public double precision(int label) {
        long predicted = 0;
        for (long[] row : counts) {
            predicted += row[label];
        }
        return (double) counts[label][label] / predicted;
    }

    /** Of the samples of class {@code label}, the part that was taken for it; NaN if there are none. */
    public double recall(int label) {
        return (double) counts[label][label] / Arrays.stream(counts[label]).sum();
    }

    /** The harmonic mean of {@link #precision} and {@link #recall}, 2·TP / (2·TP + FP + FN); NaN where both are. */
    public double f1(int label) {
        long mentions = support(label);
        for (long[] row : counts) {
            mentions += row[label];
        }
        return 2.0 * counts[label][label] / mentions;
    }

    /** How many samples are of class {@code label}. */
    public long support(int label) {
        return Arrays.stream(counts[label]).sum();
    }
}
