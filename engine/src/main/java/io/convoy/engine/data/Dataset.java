package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Images of one shape with a target each, as a rule a label, immutable, and readable by number at any time from any thread.
 *
 * <p>A sample's number is its identity: the order of an epoch and the augmentation of a sample are functions of it.
 */
public interface Dataset {
    /** What people call it, e.g. {@code strokes-train}; messages start with it. */
    String name();

    /** The number of samples, at least 1. */
    int size();

    /** The shape of one sample: [C, H, W]. */
    Shape sampleShape();

    /** The number of classes; labels are 0 … classes − 1. It is 0 where samples have no class, only a target of another kind. */
    int classes();

    /** The names of the classes in order, each once; none if they have none. */
    default List<String> classNames() {
        return List.of();
    }

    /**
     * What samples are asked for, where that is more than {@link #label}; the target is then [tasks], a class or a number for each,
     * and {@link #classes}, {@link #classNames} and {@link #label} are those of the first one. None by default.
     */
    default List<TaskTarget> tasks() {
        return List.of();
    }

    /** The class of sample {@code index}, 0 … {@link #size()} − 1. Nobody asks where there are no classes. */
    int label(int index);

    /**
     * The shape of what a loss compares one sample's outputs with: [] for a number, by default the label; a vector; a map of
     * classes [H, W]; [0] for nothing.
     */
    default Shape targetShape() {
        return Shape.of();
    }

    /** Overwrites the values of {@link #targetShape} from {@code offset} on with the target of sample {@code index}. */
    default void readTarget(int index, float[] target, int offset) {
        target[offset] = label(index);
    }

    /** Overwrites the first C·H·W bytes of {@code pixels} with sample {@code index}: unsigned, row-major, channel first. */
    void read(int index, byte[] pixels);
}
