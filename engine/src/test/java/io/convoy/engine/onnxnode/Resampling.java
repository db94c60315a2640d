package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Map;

/** Interpolation. */
final class Resampling {
    static final Map<String, Operator> TABLE = Map.of("Resize", Resampling::resize, "Upsample", Resampling::upsample);

    private Resampling() {}

    /** Height and width of the output, and what they are of the input's. */
    private static final class Target {
        private final int[] sizes;
        private final double[] scales;
        private final boolean byScale;

        private Target(int[] sizes, double[] scales, boolean byScale) {
            this.sizes = sizes;
            this.scales = scales;
            this.byScale = byScale;
        }

        private Upsample layer(Upsample.Mode mode, boolean alignCorners) {
            return byScale
                    ? new Upsample(mode, null, new Upsample.Scale(scales[0], scales[1]), alignCorners)
                    : new Upsample(mode, new Pair(sizes[0], sizes[1]), null, alignCorners);
        }
    }

    /** Version 9, x and scales: the pixel at or before the place. */
    private static void upsample(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        Target target = byScales(x, new int[] {0, 1, 2, 3}, graph.given().floats(node.input(1)));
        if (!node.text("mode", "nearest").equals("nearest")) {
            throw new Skipped("version 9 of linear resampling has other coordinates than ours");
        }
        put(node, graph, target.layer(Upsample.Mode.NEAREST, false));
    }

    private static void put(NodeCase.Node node, Graph graph, Upsample layer) {
        Port from = graph.first(node.input(0));
        graph.put(node.output(0), graph.add(layer, from));
    }

    /** x, roi, scales, sizes. */
    private static void resize(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        int[] axes = node.wholes("axes", 0, 1, 2, 3);
        boolean byScale = node.hasInput(2);
        Target target = byScale
                ? byScales(x, axes, graph.given().floats(node.input(2)))
                : bySizes(
                        x, axes, graph.given().wholes(node.input(3)), node.text("keep_aspect_ratio_policy", "stretch"));
        if (node.flag("antialias")) {
            throw new Skipped("our resampling has no antialiasing");
        }
        String places = node.text("coordinate_transformation_mode", "half_pixel");
        String mode = node.text("mode", "nearest");
        if (mode.equals("nearest")) {
            requireSamePixels(x, target, places, node.text("nearest_mode", "round_prefer_floor"));
            put(node, graph, target.layer(Upsample.Mode.NEAREST, false));
            return;
        }
        Upsample.Mode ours = mode.equals("linear") ? Upsample.Mode.BILINEAR : Upsample.Mode.BICUBIC;
        boolean aligned = places.equals("align_corners");
        if (!aligned && !places.equals("half_pixel")) {
            throw new Skipped("our resampling has no coordinates of the kind " + places);
        }
        if (aligned && (isFraction(target, x, 0) || isFraction(target, x, 1))) {
            throw new Skipped("ONNX aligns the corners of a size that is not whole, and PyTorch those of the output");
        }
        put(node, graph, target.layer(ours, aligned));
    }

    private static boolean isFraction(Target target, Shape x, int axis) {
        return target.byScale && target.scales[axis] * x.size(2 + axis) != target.sizes[axis];
    }

    private static Target byScales(Shape x, int[] axes, float[] given) {
        int[] sizes = new int[2];
        double[] scales = {1, 1};
        for (int i = 0; i < axes.length; i++) {
            if (axes[i] >= 2) {
                scales[axes[i] - 2] = given[i];
            }
        }
        for (int axis = 0; axis < 2; axis++) {
            sizes[axis] = (int) Math.floor(scales[axis] * x.size(2 + axis));
        }
        return new Target(sizes, scales, true);
    }

    private static Target bySizes(Shape x, int[] axes, int[] given, String policy) {
        int[] sizes = {x.size(2), x.size(3)};
        double[] scales = {1, 1};
        for (int i = 0; i < axes.length; i++) {
            if (axes[i] >= 2) {
                sizes[axes[i] - 2] = given[i];
                scales[axes[i] - 2] = (double) given[i] / x.size(axes[i]);
            }
        }
        if (!policy.equals("stretch")) {
            double scale =
                    policy.equals("not_larger") ? Math.min(scales[0], scales[1]) : Math.max(scales[0], scales[1]);
            for (int axis = 0; axis < 2; axis++) {
                scales[axis] = scale;
                sizes[axis] = (int) Math.floor(scale * x.size(2 + axis) + 0.5);
            }
        }
        return new Target(sizes, scales, false);
    }

    /** PyTorch's nearest pixel is the one at or before i / scale; ONNX has other places and other roundings, too. */
    private static void requireSamePixels(Shape x, Target target, String places, String rounding) {
        for (int axis = 0; axis < 2; axis++) {
            int in = x.size(2 + axis);
            int out = target.sizes[axis];
            double scale = target.scales[axis];
            for (int i = 0; i < out; i++) {
                double place = switch (places) {
                    case "half_pixel" -> (i + 0.5) / scale - 0.5;
                    case "asymmetric" -> i / scale;
                    case "align_corners" -> out == 1 ? 0 : (double) i * (in - 1) / (out - 1);
                    default -> throw new Skipped("our resampling has no coordinates of the kind " + places);
                };
                double rounded = switch (rounding) {
                    case "floor" -> Math.floor(place);
                    case "ceil" -> Math.ceil(place);
                    case "round_prefer_ceil" -> Math.floor(place + 0.5);
                    default -> Math.ceil(place - 0.5);
                };
                double theirs = Math.max(0, Math.min(in - 1, rounded));
                double ours = Math.min(in - 1, Math.floor(target.byScale ? i / scale : (double) i * in / out));
                if (theirs != ours) {
                    throw new Skipped("PyTorch's, and our, nearest pixel is another one there");
                }
            }
        }
    }
}
