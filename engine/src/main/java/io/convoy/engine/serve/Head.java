package io.convoy.engine.serve;

import io.convoy.engine.metric.Ranking;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * An output of a trained network that counts when it scores.
 *
 * @param name what it tells, e.g. {@code class}, {@code alphabet}, {@code embedding}; not blank
 * @param kind what its numbers are
 * @param size how many numbers it gives for an image, at least 1
 * @param labels the names of the classes in order, each once; none if they have none, as values have
 */
public record Head(String name, Kind kind, int size, List<String> labels) {
    /** What numbers are. */
    public enum Kind {
        /** One score a class, before any softmax, or its logarithm. */
        CLASSES,
        /** Numbers as they are: an embedding, or quantities that are foretold. */
        VALUES
    }

    /**
     * A class that an image may be of.
     *
     * @param index the class's place among all
     * @param label its name; its index in decimal digits where classes have no names
     * @param probability by the softmax over all classes
     */
    public record Choice(int index, String label, float probability) {}

    public Head {
        labels = List.copyOf(labels);
        if (name.isBlank()) {
            throw new IllegalArgumentException("Head expects a name, but it got \"" + name + "\".");
        }
        if (size < 1) {
            throw new IllegalArgumentException("Head " + name + " expects at least 1 "
                    + (kind == Kind.CLASSES ? "class" : "value") + ", but it got " + size + ".");
        }
        if (!labels.isEmpty() && (kind == Kind.VALUES || labels.size() != size)) {
            throw new IllegalArgumentException("Head " + name + " expects "
                    + (kind == Kind.VALUES
                            ? "no labels, as its values have none"
                            : size + " labels, one a class, or none")
                    + ", but it got " + labels.size() + ".");
        }
        if (new HashSet<>(labels).size() != labels.size()) {
            throw new IllegalArgumentException(
                    "Head " + name + " expects each label once, but they are " + labels + ".");
        }
    }

    /** The one head of a classifier. */
    public static Head classes(int count, List<String> labels) {
        return new Head("class", Kind.CLASSES, count, labels);
    }

    /** The one head of a network that embeds. */
    public static Head embedding(int length) {
        return new Head("embedding", Kind.VALUES, length, List.of());
    }

    /** The name of the class {@code index}; its index in decimal digits where classes have no names. */
    public String label(int index) {
        return labels.isEmpty() ? Integer.toString(index) : labels.get(index);
    }

    /**
     * The softmax of the scores of one image, exp(s − max) / Σ exp(s − max), computed in float64 so that every machine gives the
     * same bits.
     *
     * @param scores the head's {@link #size} scores from {@code offset} on
     */
    public float[] probabilities(float[] scores, int offset) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            largest = Math.max(largest, scores[offset + i]);
        }
        double[] shares = new double[size];
        double sum = 0;
        for (int i = 0; i < size; i++) {
            shares[i] = StrictMath.exp(scores[offset + i] - largest);
            sum += shares[i];
        }
        float[] probabilities = new float[size];
        for (int i = 0; i < size; i++) {
            probabilities[i] = (float) (shares[i] / sum);
        }
        return probabilities;
    }

    /** The {@code k} likeliest classes of one image, or all where there are fewer, in the order of {@link Ranking}. */
    public List<Choice> top(float[] scores, int offset, int k) {
        if (kind != Kind.CLASSES) {
            throw new IllegalStateException("Head " + name + " expects to be asked for values, as it has no classes.");
        }
        float[] probabilities = probabilities(scores, offset);
        Choice[] ranked = new Choice[Math.min(k, size)];
        for (int i = 0; i < size; i++) {
            int rank = Ranking.rank(scores, offset, size, i);
            if (rank < ranked.length) {
                ranked[rank] = new Choice(i, label(i), probabilities[i]);
            }
        }
        return new ArrayList<>(List.of(ranked));
    }
}
