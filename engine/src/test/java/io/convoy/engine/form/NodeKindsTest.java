package io.convoy.engine.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.convoy.engine.Property;
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
import io.convoy.engine.form.Form.Entry;
import io.convoy.engine.form.Form.Section;
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
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Split;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.layer.Window;
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
            Map.entry("{kind: upsample, size: [4, 5]}", Upsample.toSize(Upsample.Mode.NEAREST, 4, 5)),
            Map.entry(
                    "{kind: upsample, mode: bilinear, scaleFactor: [2, 1.5]}",
                    new Upsample(
                            Interpolation.LINEAR, Upsample.Coordinates.HALF_PIXEL, null, new Upsample.Scale(2, 1.5))));

    /** Defaults that PyTorch has otherwise or not at all: channels rather than the batch are cut and joined. */
    private static final Map<String, Layer> OWN = Map.of(
            "{kind: split, sizes: [1, 2]}", new Split(List.of(1, 2), 1),
            "{kind: concat, inputCount: 3}", new Concat(3, 1),
            "{kind: slice, dim: 1, from: 2}", new Slice(1, 2, Slice.END),
            "{kind: hardAttention}", new HardAttention(HardAttention.Estimator.STRAIGHT_THROUGH));

    /** A block of its required keys alone, and with its paper's defaults for the rest. */
    private static final Map<String, Block> BLOCKS = Map.of(
            "{kind: depthwiseSeparable, in: 4, out: 6, kernel: 3}",
            new DepthwiseSeparable(4, 6, Pair.of(3), ONE, Padding.SAME, ONE, false),
            "{kind: squeezeExcitation, channels: 8, squeezed: 2}",
            new SqueezeExcitation(8, 2, new Relu(), new Sigmoid()),
            "{kind: cbam, channels: 32}",
            new Cbam(32, 16, 7, false, false),
            "{kind: channelAttention, channels: 32}",
            new ChannelAttention(32, 16, false),
            "{kind: spatialAttention}",
            new SpatialAttention(7, false),
            "{kind: selectiveKernel, channels: 64}",
            new SelectiveKernel(64, 2, 32, 16, 32, 1, true),
            "{kind: selfAttention, channels: 8, heads: 2}",
            new SelfAttention(8, 2, true),
            "{kind: nonLocal, channels: 8, inner: 4}",
            new NonLocal(8, 4, false, true),
            "{kind: positionAttention, channels: 8, hidden: 4}",
            new PositionAttention(8, 4, new Softmax(2)),
            "{kind: temporalAttention, channels: 8, hidden: 4}",
            new TemporalAttention(8, 4));

    private static Record part(Section section) {
        List<Entry> entries = new ArrayList<>(section.entries());
        Entry kind = entries.remove(0);
        return new RecordForm(Map.of())
                .part(
                        RecordForm.kind("kind", kind.value()),
                        RecordForm.entries(new Section(entries, ""), "layer"),
                        Map.of(),
                        "layer",
                        "");
    }

    private static Record part(String text) {
        return part((Section) Form.ofJson(
                "layer", text.replaceAll("([a-zA-Z][_a-zA-Z0-9]*)", "\"$1\"").replaceAll("\"(true|false)\"", "$1")));
    }

    private static Layer read(Section section) {
        return (Layer) part(section);
    }

    private static Layer read(String text) {
        return (Layer) part(text);
    }

    private static String json(Layer layer) {
        return new Section(RecordForm.write(layer), "").toJson();
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
        BLOCKS.forEach((text, block) -> assertThat(part(text)).as(text).isEqualTo(block));
    }

    /** A layer with defaults that is in neither table would have them unchecked. */
    @Test
    void everyLayerThatHasDefaultsIsInATable() {
        Set<Class<?>> checked = new java.util.HashSet<>();
        PYTORCH.values().forEach(layer -> checked.add(layer.getClass()));
        OWN.values().forEach(layer -> checked.add(layer.getClass()));
        BLOCKS.values().forEach(block -> checked.add(block.getClass()));
        checked.add(PyTorchUpsample.class);
        for (String name : NodeKinds.names()) {
            NodeKinds.Kind kind = NodeKinds.named(name).orElseThrow();
            if (RecordForm.keys(kind.type()).size() > kind.required().size()) {
                assertThat(checked).as(name).contains(kind.type());
            }
        }
    }

    @Test
    void everyLayerAndEveryBlockHasAName() throws IOException, URISyntaxException {
        Set<String> names = namesOf("layer", Layer.class);
        names.addAll(namesOf("block", Block.class));
        // An Upsample in ONNX's words.
        names.add("resize");
        assertThat(NodeKinds.names()).containsExactlyElementsOf(names);
    }

    private static Set<String> namesOf(String room, Class<?> implemented) throws IOException, URISyntaxException {
        Path classes = Path.of(implemented
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("io/convoy/engine/" + room);
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = name.contains("-") ? implemented : classNamed(room + "." + name);
                if (type.isRecord()
                        && implemented.isAssignableFrom(type)
                        && java.lang.reflect.Modifier.isPublic(type.getModifiers())) {
                    names.add(NodeKinds.name(type));
                }
            }
        }
        return names;
    }

    /** Whoever writes {@code mode: bilinear} gets PyTorch's bilinear, not one whose corners or places are elsewhere. */
    @Test
    void anUpsampleIsSaidInPyTorchsWords() {
        Upsample bilinear = Upsample.by(Upsample.Mode.BILINEAR, 2);
        assertThat(read("{kind: upsample, mode: bilinear, scaleFactor: 2}")).isEqualTo(bilinear);
        assertThat(read("{kind: upsample, mode: bilinear, alignCorners: true, scaleFactor: 2}"))
                .isEqualTo(bilinear.withAlignedCorners());
        assertThat(read("{kind: upsample, mode: bicubic, antialias: true, size: 3}"))
                .isEqualTo(Upsample.toSize(Upsample.Mode.BICUBIC, 3, 3).withAntialias());
        assertThat(read("{kind: upsample, mode: nearest_exact, size: 3}"))
                .isEqualTo(Upsample.toSize(Upsample.Mode.NEAREST_EXACT, 3, 3));
        assertThat(json(bilinear.withAlignedCorners().withAntialias())).isEqualTo("""
                {
                  "kind": "upsample",
                  "mode": "bilinear",
                  "alignCorners": true,
                  "antialias": true,
                  "scaleFactor": 2
                }
                """);
        assertThat(json(Upsample.by(Upsample.Mode.NEAREST, 2))).isEqualTo("""
                {
                  "kind": "upsample",
                  "scaleFactor": 2
                }
                """);
    }

    @Test
    void whatOnlyOnnxCanSayOfAnUpsampleIsAResize() {
        Upsample odd = new Upsample(
                Interpolation.LINEAR, Upsample.Coordinates.ASYMMETRIC, Pair.of(4), new Upsample.Scale(2, 2));
        assertThat(json(odd)).isEqualTo("""
                {
                  "kind": "resize",
                  "interpolation": { "kind": "linear", "antialias": false, "border": "repeated" },
                  "coordinates": "asymmetric",
                  "size": 4,
                  "scaleFactor": 2
                }
                """);
        assertThat(throughJson(odd)).isEqualTo(odd);
    }

    @Test
    void whatPyTorchRefusesOfAnUpsampleIsRefused() {
        assertThatThrownBy(() -> read("{kind: upsample, alignCorners: true, scaleFactor: 2}"))
                .hasMessage("layer: Upsample expects aligned corners with linear or cubic interpolation only, but"
                        + " interpolation is Nearest[rounding=DOWN].");
        assertThatThrownBy(() -> read("{kind: upsample, size: 4, scaleFactor: 2}"))
                .hasMessage("layer: Upsample expects a size or a scaleFactor, but it got both. Maybe leave one of them"
                        + " out.");
        assertThatThrownBy(() -> read("{kind: upsample, mode: bilinear}"))
                .hasMessage("layer: Upsample expects a size or a scaleFactor, but it got neither.");
        assertThatThrownBy(() -> read("{kind: upsample, mode: linear, size: 4}"))
                .hasMessageContaining("expects one of nearest, nearest_exact, bilinear, bicubic, but it got");
        assertThatThrownBy(() -> read("{kind: resize, size: 4}"))
                .hasMessage("layer.interpolation expects a value, but it is missing.");
    }

    private static Class<?> classNamed(String name) {
        try {
            return Class.forName("io.convoy.engine." + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Blocks are read and never written: a network that has been built has their layers. */
    static List<String> layers() {
        return NodeKinds.names().stream()
                .filter(name -> !NodeKinds.named(name).orElseThrow().isBlock())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void anyLayerOfTheKindComesBack(String name) {
        Seed seed = Property.seed(NodeKindsTest.class);
        RandomStream random = seed.child(name).stream();
        Record example = NodeKinds.named(name).orElseThrow().example();
        if (example == null) {
            fail(name + " has no example");
            return;
        }
        int different = 0;
        for (int i = 0; i < 200; i++) {
            Record said = varied(example, random);
            Layer layer = said instanceof PyTorchUpsample upsample ? upsample.layer() : (Layer) said;
            assertThat(throughJson(layer)).isEqualTo(layer);
            different += said.equals(example) ? 0 : 1;
        }
        if (example.getClass().getRecordComponents().length > 0) {
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
