package io.convoy.engine.onnx;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Convolutions and pools. */
final class ExportedWindows {
    private ExportedWindows() {}

    static void addTo(ExportRules rules) {
        rules.add(Conv2d.class, ExportedWindows::convolution);
        rules.add(ConvTranspose2d.class, ExportedWindows::transposed);
        rules.add(DeformConv2d.class, ExportedWindows::deformable);
        rules.add(MaxPool2d.class, ExportedWindows::max);
        rules.add(MaxUnpool2d.class, ExportedWindows::unpool);
        rules.add(AvgPool2d.class, ExportedWindows::average);
        rules.add(AdaptiveAvgPool2d.class, (layer, node) -> adaptive(layer.outputSize(), true, node));
        rules.add(AdaptiveMaxPool2d.class, ExportedWindows::adaptiveMax);
    }

    private static Attribute pair(Pair pair) {
        return Attribute.of(List.of(pair.height(), pair.width()));
    }

    private static Attribute pads(Pair before, Pair after) {
        return Attribute.of(List.of(before.height(), before.width(), after.height(), after.width()));
    }

    private static String[] weighted(ExportedNode node, boolean bias, String... before) {
        List<String> inputs = new ArrayList<>(List.of(before));
        inputs.add(node.parameter("weight"));
        if (bias) {
            inputs.add(node.parameter("bias"));
        }
        return inputs.toArray(String[]::new);
    }

    private static void convolution(Conv2d layer, ExportedNode node) {
        node.emit(
                "Conv",
                Map.of(
                        "kernel_shape", pair(layer.kernel()),
                        "strides", pair(layer.stride()),
                        "pads", pads(layer.padding(), layer.paddingAfter()),
                        "dilations", pair(layer.dilation()),
                        "group", Attribute.of(layer.groups())),
                weighted(node, layer.bias(), node.input(0)));
    }

    private static void transposed(ConvTranspose2d layer, ExportedNode node) {
        node.emit(
                "ConvTranspose",
                Map.of(
                        "kernel_shape", pair(layer.kernel()),
                        "strides", pair(layer.stride()),
                        "pads", pads(layer.padding(), layer.padding()),
                        "output_padding", pair(layer.outputPadding()),
                        "dilations", pair(layer.dilation()),
                        "group", Attribute.of(layer.groups())),
                weighted(node, layer.bias(), node.input(0)));
    }

    /** x, weight, offset, bias, mask. */
    private static void deformable(DeformConv2d layer, ExportedNode node) {
        node.graph().require(19);
        List<String> inputs = new ArrayList<>(List.of(node.input(0), node.parameter("weight"), node.input(1)));
        if (layer.bias() || layer.masked()) {
            inputs.add(layer.bias() ? node.parameter("bias") : "");
        }
        if (layer.masked()) {
            inputs.add(node.input(2));
        }
        node.emit(
                "DeformConv",
                Map.of(
                        "kernel_shape", pair(layer.kernel()),
                        "strides", pair(layer.stride()),
                        "pads", pads(layer.padding(), layer.padding()),
                        "dilations", pair(layer.dilation()),
                        "group", Attribute.of(layer.groups()),
                        "offset_group", Attribute.of(layer.offsetGroups())),
                inputs.toArray(String[]::new));
    }

    /** How much further than its border a window of {@code layer} reaches, below and on the right. */
    private static Pair excess(Window window, Shape x, Shape y) {
        return new Pair(
                excess(x.size(2), y.size(2), window.kernel().height(), window, true),
                excess(x.size(3), y.size(3), window.kernel().width(), window, false));
    }

    private static int excess(int length, int positions, int kernel, Window window, boolean height) {
        int stride = height ? window.stride().height() : window.stride().width();
        int dilation = height ? window.dilation().height() : window.dilation().width();
        int padding = height ? window.padding().height() : window.padding().width();
        return Math.max(0, (positions - 1) * stride + dilation * (kernel - 1) + 1 - length - 2 * padding);
    }

    private static Pair sum(Pair a, Pair b) {
        return new Pair(a.height() + b.height(), a.width() + b.width());
    }

    /** Whether rounding up gives as many positions in ONNX, where a window may lie in the border alone. */
    private static boolean isPlainCeil(Window window, Shape x, Shape y) {
        return isPlainCeil(x.size(2), y.size(2), window.kernel().height(), window, true)
                && isPlainCeil(x.size(3), y.size(3), window.kernel().width(), window, false);
    }

    private static boolean isPlainCeil(int length, int positions, int kernel, Window window, boolean height) {
        int stride = height ? window.stride().height() : window.stride().width();
        int dilation = height ? window.dilation().height() : window.dilation().width();
        int padding = height ? window.padding().height() : window.padding().width();
        int room = length + 2 * padding - dilation * (kernel - 1) - 1;
        return Math.floorDiv(room + stride - 1, stride) + 1 == positions;
    }

    private static void max(MaxPool2d layer, ExportedNode node) {
        Window window = layer.window();
        Shape x = node.shape(0);
        Shape y = node.outputShape(0);
        boolean ceil = window.ceilMode() && isPlainCeil(window, x, y);
        Pair after = ceil ? window.padding() : sum(window.padding(), excess(window, x, y));
        if (layer.returnIndices()) {
            requireUnpooled(node);
        }
        node.emit(
                layer.returnIndices() ? 2 : 1,
                "MaxPool",
                Map.of(
                        "kernel_shape", pair(window.kernel()),
                        "strides", pair(window.stride()),
                        "pads", pads(window.padding(), after),
                        "dilations", pair(window.dilation()),
                        "ceil_mode", Attribute.of(ceil ? 1 : 0)),
                node.input(0));
    }

    /** ONNX's indices count through all feature maps and ours through one, so that only unpooling may see them. */
    private static void requireUnpooled(ExportedNode node) {
        Port indices = new Port(node.name(), 1);
        Network network = node.graph().network();
        boolean seen = network.outputs().contains(indices)
                || network.nodes().stream()
                        .anyMatch(reader -> reader.inputs().contains(indices)
                                && !(reader.layer() instanceof MaxUnpool2d
                                        && reader.inputs().indexOf(indices) == 1
                                        && reader.inputs().lastIndexOf(indices) == 1));
        if (seen) {
            throw node.refused(
                    "its indices count through one feature map, and ONNX's through all, so that only a MaxUnpool2d may"
                            + " read them",
                    "leave them out");
        }
    }

    private static void unpool(MaxUnpool2d layer, ExportedNode node) {
        Port indices = node.from(1);
        Shape y = node.outputShape(0);
        boolean fits = node.graph().network().nodes().stream()
                .anyMatch(pool -> pool.name().equals(indices.node())
                        && pool.layer() instanceof MaxPool2d
                        && sameMaps(node.graph().shape(pool.inputs().get(0)), y));
        if (!fits) {
            throw node.refused(
                    "ONNX needs indices of a MaxPool2d whose input has the output's height and width",
                    "give it the indices of that pool, whose input its windows cover exactly");
        }
        node.emit(
                "MaxUnpool",
                Map.of(
                        "kernel_shape", pair(layer.kernel()),
                        "strides", pair(layer.stride()),
                        "pads", pads(layer.padding(), layer.padding())),
                node.input(0),
                node.input(1));
        if (!fitsWithoutSize(layer, node.shape(0), y)) {
            throw node.refused("ONNX has no size of the output for a batch of any size", "leave out the outputSize");
        }
    }

    private static boolean sameMaps(Shape a, Shape b) {
        return a.size(1) == b.size(1) && a.size(2) == b.size(2) && a.size(3) == b.size(3);
    }

    private static boolean fitsWithoutSize(MaxUnpool2d layer, Shape x, Shape y) {
        MaxUnpool2d plain = new MaxUnpool2d(layer.kernel(), layer.stride(), layer.padding(), null);
        return plain.outputs(List.of(x, x)).get(0).equals(y);
    }

    /**
     * Windows that end beyond the border divide by what lies inside it, and a border that counts is then made of zeros. Where
     * neither border nor excess is there, {@code count_include_pad} says that the window is of this size whatever the input's is.
     */
    private static void average(AvgPool2d layer, ExportedNode node) {
        Window window = layer.window();
        Pair none = Pair.of(0);
        Pair excess = excess(window, node.shape(0), node.outputShape(0));
        Integer divisor = layer.divisorOverride();
        if (divisor != null) {
            String zeros = excess.equals(none) && window.padding().equals(none)
                    ? node.input(0)
                    : zeros(node, window.padding(), sum(window.padding(), excess));
            String mean =
                    node.step("mean", "AveragePool", pool(window.kernel(), window.stride(), none, none, true), zeros);
            double taps = (double) window.kernel().height() * window.kernel().width();
            node.emit("Mul", Map.of(), mean, node.number("factor", taps / divisor));
        } else if (excess.equals(none)) {
            boolean counts = layer.countIncludePad() || window.padding().equals(none);
            node.emit(
                    "AveragePool",
                    pool(window.kernel(), window.stride(), window.padding(), window.padding(), counts),
                    node.input(0));
        } else if (layer.countIncludePad() && !window.padding().equals(none)) {
            String zeros = zeros(node, window.padding(), window.padding());
            node.emit("AveragePool", pool(window.kernel(), window.stride(), none, excess, false), zeros);
        } else {
            node.emit(
                    "AveragePool",
                    pool(window.kernel(), window.stride(), window.padding(), sum(window.padding(), excess), false),
                    node.input(0));
        }
    }

    private static String zeros(ExportedNode node, Pair before, Pair after) {
        String pads = node.wholes("border", 0, 0, before.height(), before.width(), 0, 0, after.height(), after.width());
        return node.step("padded", "Pad", Map.of(), node.input(0), pads);
    }

    private static Map<String, Attribute> pool(Pair kernel, Pair stride, Pair before, Pair after, boolean counts) {
        return Map.of(
                "kernel_shape", pair(kernel),
                "strides", pair(stride),
                "pads", pads(before, after),
                "count_include_pad", Attribute.of(counts ? 1 : 0));
    }

    private static void adaptiveMax(AdaptiveMaxPool2d layer, ExportedNode node) {
        if (layer.returnIndices()) {
            throw node.refused("ONNX has no such pool with indices", "leave them out");
        }
        adaptive(layer.outputSize(), false, node);
    }

    /** Equal windows are a plain pool; else each row and column of the output is a part of its own. */
    private static void adaptive(Pair size, boolean mean, ExportedNode node) {
        Shape x = node.shape(0);
        if (size.equals(Pair.of(1))) {
            node.emit(mean ? "GlobalAveragePool" : "GlobalMaxPool", Map.of(), node.input(0));
        } else if (x.size(2) % size.height() == 0 && x.size(3) % size.width() == 0) {
            Pair window = new Pair(x.size(2) / size.height(), x.size(3) / size.width());
            Map<String, Attribute> plain = Map.of("kernel_shape", pair(window), "strides", pair(window));
            node.emit(mean ? "AveragePool" : "MaxPool", plain, node.input(0));
        } else {
            String operator = mean ? "ReduceMean" : "ReduceMax";
            String[] rows = parts(node, operator, node.input(0), 2, x.size(2), size.height());
            String whole = node.step("rows", "Concat", Map.of("axis", Attribute.of(2)), rows);
            String[] columns = parts(node, operator, whole, 3, x.size(3), size.width());
            node.emit("Concat", Map.of("axis", Attribute.of(3)), columns);
        }
    }

    private static String[] parts(ExportedNode node, String operator, String x, int axis, int length, int parts) {
        String[] reduced = new String[parts];
        for (int i = 0; i < parts; i++) {
            String what = axis + "." + i;
            long from = (long) i * length / parts;
            long to = ((i + 1L) * length + parts - 1) / parts;
            String part = node.step(
                    what,
                    "Slice",
                    Map.of(),
                    x,
                    node.wholes("from." + what, from),
                    node.wholes("to." + what, to),
                    node.wholes("axis." + axis, axis));
            reduced[i] = node.step("reduced." + what, operator, Map.of(), part, node.wholes("axis." + axis, axis));
        }
        return reduced;
    }
}
