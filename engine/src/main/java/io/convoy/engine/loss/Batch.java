package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Some samples as a loss sees them: what the network gave, what was expected, and room for the gradients and for work. It is
 * made once for a number of samples, filled again and again, and belongs to one thread at a time.
 */
public final class Batch {
    private final List<Shape> shapes;
    private final Shape target;
    private final int capacity;
    private final float[][] outputs;
    private final float[][] gradients;
    private final float[] targets;
    private final int targetBegin;
    private final int targetStride;
    private final List<Batch> parts = new ArrayList<>();
    private double[] room = {};
    private double[] scales = {};
    private double[] sums = {};
    private int samples;

    private Batch(
            List<Shape> shapes,
            Shape target,
            int capacity,
            float[][] outputs,
            float[] targets,
            int targetBegin,
            int targetStride) {
        this.shapes = List.copyOf(shapes);
        this.target = target;
        this.capacity = capacity;
        this.outputs = outputs;
        this.targets = targets;
        this.targetBegin = targetBegin;
        this.targetStride = targetStride;
        this.gradients = room(shapes, capacity);
    }

    private static float[][] room(List<Shape> shapes, int capacity) {
        return shapes.stream()
                .map(shape -> new float[Math.toIntExact(capacity * shape.count())])
                .toArray(float[][]::new);
    }

    /**
     * Room for some samples.
     *
     * @param outputs the shape of one sample of each output
     * @param target the shape of one sample's target
     * @param capacity how many samples at most
     */
    public static Batch of(List<Shape> outputs, Shape target, int capacity) {
        int stride = Math.toIntExact(target.count());
        return new Batch(
                outputs,
                target,
                capacity,
                room(outputs, capacity),
                new float[Math.multiplyExact(capacity, stride)],
                0,
                stride);
    }

    /** How many samples there are. */
    public int samples() {
        return samples;
    }

    /** Says how many samples there are, 0 to the capacity. Returns this. */
    public Batch withSamples(int count) {
        if (count < 0 || count > capacity) {
            throw new IllegalArgumentException("Batch expects 0 … " + capacity + " samples, but it got " + count + ".");
        }
        samples = count;
        return this;
    }

    /** The number of outputs. */
    public int outputs() {
        return shapes.size();
    }

    /** The shape of one sample of output {@code index}. */
    public Shape shape(int index) {
        return shapes.get(index);
    }

    /** The number of values that a sample of output {@code index} has. */
    public int count(int index) {
        return outputs[index].length / Math.max(1, capacity);
    }

    /** Output {@code index}, row-major: sample n begins at n · {@link #count count(index)}. */
    public float[] output(int index) {
        return outputs[index];
    }

    /** Room for the gradient of output {@code index}, laid out like it. */
    public float[] gradient(int index) {
        return gradients[index];
    }

    /** The shape of one sample's target. */
    public Shape target() {
        return target;
    }

    /** The targets, row-major: that of sample n begins at {@link #targetAt targetAt(n)}. */
    public float[] targets() {
        return targets;
    }

    /** Where the target of sample {@code sample} begins. */
    public int targetAt(int sample) {
        return sample * targetStride + targetBegin;
    }

    /** At least {@code length} numbers to work with, of no particular value. */
    public double[] room(int length) {
        if (room.length < length) {
            room = new double[length];
        }
        return room;
    }

    /** At least {@code terms} numbers for the terms' scales. */
    double[] scales(int terms) {
        if (scales.length < terms) {
            scales = new double[terms];
        }
        return scales;
    }

    /** At least {@code terms} numbers for the terms' sums. */
    double[] sums(int terms) {
        if (sums.length < terms) {
            sums = new double[terms];
        }
        return sums;
    }

    /**
     * The same samples as one of several losses sees them: some of the outputs, a piece of the target, and gradients of its own.
     * It is made when part {@code index} is asked for first; parts are asked for in order.
     */
    Batch part(int index, List<Integer> ofOutputs, int ofTarget, Shape piece) {
        if (index == parts.size()) {
            parts.add(new Batch(
                    ofOutputs.stream().map(shapes::get).toList(),
                    piece,
                    capacity,
                    ofOutputs.stream().map(output -> outputs[output]).toArray(float[][]::new),
                    targets,
                    targetBegin + ofTarget,
                    targetStride));
        }
        return parts.get(index).withSamples(samples);
    }
}
