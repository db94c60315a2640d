package io.convoy.engine.form;

import io.convoy.engine.block.Block;
import io.convoy.engine.block.Cbam;
import io.convoy.engine.block.ChannelAttention;
import io.convoy.engine.block.DepthwiseSeparable;
import io.convoy.engine.block.NonLocal;
import io.convoy.engine.block.PositionAttention;
import io.convoy.engine.block.SelectiveKernel;
import io.convoy.engine.block.SelfAttention;
import io.convoy.engine.block.SpatialAttention;
import io.convoy.engine.block.SqueezeExcitation;
import io.convoy.engine.block.TemporalAttention;
import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.HardAttention;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.LearnedScalars;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Mish;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.PixelShuffle;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.layer.Selu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Split;
import io.convoy.engine.layer.Swish;
import io.convoy.engine.layer.Tanh;
import io.convoy.engine.layer.Upsample;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The layers and blocks that a file names by {@code kind}, and what their keys are when they are not there: what the record's own
 * {@code of} or shortest constructor says.
 */
final class NodeKinds {
    /**
     * What a node can be.
     *
     * @param name by which it is selected
     * @param type the record whose components are the keys
     * @param example a record whose components are the defaults, but for those that are required; none if all of them are
     * @param required keys without a default; a nullable one is null where it is absent
     */
    record Kind(
            String name,
            Class<? extends Record> type,
            @Nullable Record example,
            Set<String> required) {
        boolean isBlock() {
            return Block.class.isAssignableFrom(type);
        }
    }

    private static final Map<String, Kind> KINDS = Collections.unmodifiableMap(kinds());

    private NodeKinds() {}

    private static Map<String, Kind> kinds() {
        List<Kind> kinds = List.of(
                kind(Conv2d.of(1, 1, 1), "in", "out", "kernel"),
                kind(ConvTranspose2d.of(1, 1, 1, 1), "in", "out", "kernel"),
                kind(DeformConv2d.of(1, 1, 1), "in", "out", "kernel"),
                kind(Linear.of(1, 1), "in", "out"),
                kind(MaxPool2d.of(1, 1), "kernel", "stride"),
                kind(AvgPool2d.of(1, 1), "kernel", "stride"),
                kind(MaxUnpool2d.of(1, 1), "kernel", "stride"),
                kind(AdaptiveAvgPool2d.of(1), "outputSize"),
                kind(AdaptiveMaxPool2d.of(1), "outputSize"),
                kind(BatchNorm2d.of(1), "channels"),
                kind(GroupNorm.of(1, 1), "groups", "channels"),
                kind(InstanceNorm2d.of(1), "channels"),
                kind(LayerNorm.of(1), "normalizedShape"),
                kind(LocalResponseNorm.of(1), "size"),
                kind(new Relu()),
                kind(new Relu6()),
                kind(new LeakyRelu()),
                kind(new Scale(1), "factor"),
                kind(new Prelu()),
                kind(new Elu(1)),
                kind(new Celu()),
                kind(new Selu()),
                kind(new Gelu()),
                kind(new Silu()),
                kind(new Swish(1), "beta"),
                kind(new Mish()),
                kind(new Softplus()),
                kind(new Sigmoid()),
                kind(new Tanh()),
                kind(new Hardsigmoid()),
                kind(new Hardswish()),
                kind(new Softmax(1), "dim"),
                kind(new LogSoftmax(1), "dim"),
                kind(Dropout.of(0.5)),
                kind(new Dropout2d(0.5)),
                kind(new Identity()),
                kind(new Flatten()),
                kind(Reshape.of(-1), "sizes"),
                kind(Permute.of(0), "dims"),
                kind(new Pad(List.of(0, 0), Pad.Mode.CONSTANT, 0), "amounts"),
                kind(new Slice(0, 0, Slice.END), "dim", "from"),
                kind(Split.of(1), "sizes"),
                kind(Concat.of(1), "inputCount"),
                kind(new Add()),
                kind(new Multiply()),
                kind(MatMul.of()),
                kind(Reduce.mean(1).withoutDims(), "by", "dims"),
                kind(new ChannelShuffle(1), "groups"),
                kind(new PixelShuffle(1), "upscaleFactor"),
                kind(new PixelUnshuffle(1), "downscaleFactor"),
                new Kind(
                        "upsample",
                        PyTorchUpsample.class,
                        new PyTorchUpsample(Upsample.Mode.NEAREST, false, false, Pair.of(1), null),
                        Set.of("size", "scaleFactor")),
                // Whatever ONNX's operator of this name can do, none of it by default.
                new Kind(
                        "resize",
                        Upsample.class,
                        Upsample.by(Upsample.Mode.NEAREST, 1),
                        Set.of("interpolation", "coordinates", "size", "scaleFactor")),
                kind(HardAttention.of()),
                kind(new LearnedScalars(1), "count"),
                kind(DepthwiseSeparable.of(1, 1, 1), "in", "out", "kernel"),
                kind(SqueezeExcitation.of(1, 1), "channels", "squeezed"),
                kind(Cbam.of(16), "channels"),
                kind(new ChannelAttention(16, 16), "channels"),
                kind(new SpatialAttention(7)),
                kind(SelectiveKernel.of(32), "channels"),
                kind(SelfAttention.of(1, 1), "channels", "heads"),
                kind(NonLocal.of(2), "channels", "inner"),
                kind(PositionAttention.soft(1, 1), "channels", "hidden"),
                kind(new TemporalAttention(1, 1), "channels", "hidden"));
        Map<String, Kind> named = new TreeMap<>();
        kinds.forEach(kind -> named.put(kind.name(), kind));
        return named;
    }

    private static Kind kind(Record example, String... required) {
        return new Kind(name(example.getClass()), example.getClass(), example, Set.of(required));
    }

    /** The name by which {@code kind} selects a record: {@code Conv2d} is {@code conv2d}. */
    static String name(Class<?> type) {
        String name = type.getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /** The names of Convoy's own layers and blocks. */
    static Set<String> names() {
        return KINDS.keySet();
    }

    /** What a file says of a layer: the layer itself, or a record that says the same in other words. */
    static Record spoken(Layer layer) {
        if (layer instanceof Upsample upsample) {
            return PyTorchUpsample.of(upsample).<Record>map(said -> said).orElse(upsample);
        }
        if (layer instanceof Record record) {
            return record;
        }
        throw new IllegalArgumentException("A layer expects to be a record to be written, but "
                + layer.getClass().getName() + " is not one.");
    }

    /** The kind of a {@linkplain #spoken spoken} layer: Convoy's own have a short name, others that of their class. */
    static Kind of(Record spoken) {
        for (Kind kind : KINDS.values()) {
            if (kind.type() == spoken.getClass()) {
                return kind;
            }
        }
        return new Kind(spoken.getClass().getName(), spoken.getClass(), null, Set.of());
    }

    /** Convoy's own layer or block called {@code name}. */
    static Optional<Kind> named(String name) {
        return Optional.ofNullable(KINDS.get(name));
    }

    /**
     * The class of somebody else's layer or block. A class is neither initialised nor made an object of before it is known to be a
     * public record that is a {@link Layer} or a {@link Block}, so that a file can't start any other code.
     *
     * @param name with its package
     * @throws IllegalArgumentException if there is none, or it is something else
     */
    static Kind ofClass(String name) {
        Class<?> type;
        try {
            type = Class.forName(name, false, loader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw new IllegalArgumentException(
                    "expects a layer's or block's class on the class path, but there is no " + name
                            + ". Maybe its jar is missing.",
                    e);
        }
        if (!type.isRecord()
                || !(Layer.class.isAssignableFrom(type) || Block.class.isAssignableFrom(type))
                || !java.lang.reflect.Modifier.isPublic(type.getModifiers())) {
            throw new IllegalArgumentException(
                    "expects a public record that implements Layer or Block, but " + name + " is not one.");
        }
        return new Kind(name, type.asSubclass(Record.class), null, Set.of());
    }

    private static ClassLoader loader() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread == null ? NodeKinds.class.getClassLoader() : ofThread;
    }
}
