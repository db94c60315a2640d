package io.convoy.engine.reference;

import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A layer and what to try it on.
 *
 * @param layer the layer
 * @param feeds one for each input
 */
public record LayerCase(Layer layer, List<Feed> feeds) {
    /** What an input is fed with. */
    public interface Feed {
        /** Batch in front. */
        Shape shape();

        /** Values that float32 has, too. */
        double[] values(RandomStream random);

        /** Whether other values of that shape would do, so that another layer may stand in front. */
        default boolean anything() {
            return false;
        }
    }

    /** Normally distributed values. */
    private record Anything(Shape shape, double deviation) implements Feed {
        @Override
        public double[] values(RandomStream random) {
            return Arrays.stream(normal(shape, random))
                    .map(value -> (float) (value * deviation))
                    .toArray();
        }

        @Override
        public boolean anything() {
            return true;
        }
    }

    /** Values that the layer asks for, such as indices. */
    private record Given(Shape shape, List<Double> numbers) implements Feed {
        @Override
        public double[] values(RandomStream random) {
            return numbers.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** A layer on normally distributed inputs of these shapes, batch in front. */
    static LayerCase of(Layer layer, Shape... shapes) {
        return new LayerCase(
                layer, Arrays.stream(shapes).map(shape -> anything(shape, 1)).toList());
    }

    /** A layer on feature maps. */
    static LayerCase of(Layer layer, int batch, int channels, Pair plane) {
        return of(layer, Shape.of(batch, channels, plane.height(), plane.width()));
    }

    /** Normally distributed values of a standard deviation. */
    static Feed anything(Shape shape, double deviation) {
        return new Anything(shape, deviation);
    }

    static Feed given(Shape shape, List<Double> values) {
        return new Given(shape, values);
    }

    /** Normally distributed values that float32 has, too. */
    public static double[] normal(Shape shape, RandomStream random) {
        double[] values = new double[Math.toIntExact(shape.count())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Every component of the layer, since layers tell only the most important ones, and the inputs' shapes. */
    @Override
    public String toString() {
        List<String> components = new ArrayList<>();
        for (RecordComponent component : layer.getClass().getRecordComponents()) {
            try {
                components.add(
                        component.getName() + "=" + component.getAccessor().invoke(layer));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return layer.getClass().getSimpleName() + components + " on " + shapes();
    }

    public int batch() {
        return feeds.get(0).shape().size(0);
    }

    List<Shape> shapes() {
        return feeds.stream().map(Feed::shape).toList();
    }
}
