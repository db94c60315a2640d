package io.convoy.engine.onnx;

import static java.util.Map.entry;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Padding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Convolutions and pools. */
final class ImportedWindows {
    static final Map<String, ImportRule> RULES = Map.ofEntries(
            entry("Conv", ImportedWindows::convolution),
            entry("ConvTranspose", ImportedWindows::transposed),
            entry("DeformConv", ImportedWindows::deformable),
            entry("MaxPool", ImportedWindows::max),
            entry("AveragePool", ImportedWindows::average),
            entry("GlobalMaxPool", node -> global(node, AdaptiveMaxPool2d.of(1))),
            entry("GlobalAveragePool", node -> global(node, AdaptiveAvgPool2d.of(1))),
            entry("MaxUnpool", ImportedWindows::unpool));

    private ImportedWindows() {}

    /** The weight [K, C, R, S], or [K, C, S] as one row. */
    private static Shape weight(ImportedNode node, int index) {
        Shape w = node.floats(index).shape();
        if (w.rank() == 3) {
            return Shape.of(w.size(0), w.size(1), 1, w.size(2));
        }
        if (w.rank() != 4) {
            throw node.refused("windows over one or two dimensions", "its weight is " + w, "");
        }
        return w;
    }

    private static Map<String, float[]> parameters(ImportedNode node, int weight, int bias, int out) {
        Map<String, float[]> parameters = new HashMap<>();
        parameters.put("weight", ImportedNode.flat(node.floats(weight)));
        if (node.hasInput(bias)) {
            if (node.floats(bias).shape().count() != out) {
                throw node.refused(
                        "a bias of " + out + " values",
                        "it is " + node.floats(bias).shape(),
                        "");
            }
            parameters.put("bias", ImportedNode.flat(node.floats(bias)));
        }
        return parameters;
    }

    private static void requireWeight(ImportedNode node, Layer layer, Shape weight) {
        Shape expected = layer.parameters().get(0).shape();
        if (!expected.equals(weight)) {
            throw node.refused("a weight of " + expected, "it is " + weight, "");
        }
    }

    private static void convolution(ImportedNode node) {
        Port x = node.maps(0);
        Shape shape = node.graph().shape(x);
        Shape w = weight(node, 1);
        ImportedWindow window = ImportedWindow.of(node, shape, w.size(2), w.size(3));
        Conv2d layer = new Conv2d(
                shape.size(1),
                w.size(0),
                window.kernel(),
                window.stride(),
                new Padding.Sides(window.before(), window.after()),
                window.dilation(),
                node.count("group", 1),
                node.hasInput(2));
        requireWeight(node, layer, w);
        String scope = node.scope(node.floats(1), "weight");
        node.putMaps(0, node.add(scope, layer, parameters(node, 1, 2, w.size(0)), x), 0);
    }

    /** A border that differs on two sides, or follows from the output's size, is cut off, or added, afterwards. */
    private static void transposed(ImportedNode node) {
        Port x = node.maps(0);
        Shape shape = node.graph().shape(x);
        Shape w = weight(node, 1);
        ImportedWindow window = ImportedWindow.of(node, shape, w.size(2), w.size(3));
        int groups = node.count("group", 1);
        int[] more = node.counts("output_padding", 0, 0);
        Pair added = more.length == 1 ? new Pair(0, more[0]) : ImportedWindow.pair(more);
        int[] wanted = node.counts("output_shape");
        boolean auto = wanted.length > 0 || node.text("auto_pad", "NOTSET").startsWith("SAME");
        boolean direct = !auto && window.isSymmetric();
        ConvTranspose2d layer = new ConvTranspose2d(
                shape.size(1),
                Math.multiplyExact(w.size(1), groups),
                window.kernel(),
                window.stride(),
                direct ? window.before() : Pair.of(0),
                direct ? added : Pair.of(0),
                window.dilation(),
                groups,
                node.hasInput(2));
        requireWeight(node, layer, w);
        String scope = node.scope(node.floats(1), "weight");
        Map<String, float[]> parameters = parameters(node, 1, 2, layer.out());
        Port y = node.add(scope, layer, parameters, x);
        node.putMaps(0, direct ? y : bordered(node, window, added, wanted, auto, y), 0);
    }

    private static Port bordered(
            ImportedNode node, ImportedWindow window, Pair added, int[] wanted, boolean auto, Port y) {
        Shape full = node.graph().shape(y);
        int[] step = {window.stride().height(), window.stride().width()};
        int[] in = {
            node.graph().shape(node.maps(0)).size(2),
            node.graph().shape(node.maps(0)).size(3)
        };
        int[] front = {window.before().height(), window.before().width()};
        int[] behind = {window.after().height(), window.after().width()};
        int[] more = {added.height(), added.width()};
        int[] before = new int[2];
        int[] after = new int[2];
        for (int axis = 0; axis < 2; axis++) {
            if (auto) {
                int spatial = wanted.length - 2 + axis;
                int length =
                        wanted.length == 0 ? in[axis] * step[axis] : wanted.length == 1 ? wanted[0] : wanted[spatial];
                int change = length - full.size(2 + axis);
                int half = node.text("auto_pad", "NOTSET").equals("SAME_UPPER") ? change / 2 : change - change / 2;
                // What is missing is added behind; of what is too much, the two sides lose a half each.
                before[axis] = change > 0 ? 0 : half;
                after[axis] = change - before[axis];
            } else {
                before[axis] = -front[axis];
                after[axis] = more[axis] - behind[axis];
            }
        }
        if ((after[0] > 0 || after[1] > 0) && node.hasInput(2)) {
            throw node.refused("no bias where its output is made larger", "it has one", "");
        }
        return node.step("border", Pad.zeros(before[1], after[1], before[0], after[0]), y);
    }

    /** x, w, offset, bias, mask; in torchvision's layout. */
    private static void deformable(ImportedNode node) {
        Port x = node.maps(0);
        Shape shape = node.graph().shape(x);
        Shape w = weight(node, 1);
        ImportedWindow window = ImportedWindow.of(node, shape, w.size(2), w.size(3));
        if (!window.isSymmetric()) {
            throw node.refused("the same border on both sides", "it has another", "");
        }
        boolean masked = node.hasInput(4);
        DeformConv2d layer = new DeformConv2d(
                shape.size(1),
                w.size(0),
                window.kernel(),
                window.stride(),
                window.before(),
                window.dilation(),
                node.count("group", 1),
                node.count("offset_group", 1),
                masked,
                node.hasInput(3));
        requireWeight(node, layer, w);
        String scope = node.scope(node.floats(1), "weight");
        Map<String, float[]> parameters = parameters(node, 1, 3, w.size(0));
        Port offset = node.maps(2);
        Port y = masked
                ? node.add(scope, layer, parameters, x, offset, node.maps(4))
                : node.add(scope, layer, parameters, x, offset);
        node.putMaps(0, y, 0);
    }

    private static void global(ImportedNode node, Layer layer) {
        node.putMaps(0, node.add(layer, node.maps(0)), 0);
    }

    private static void max(ImportedNode node) {
        Port x = node.maps(0);
        Shape shape = node.graph().shape(x);
        ImportedWindow window = ImportedWindow.of(node, shape);
        boolean indices = node.hasOutput(1);
        boolean ceil = node.flag("ceil_mode");
        boolean roundedUp = !ceil && window.isRoundedUp(shape);
        Port from = x;
        MaxPool2d layer;
        if (window.isPoolable() || roundedUp) {
            boolean up = ceil || !window.isSymmetric();
            layer = new MaxPool2d(window.window(window.before(), up), indices);
        } else if (indices || !window.dilation().equals(Pair.of(1))) {
            throw node.refused(
                    "a border that is the same on both sides and at most half the kernel",
                    "it has another, and indices or a dilation",
                    "");
        } else {
            layer = new MaxPool2d(window.window(Pair.of(0), ceil));
            from = node.step("border", window.edges(), x);
        }
        if (indices && node.whole("storage_order", 0) != 0) {
            throw node.refused("indices in row-major order", "its storage_order is another", "");
        }
        Port y = node.add(layer, from);
        node.putMaps(0, y, 0);
        if (indices) {
            Port second = new Port(y.node(), 1);
            node.graph().planeIndices().add(second);
            node.put(1, second);
        }
    }

    /**
     * Windows that tile the maps without a border are those of an adaptive pool, unless {@code count_include_pad}, which then says
     * nothing else, is set.
     */
    private static void average(ImportedNode node) {
        Port x = node.maps(0);
        Shape shape = node.graph().shape(x);
        ImportedWindow window = ImportedWindow.of(node, shape);
        boolean ceil = node.flag("ceil_mode");
        boolean counts = node.flag("count_include_pad");
        boolean bare = window.before().equals(Pair.of(0)) && window.after().equals(Pair.of(0));
        boolean tiles = window.kernel().equals(window.stride())
                && shape.size(2) % window.kernel().height() == 0
                && shape.size(3) % window.kernel().width() == 0;
        Port y;
        if (!window.dilation().equals(Pair.of(1))) {
            y = dilated(node, window, shape, counts, ceil, x);
        } else if (bare && tiles && !counts) {
            Pair size = new Pair(
                    shape.size(2) / window.kernel().height(),
                    shape.size(3) / window.kernel().width());
            y = node.add(new AdaptiveAvgPool2d(size), x);
        } else if (window.isPoolable()) {
            y = node.add(new AvgPool2d(window.window(window.before(), ceil), counts || bare), x);
        } else if (!counts && !ceil && window.isRoundedUp(shape)) {
            y = node.add(new AvgPool2d(window.window(window.before(), true), false), x);
        } else if (counts) {
            // A border that counts is like any other zeros.
            Port zeros = node.step("border", window.zeros(), x);
            y = node.add(new AvgPool2d(window.window(Pair.of(0), ceil), true), zeros);
        } else {
            y = cut(node, window, shape, ceil, x);
        }
        node.putMaps(0, y, 0);
    }

    /** The wider border on both sides, and the positions that it adds cut off. */
    private static Port cut(ImportedNode node, ImportedWindow window, Shape shape, boolean ceil, Port x) {
        Pair widest = new Pair(
                Math.max(window.before().height(), window.after().height()),
                Math.max(window.before().width(), window.after().width()));
        if (ceil
                || !window.stride().equals(Pair.of(1))
                || widest.height() > window.kernel().height() / 2
                || widest.width() > window.kernel().width() / 2) {
            throw node.refused(
                    "a border that doesn't count to be the same on both sides and at most half the kernel",
                    "it has another",
                    "");
        }
        Port whole = node.add(new AvgPool2d(window.window(widest, false), false), x);
        int height = shape.size(2)
                + window.before().height()
                + window.after().height()
                - window.kernel().height()
                + 1;
        int width = shape.size(3)
                + window.before().width()
                + window.after().width()
                - window.kernel().width()
                + 1;
        int row = widest.height() - window.before().height();
        int column = widest.width() - window.before().width();
        Port rows = node.step("rows", new Slice(2, row, row + height), whole);
        return node.step("columns", new Slice(3, column, column + width), rows);
    }

    /** Ours isn't dilated: a depthwise convolution whose weights are all 1 / their number. */
    private static Port dilated(
            ImportedNode node, ImportedWindow window, Shape shape, boolean counts, boolean ceil, Port x) {
        boolean bare = window.before().equals(Pair.of(0)) && window.after().equals(Pair.of(0));
        boolean whole = shape.size(2) >= window.kernel().height() && isExact(window, shape);
        if (!(counts || bare) || (ceil && !whole)) {
            throw node.refused("no border where it is dilated", "it has one that doesn't count", "");
        }
        int channels = shape.size(1);
        int taps = Math.multiplyExact(window.kernel().height(), window.kernel().width());
        float[] weights = new float[Math.multiplyExact(channels, taps)];
        Arrays.fill(weights, 1f / taps);
        Conv2d layer = new Conv2d(
                channels,
                channels,
                window.kernel(),
                window.stride(),
                new Padding.Sides(window.before(), window.after()),
                window.dilation(),
                channels,
                false);
        return node.add(
                node.scope(new OnnxTensor.Floats("", Shape.of(), 0f), "weight"), layer, Map.of("weight", weights), x);
    }

    /** Whether the last windows end where the border ends, so that rounding up changes nothing. */
    private static boolean isExact(ImportedWindow window, Shape x) {
        int height = x.size(2)
                + window.before().height()
                + window.after().height()
                - window.dilation().height() * (window.kernel().height() - 1)
                - 1;
        int width = x.size(3)
                + window.before().width()
                + window.after().width()
                - window.dilation().width() * (window.kernel().width() - 1)
                - 1;
        return height % window.stride().height() == 0 && width % window.stride().width() == 0;
    }

    /** The indices refer to the smallest plane, whatever the output's shape is. */
    private static void unpool(ImportedNode node) {
        Port x = node.maps(0);
        Port indices = node.indices(1);
        Shape shape = node.graph().shape(x);
        ImportedWindow window = ImportedWindow.of(node, shape);
        if (!window.isSymmetric()) {
            throw node.refused("the same border on both sides", "it has another", "");
        }
        MaxUnpool2d layer = new MaxUnpool2d(window.kernel(), window.stride(), window.before(), null);
        Shape smallest = layer.outputs(List.of(shape, shape)).get(0);
        PlannedNode pool = node.graph().planned(indices);
        boolean paired = pool != null
                && node.graph().planeIndices().contains(indices)
                && node.graph().shape(pool.inputs().get(0)).equals(smallest);
        if (!paired && !node.graph().isOnePlane(shape)) {
            throw node.refused(
                    "indices of a MaxPool whose input is " + smallest,
                    "its input 1 has others, and counts through all feature maps",
                    "");
        }
        Port y = node.add(layer, x, indices);
        if (node.hasInput(2)) {
            long[] wanted = node.wholes(2);
            if (wanted.length != 4) {
                throw node.refused("4 sizes as input 2", "it has " + wanted.length, "");
            }
            int bottom = Math.toIntExact(wanted[2]) - smallest.size(2);
            int right = Math.toIntExact(wanted[3]) - smallest.size(3);
            y = node.step("border", Pad.zeros(0, right, 0, bottom), y);
        }
        node.putMaps(0, y, 0);
    }
}
