package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/** Some samples of a data set under numbers of their own, in the data set's order. */
final class Subset implements Dataset {
    private final String name;
    private final Dataset whole;
    private final int[] samples;

    Subset(String name, Dataset whole, int[] samples) {
        this.name = name;
        this.whole = whole;
        this.samples = samples;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return samples.length;
    }

    @Override
    public Shape sampleShape() {
        return whole.sampleShape();
    }

    @Override
    public int classes() {
        return whole.classes();
    }

    @Override
    public List<String> classNames() {
        return whole.classNames();
    }

    @Override
    public int label(int index) {
        return whole.label(samples[index]);
    }

    @Override
    public List<TaskTarget> tasks() {
        return whole.tasks();
    }

    @Override
    public Shape targetShape() {
        return whole.targetShape();
    }

    @Override
    public void readTarget(int index, float[] target, int offset) {
        whole.readTarget(samples[index], target, offset);
    }

    @Override
    public void read(int index, byte[] pixels) {
        whole.read(samples[index], pixels);
    }
}
