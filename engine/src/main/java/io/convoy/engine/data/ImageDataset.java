package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/** Decoded images in memory, in the order of their keys; {@link ImageFiles} makes them. */
public final class ImageDataset implements Dataset {
    private final String name;
    private final Shape sampleShape;
    private final List<String> classNames;
    private final List<String> keys;
    private final byte[][] images;
    private final int[] labels;

    ImageDataset(
            String name, Shape sampleShape, List<String> classNames, List<String> keys, byte[][] images, int[] labels) {
        this.name = name;
        this.sampleShape = sampleShape;
        this.classNames = List.copyOf(classNames);
        this.keys = List.copyOf(keys);
        this.images = images;
        this.labels = labels;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return images.length;
    }

    @Override
    public Shape sampleShape() {
        return sampleShape;
    }

    @Override
    public int classes() {
        return classNames.size();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    /** The path of the file that sample {@code index} comes from. */
    public String key(int index) {
        return keys.get(index);
    }

    @Override
    public void read(int index, byte[] pixels) {
        System.arraycopy(images[index], 0, pixels, 0, images[index].length);
    }
}
