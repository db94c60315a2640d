package io.convoy.engine.onnx;

import io.convoy.engine.layer.Interpolation;
import io.convoy.engine.layer.Interpolation.Border;
import io.convoy.engine.layer.Interpolation.Rounding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.layer.Upsample.Coordinates;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Interpolation. */
final class ImportedResampling {
    static final Map<String, ImportRule> RULES =
            Map.of("Resize", ImportedResampling::resize, "Upsample", ImportedResampling::upsample);

    private ImportedResampling() {}

    /** Height and width of the output, and what they are of the input's if that isn't their ratio. */
    private record Target(Pair size, Upsample.@Nullable Scale scale) {}

    /** Versions 7 and 9, x and scales. */
    private static void upsample(ImportedNode node) {
        Port x = node.maps(0);
        float[] scales = node.hasInput(1) ? ImportedNode.flat(node.floats(1)) : node.reals("scales");
        asymmetric(node, x, byScales(node, node.graph().shape(x), new int[] {0, 1, 2, 3}, scales));
    }

    private static void asymmetric(ImportedNode node, Port x, Target target) {
        boolean nearest = node.text("mode", "nearest").equals("nearest");
        Interpolation interpolation = nearest ? Interpolation.NEAREST : Interpolation.LINEAR;
        put(node, x, interpolation, Coordinates.ASYMMETRIC, target);
    }

    private static void put(
            ImportedNode node, Port x, Interpolation interpolation, Coordinates coordinates, Target target) {
        node.putMaps(0, node.add(new Upsample(interpolation, coordinates, target.size(), target.scale()), x), 0);
    }

    /** x, roi, scales, sizes; x and scales in version 10. */
    private static void resize(ImportedNode node) {
        Port x = node.maps(0);
        Shape shape = node.graph().shape(x);
        if (node.graph().opset() < 11) {
            asymmetric(node, x, byScales(node, shape, new int[] {0, 1, 2, 3}, ImportedNode.flat(node.floats(1))));
            return;
        }
        int[] axes = node.counts("axes", 0, 1, 2, 3);
        Target target = node.hasInput(2) && node.floats(2).shape().count() > 0
                ? byScales(node, shape, axes, ImportedNode.flat(node.floats(2)))
                : bySizes(node, shape, axes, node.wholes(3));
        put(node, x, interpolation(node), coordinates(node, target), target);
    }

    private static Interpolation interpolation(ImportedNode node) {
        boolean antialias = node.flag("antialias");
        Border border = node.flag("exclude_outside") ? Border.LEFT_OUT : Border.REPEATED;
        String mode = node.text("mode", "nearest");
        return switch (mode) {
            case "nearest" -> new Interpolation.Nearest(rounding(node));
            case "linear" -> new Interpolation.Linear(antialias, border);
            case "cubic" -> new Interpolation.Cubic(node.number("cubic_coeff_a", -0.75), antialias, border);
            default -> throw node.refused("the mode nearest, linear or cubic", "it is " + mode, "");
        };
    }

    private static Rounding rounding(ImportedNode node) {
        String mode = node.text("nearest_mode", "round_prefer_floor");
        return switch (mode) {
            case "floor" -> Rounding.DOWN;
            case "ceil" -> Rounding.UP;
            case "round_prefer_ceil" -> Rounding.HALF_UP;
            case "round_prefer_floor" -> Rounding.HALF_DOWN;
            default -> throw node.refused("a nearest_mode of ONNX's", "it is " + mode, "");
        };
    }

    /** Where a size is given, aligned corners are those of the output. */
    private static Coordinates coordinates(ImportedNode node, Target target) {
        String named = node.text("coordinate_transformation_mode", "half_pixel");
        return switch (named) {
            case "half_pixel" -> Coordinates.HALF_PIXEL;
            case "half_pixel_symmetric" -> Coordinates.HALF_PIXEL_SYMMETRIC;
            case "pytorch_half_pixel" -> Coordinates.HALF_PIXEL_OR_FIRST;
            case "asymmetric" -> Coordinates.ASYMMETRIC;
            case "align_corners" ->
                target.scale() == null && !node.flag("antialias")
                        ? Coordinates.ALIGNED_CORNERS
                        : Coordinates.ALIGNED_UNROUNDED;
            default -> throw node.refused("places of the whole image", "they are " + named, "");
        };
    }

    private static Target byScales(ImportedNode node, Shape x, int[] axes, float[] given) {
        requireCount(node, axes, given.length);
        double[] scales = {1, 1};
        for (int i = 0; i < axes.length; i++) {
            requireImage(node, axes[i], given[i] == 1);
            if (axes[i] >= 2) {
                scales[axes[i] - 2] = ImportedNode.decimal(given[i]);
            }
        }
        return new Target(
                new Pair(length(node, scales[0] * x.size(2)), length(node, scales[1] * x.size(3))),
                new Upsample.Scale(scales[0], scales[1]));
    }

    private static int length(ImportedNode node, double product) {
        if (!(product >= 1 && product <= Integer.MAX_VALUE)) {
            throw node.refused("at least one pixel along an axis", "there are " + product, "");
        }
        return (int) Math.floor(product);
    }

    private static Target bySizes(ImportedNode node, Shape x, int[] axes, long[] given) {
        requireCount(node, axes, given.length);
        int[] sizes = {x.size(2), x.size(3)};
        double[] scales = {1, 1};
        for (int i = 0; i < axes.length; i++) {
            requireImage(node, axes[i], given[i] == x.size(axes[i]) || given[i] == ImportedValue.BATCH);
            if (axes[i] >= 2) {
                sizes[axes[i] - 2] = Math.toIntExact(given[i]);
                scales[axes[i] - 2] = (double) given[i] / x.size(axes[i]);
            }
        }
        String policy = node.text("keep_aspect_ratio_policy", "stretch");
        if (policy.equals("stretch")) {
            return new Target(ImportedWindow.pair(sizes), null);
        }
        double scale = policy.equals("not_larger") ? Math.min(scales[0], scales[1]) : Math.max(scales[0], scales[1]);
        return new Target(
                new Pair(length(node, scale * x.size(2) + 0.5), length(node, scale * x.size(3) + 0.5)),
                new Upsample.Scale(scale, scale));
    }

    private static void requireCount(ImportedNode node, int[] axes, int count) {
        boolean fits = axes.length == count;
        for (int axis : axes) {
            fits &= axis >= 0 && axis < 4;
        }
        if (!fits) {
            throw node.refused("a scale or size for each of 4 axes or of some", "it has " + count, "");
        }
    }

    private static void requireImage(ImportedNode node, int axis, boolean stays) {
        if (axis < 2 && !stays) {
            throw node.refused("to leave all but height and width", "it resizes axis " + axis, "");
        }
    }
}
