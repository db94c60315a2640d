package io.convoy.engine.onnxnode;

import io.convoy.engine.layer.Interpolation;
import io.convoy.engine.layer.Interpolation.Border;
import io.convoy.engine.layer.Interpolation.Rounding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.layer.Upsample.Coordinates;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Map;

/** Interpolation. */
final class Resampling {
    static final Map<String, Operator> TABLE = Map.of("Resize", Resampling::resize, "Upsample", Resampling::upsample);

    private Resampling() {}

    /** Version 9, x and scales. */
    private static void upsample(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        Interpolation interpolation =
                node.text("mode", "nearest").equals("nearest") ? Interpolation.NEAREST : Interpolation.LINEAR;
        put(
                node,
                graph,
                interpolation,
                Coordinates.ASYMMETRIC,
                byScales(x, new int[] {0, 1, 2, 3}, graph.given().floats(node.input(1))));
    }

    /** Height and width of the output, and what they are of the input's. */
    private record Target(Pair size, Upsample.Scale scale) {}

    private static void put(
            NodeCase.Node node, Graph graph, Interpolation interpolation, Coordinates coordinates, Target target) {
        Port from = graph.first(node.input(0));
        Upsample layer = new Upsample(interpolation, coordinates, target.size(), target.scale());
        graph.put(node.output(0), graph.add(layer, from));
    }

    /** x, roi, scales, sizes. */
    private static void resize(NodeCase.Node node, Graph graph) {
        Shape x = graph.given().shape(node.input(0));
        int[] axes = node.wholes("axes", 0, 1, 2, 3);
        Target target = node.hasInput(2)
                ? byScales(x, axes, graph.given().floats(node.input(2)))
                : bySizes(
                        x, axes, graph.given().wholes(node.input(3)), node.text("keep_aspect_ratio_policy", "stretch"));
        put(node, graph, interpolation(node), coordinates(node), target);
    }

    private static Interpolation interpolation(NodeCase.Node node) {
        boolean antialias = node.flag("antialias");
        Border border = node.flag("exclude_outside") ? Border.LEFT_OUT : Border.REPEATED;
        return switch (node.text("mode", "nearest")) {
            case "nearest" ->
                new Interpolation.Nearest(
                        switch (node.text("nearest_mode", "round_prefer_floor")) {
                            case "floor" -> Rounding.DOWN;
                            case "ceil" -> Rounding.UP;
                            case "round_prefer_ceil" -> Rounding.HALF_UP;
                            default -> Rounding.HALF_DOWN;
                        });
            case "linear" -> new Interpolation.Linear(antialias, border);
            default -> new Interpolation.Cubic(node.number("cubic_coeff_a", -0.75), antialias, border);
        };
    }

    private static Coordinates coordinates(NodeCase.Node node) {
        String named = node.text("coordinate_transformation_mode", "half_pixel");
        return switch (named) {
            case "half_pixel" -> Coordinates.HALF_PIXEL;
            case "half_pixel_symmetric" -> Coordinates.HALF_PIXEL_SYMMETRIC;
            case "pytorch_half_pixel" -> Coordinates.HALF_PIXEL_OR_FIRST;
            case "asymmetric" -> Coordinates.ASYMMETRIC;
            case "align_corners" -> Coordinates.ALIGNED_UNROUNDED;
            default -> throw new Skipped("our resampling has no coordinates of the kind " + named);
        };
    }

    private static Target byScales(Shape x, int[] axes, float[] given) {
        double[] scales = {1, 1};
        for (int i = 0; i < axes.length; i++) {
            requireAnAxisOfTheImage(axes[i], given[i] == 1);
            if (axes[i] >= 2) {
                scales[axes[i] - 2] = given[i];
            }
        }
        return new Target(
                new Pair((int) Math.floor(scales[0] * x.size(2)), (int) Math.floor(scales[1] * x.size(3))),
                new Upsample.Scale(scales[0], scales[1]));
    }

    private static Target bySizes(Shape x, int[] axes, int[] given, String policy) {
        int[] sizes = {x.size(2), x.size(3)};
        double[] scales = {1, 1};
        for (int i = 0; i < axes.length; i++) {
            requireAnAxisOfTheImage(axes[i], given[i] == x.size(axes[i]));
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
        return new Target(new Pair(sizes[0], sizes[1]), new Upsample.Scale(scales[0], scales[1]));
    }

    private static void requireAnAxisOfTheImage(int axis, boolean stays) {
        if (axis < 2 && !stays) {
            throw new Skipped("our resampling is of height and width");
        }
    }
}
