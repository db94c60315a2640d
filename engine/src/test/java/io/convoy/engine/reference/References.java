package io.convoy.engine.reference;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Relu;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Every layer's reference, and how cases of the layer are drawn. */
public final class References {
    private record Entry(Reference<Layer> reference, Function<Draw, LayerCase> cases) {}

    private static final Map<Class<? extends Layer>, Entry> TABLE = new LinkedHashMap<>();

    static {
        one(Conv2d.class, Convolutions::conv2d, Convolutions::drawConv2d);
        one(Linear.class, Convolutions::linear, Convolutions::drawLinear);
        one(MaxPool2d.class, Poolings::maximum, Poolings::drawMaximum);
        one(AvgPool2d.class, Poolings::average, Poolings::drawAverage);
        one(BatchNorm2d.class, Normalisations::batchNorm, Normalisations::drawBatchNorm);
        one(Relu.class, (relu, given) -> given.x().map(Scalar::relu), Structures.anywhere(draw -> new Relu()));
        one(
                Flatten.class,
                (flatten, given) -> given.x().reshaped(given.shape()),
                Structures.anywhere(draw -> new Flatten()));
        one(Add.class, Structures::add, Structures::drawAdd);
        one(MatMul.class, Structures::matMul, Structures::drawMatMul);
        one(Permute.class, Structures::permute, Structures::drawPermute);
        one(Reduce.class, Structures::reduce, Structures::drawReduce);
    }

    private References() {}

    private static <L extends Layer> void one(
            Class<L> layer, Reference.One<L> reference, Function<Draw, LayerCase> cases) {
        several(layer, reference.alone(), cases);
    }

    private static <L extends Layer> void several(
            Class<L> layer, Reference<L> reference, Function<Draw, LayerCase> cases) {
        TABLE.put(layer, new Entry((any, given) -> reference.outputs(layer.cast(any), given), cases));
    }

    /** The layers that have a reference. */
    public static Set<Class<? extends Layer>> layers() {
        return Set.copyOf(TABLE.keySet());
    }

    static List<Scalars> outputs(Layer layer, Given given) {
        return entry(layer.getClass()).reference().outputs(layer, given);
    }

    /** Draws a case of a layer. */
    public static LayerCase draw(Class<? extends Layer> layer, Draw draw) {
        return entry(layer).cases().apply(draw);
    }

    private static Entry entry(Class<? extends Layer> layer) {
        Entry entry = TABLE.get(layer);
        if (entry == null) {
            throw new IllegalStateException("no reference for " + layer);
        }
        return entry;
    }
}
