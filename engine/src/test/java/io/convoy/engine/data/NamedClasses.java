package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/** A data set with names for its classes. */
public record NamedClasses(Dataset images, List<String> classNames) implements Dataset {
    @Override
    public String name() {
        return images.name();
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public Shape sampleShape() {
        return images.sampleShape();
    }

    @Override
    public int classes() {
        return images.classes();
    }

    @Override
    public int label(int index) {
        return images.label(index);
    }

    @Override
    public void read(int index, byte[] pixels) {
        images.read(index, pixels);
    }
}
