package io.convoy.engine.onnx;

import io.convoy.engine.layer.Interpolation;
import io.convoy.engine.layer.Interpolation.Border;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.layer.Upsample.Coordinates;
import io.convoy.engine.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Interpolation. */
final class ExportedResampling {
    private ExportedResampling() {}

    static void addTo(ExportRules rules) {
        rules.add(Upsample.class, ExportedResampling::resize);
    }

    /** x, roi, scales or sizes, of the last two dimensions. */
    private static void resize(Upsample layer, ExportedNode node) {
        Map<String, Attribute> attributes = new HashMap<>();
        attributes.put("axes", Attribute.of(List.of(2, 3)));
        attributes.put("coordinate_transformation_mode", Attribute.of(places(layer, node)));
        interpolation(layer.interpolation(), attributes);
        Shape x = node.shape(0);
        Shape y = node.outputShape(0);
        double[] factors = {layer.along(2, x, y).factor(), layer.along(3, x, y).factor()};
        boolean aligned = layer.coordinates() == Coordinates.ALIGNED_CORNERS;
        boolean ratio = isRatio(x, y, 2, factors[0]) && isRatio(x, y, 3, factors[1]);
        if (layer.coordinates() == Coordinates.ALIGNED_UNROUNDED && !ratio) {
            throw node.refused(
                    "readers of ONNX align the corners of a size that isn't whole in different ways",
                    "give a size instead of a factor");
        }
        if (aligned || ratio) {
            node.emit("Resize", attributes, node.input(0), "", "", node.wholes("size", y.size(2), y.size(3)));
        } else if (gives(x, y, 2, factors[0]) && gives(x, y, 3, factors[1])) {
            float[] scales = {(float) factors[0], (float) factors[1]};
            node.emit("Resize", attributes, node.input(0), "", node.floats("scale", Shape.of(2), scales));
        } else {
            throw node.refused(
                    "ONNX has either a size or a factor, and this factor doesn't give this size",
                    "leave out one of them");
        }
    }

    private static boolean isRatio(Shape x, Shape y, int axis, double factor) {
        return factor == (double) y.size(axis) / x.size(axis);
    }

    private static boolean gives(Shape x, Shape y, int axis, double factor) {
        return (int) ((float) factor * x.size(axis)) == y.size(axis);
    }

    private static String places(Upsample layer, ExportedNode node) {
        return switch (layer.coordinates()) {
            case ASYMMETRIC -> "asymmetric";
            case HALF_PIXEL -> "half_pixel";
            case HALF_PIXEL_OR_FIRST -> "pytorch_half_pixel";
            case HALF_PIXEL_SYMMETRIC -> {
                node.graph().require(19);
                yield "half_pixel_symmetric";
            }
            case ALIGNED_UNROUNDED -> "align_corners";
            case ALIGNED_CORNERS -> {
                // What antialiases has other places there.
                if ((layer.interpolation() instanceof Interpolation.Linear linear && linear.antialias())
                        || (layer.interpolation() instanceof Interpolation.Cubic cubic && cubic.antialias())) {
                    throw node.refused(
                            "ONNX doesn't have PyTorch's places of aligned corners with antialiasing",
                            "leave out one of them");
                }
                yield "align_corners";
            }
        };
    }

    private static void interpolation(Interpolation interpolation, Map<String, Attribute> attributes) {
        if (interpolation instanceof Interpolation.Nearest nearest) {
            attributes.put("mode", Attribute.of("nearest"));
            String rounding = switch (nearest.rounding()) {
                case DOWN -> "floor";
                case UP -> "ceil";
                case HALF_DOWN -> "round_prefer_floor";
                case HALF_UP -> "round_prefer_ceil";
            };
            attributes.put("nearest_mode", Attribute.of(rounding));
        } else if (interpolation instanceof Interpolation.Linear linear) {
            attributes.put("mode", Attribute.of("linear"));
            weights(linear.antialias(), linear.border(), attributes);
        } else if (interpolation instanceof Interpolation.Cubic cubic) {
            attributes.put("mode", Attribute.of("cubic"));
            attributes.put("cubic_coeff_a", Attribute.of(cubic.a()));
            weights(cubic.antialias(), cubic.border(), attributes);
        }
    }

    private static void weights(boolean antialias, Border border, Map<String, Attribute> attributes) {
        attributes.put("antialias", Attribute.of(antialias ? 1 : 0));
        attributes.put("exclude_outside", Attribute.of(border == Border.LEFT_OUT ? 1 : 0));
    }
}
