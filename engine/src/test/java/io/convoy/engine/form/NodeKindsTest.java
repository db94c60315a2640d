package io.convoy.engine.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.convoy.engine.Property;
import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Dropout2d;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.HardAttention;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Interpolation;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Padding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Split;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.layer.Window;
import io.convoy.engine.form.Form.Entry;
import io.convoy.engine.form.Form.Section;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NodeKindsTest {
    private static final Pair ONE = Pair.of(1);
    private static final Pair ZERO = Pair.of(0);

    /** A layer of its required keys alone, in JSON, and with the defaults that PyTorch documents for the rest. */
    private static final Map<String, Layer> PYTORCH = Map.ofEntries(
            Map.entry(
                    "{kind: conv2d, in: 4, out: 6, kernel: 3}",
                    new Conv2d(4, 6, Pair.of(3), ONE, Padding.of(ZERO), ONE, 1, true)),
            Map.entry(
                    "{kind: convTranspose2d, in: 4, out: 6, kernel: 3}",
                    new ConvTranspose2d(4, 6, Pair.of(3), ONE, ZERO, ZERO, ONE, 1, true)),
            Map.entry(
                    "{kind: deformConv2d, in: 4, out: 6, kernel: 3}",
                    new DeformConv2d(4, 6, Pair.of(3), ONE, ZERO, ONE, 1, 1, false, true)),
            Map.entry("{kind: linear, in: 4, out: 6}", new Linear(4, 6, true)),
            Map.entry(
                    "{kind: maxPool2d, kernel: [3, 5]}",
                    new MaxPool2d(new Window(new Pair(3, 5), new Pair(3, 5), ZERO, ONE, false), false)),
            Map.entry(
                    "{kind: avgPool2d, kernel: 3}",
                    new AvgPool2d(new Window(Pair.of(3), Pair.of(3), ZERO, ONE, false), true, null)),
            Map.entry("{kind: maxUnpool2d, kernel: 3}", new MaxUnpool2d(Pair.of(3), Pair.of(3), ZERO, null)),
            Map.entry("{kind: adaptiveAvgPool2d, outputSize: 2}", new AdaptiveAvgPool2d(Pair.of(2))),
            Map.entry("{kind: adaptiveMaxPool2d, outputSize: 2}", new AdaptiveMaxPool2d(Pair.of(2), false)),
            Map.entry("{kind: batchNorm2d, channels: 4}", new BatchNorm2d(4, 1e-5, 0.1, true, true)),
            Map.entry("{kind: groupNorm, groups: 2, channels: 4}", new GroupNorm(2, 4, 1e-5, true)),
            Map.entry("{kind: instanceNorm2d, channels: 4}", InstanceNorm2d.of(4)),
            Map.entry("{kind: layerNorm, normalizedShape: [4, 2]}", new LayerNorm(Shape.of(4, 2), 1e-5, true, true)),
            Map.entry("{kind: localResponseNorm, size: 5}", new LocalResponseNorm(5, 1e-4, 0.75, 1)),
            Map.entry("{kind: leakyRelu}", new LeakyRelu(0.01)),
            Map.entry("{kind: prelu}", new Prelu(1, 0.25)),
            Map.entry("{kind: elu}", new Elu(1)),
            Map.entry("{kind: celu}", new Celu(1)),
            Map.entry("{kind: gelu}", new Gelu(Gelu.Approximation.NONE)),
            Map.entry("{kind: softplus}", new Softplus(1, 20)),
            Map.entry("{kind: dropout}", new Dropout(0.5, false)),
            Map.entry("{kind: dropout2d}", new Dropout2d(0.5)),
            Map.entry("{kind: pad, amounts: [1, 2]}", new Pad(List.of(1, 2), Pad.Mode.CONSTANT, 0)),
            Map.entry("{kind: matMul}", new MatMul(false, false, 1)),
            Map.entry("{kind: reduce, by: max, dims: 2}", new Reduce(Reduce.By.MAX, List.of(2), false)),
            Map.entry("{kind: upsample, scaleFactor: 2}", Upsample.by(Upsample.Mode.NEAREST, 2)),
            Map.entry("{kind: upsample, size: [4, 5]}", Upsample.toSize(Upsample.Mode.NEAREST, 4, 5)));

    /** Defaults that PyTorch has otherwise or not at all: channels rather than the batch are cut and joined. */
    private static final Map<String, Layer> OWN = Map.of(
            "{kind: split, sizes: [1, 2]}", new Split(List.of(1, 2), 1),
            "{kind: concat, inputCount: 3}", new Concat(3, 1),
            "{kind: slice, dim: 1, from: 2}", new Slice(1, 2, Slice.END),
            "{kind: hardAttention}", new HardAttention(HardAttention.Estimator.STRAIGHT_THROUGH));

    private static Layer read(Section section) {
        List<Entry> entries = new ArrayList<>(section.entries());
        Entry kind = entries.remove(0);
        return new RecordForm(Map.of())
                .layer(
                        RecordForm.LayerText.of("kind", kind.value()),
                        RecordForm.entries(new Section(entries, ""), "layer"),
                        Map.of(),
                        "layer",
                        "");
    }

    private static Layer read(String text) {
        String json = text.replaceAll("([a-zA-Z][a-zA-Z0-9]*)", "\"$1\"");
        return read((Section) Form.ofJson("layer", json));
    }

    private static Layer throughJson(Layer layer) {
        List<Entry> entries = new ArrayList<>(RecordForm.write(layer));
        if (layer instanceof Concat concat) {
            // What a network reads off the number of inputs.
            entries.add(RecordForm.entry("inputCount", RecordForm.write("inputCount", concat.inputCount())));
        }
        String json = new Section(entries, "").toJson();
        return read((Section) Form.ofJson("layer", json));
    }

    @Test
    void whatIsNotSaidIsPyTorchsDefault() {
        PYTORCH.forEach((text, layer) -> assertThat(read(text)).as(text).isEqualTo(layer));
        OWN.forEach((text, layer) -> assertThat(read(text)).as(text).isEqualTo(layer));
    }

    /** A layer with defaults that is in neither table would have them unchecked. */
    @Test
    void everyLayerThatHasDefaultsIsInATable() {
        Set<Class<?>> checked = new java.util.HashSet<>();
        PYTORCH.values().forEach(layer -> checked.add(layer.getClass()));
        OWN.values().forEach(layer -> checked.add(layer.getClass()));
        for (String name : NodeKinds.names()) {
            NodeKinds.Kind kind = NodeKinds.named(name).orElseThrow();
            if (RecordForm.keys(kind.type()).size() > kind.required().size()) {
                assertThat(checked).as(name).contains(kind.type());
            }
        }
    }

    @Test
    void everyLayerOfTheRoomHasAName() throws IOException, URISyntaxException {
        Path classes = Path.of(Layer.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("io/convoy/engine/layer");
        Set<String> layers = new TreeSet<>();
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = name.contains("-") ? Layer.class : classNamed(name);
                if (type.isRecord()
                        && Layer.class.isAssignableFrom(type)
                        && java.lang.reflect.Modifier.isPublic(type.getModifiers())) {
                    layers.add(NodeKinds.name(type));
                }
            }
        }
        assertThat(NodeKinds.names()).containsExactlyElementsOf(layers);
    }

    private static Class<?> classNamed(String name) {
        try {
            return Class.forName("io.convoy.engine.layer." + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    static Set<String> names() {
        return NodeKinds.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void anyLayerOfTheKindComesBack(String name) {
        Seed seed = Property.seed(NodeKindsTest.class);
        RandomStream random = seed.child(name).stream();
        Layer example = NodeKinds.named(name).orElseThrow().example();
        if (example == null) {
            fail(name + " has no example");
            return;
        }
        int different = 0;
        for (int i = 0; i < 200; i++) {
            Layer layer = (Layer) varied((Record) example, random);
            assertThat(throughJson(layer)).isEqualTo(layer);
            different += layer.equals(example) ? 0 : 1;
        }
        if (((Record) example).getClass().getRecordComponents().length > 0) {
            assertThat(different).isPositive();
        }
    }

    /** A record like {@code example} with some other components, such as its constructor takes. */
    private static Record varied(Record example, RandomStream random) {
        RecordComponent[] components = example.getClass().getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        for (int attempt = 0; attempt < 300; attempt++) {
            @Nullable Object[] values = new @Nullable Object[components.length];
            try {
                for (int i = 0; i < values.length; i++) {
                    Object value = components[i].getAccessor().invoke(example);
                    values[i] = random.nextInt(3) == 0 ? value : variedValue(components[i], value, random);
                }
                return example.getClass().getDeclaredConstructor(types).newInstance(values);
            } catch (InvocationTargetException refused) {
                // Another attempt may be valid.
                assertThat(refused.getCause()).isInstanceOf(RuntimeException.class);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return example;
    }

    private static @Nullable Object variedValue(
            RecordComponent component, @Nullable Object value, RandomStream random) {
        Class<?> type = component.getType();
        if (component.getAnnotatedType().isAnnotationPresent(Nullable.class) && random.nextInt(2) == 0) {
            return null;
        }
        if (type == int.class || type == Integer.class) {
            return random.nextInt(7);
        }
        if (type == boolean.class) {
            return random.nextInt(2) == 0;
        }
        if (type == double.class || type == Double.class) {
            return random.nextInt(2) == 0
                    ? random.nextInt(4)
                    : random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(40) - 20);
        }
        if (type == Pair.class) {
            return new Pair(random.nextInt(4), random.nextInt(4));
        }
        if (type == Upsample.Scale.class) {
            return new Upsample.Scale(random.nextDouble(0, 4), random.nextInt(3));
        }
        if (type == Interpolation.class) {
            return List.of(
                            Interpolation.NEAREST,
                            new Interpolation.Nearest(Interpolation.Rounding.HALF_UP),
                            Interpolation.LINEAR,
                            Interpolation.CUBIC,
                            new Interpolation.Cubic(-0.5, true, Interpolation.Border.LEFT_OUT))
                    .get(random.nextInt(5));
        }
        if (type == Padding.class) {
            Pair before = new Pair(random.nextInt(3), random.nextInt(3));
            return switch (random.nextInt(3)) {
                case 0 -> Padding.SAME;
                case 1 -> Padding.of(before);
                default -> new Padding.Sides(before, new Pair(random.nextInt(3), random.nextInt(3)));
            };
        }
        if (type == Window.class && value != null) {
            return varied((Record) value, random);
        }
        if (type == Shape.class) {
            return Shape.of(random.nextInt(4) + 1, random.nextInt(4) + 1);
        }
        if (type == List.class) {
            int first = random.nextInt(2);
            return IntStream.range(first, first + 1 + random.nextInt(4)).boxed().toList();
        }
        if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        }
        throw new IllegalStateException("No variation of " + component + ".");
    }
}
