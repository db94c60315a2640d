package io.convoy.engine.reference;

import io.convoy.engine.layer.Interpolation;
import io.convoy.engine.layer.Interpolation.Border;
import io.convoy.engine.layer.Interpolation.Cubic;
import io.convoy.engine.layer.Interpolation.Linear;
import io.convoy.engine.layer.Interpolation.Nearest;
import io.convoy.engine.layer.Interpolation.Rounding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.layer.Upsample.Coordinates;
import java.util.Map;
import java.util.TreeMap;

/** Layers that change the height and width of feature maps. */
final class Resamplings {
    /** A weight that is 0 at one float64 place is not at the next. */
    private static final double PLACE = 1e-14;

    private Resamplings() {}

    static Scalars upsample(Upsample layer, Given given) {
        Scalars x = given.x();
        return Scalars.of(given.shape(), at -> {
            Scalar y = given.tape().zero();
            var columns = axis(layer, given, 3).weights(at[3]);
            for (var row : axis(layer, given, 2).weights(at[2]).entrySet()) {
                for (var column : columns.entrySet()) {
                    Scalar weight = given.tape()
                            .scalar(row.getValue() * column.getValue())
                            .within(PLACE);
                    y = y.plus(x.at(at[0], at[1], row.getKey(), column.getKey()).times(weight));
                }
            }
            return y;
        });
    }

    private static Axis axis(Upsample layer, Given given, int axis) {
        Upsample.Scale scale = layer.scaleFactor();
        int length = given.x().shape().size(axis);
        int outputs = given.shape().size(axis);
        double factor = scale == null ? 1.0 * outputs / length : axis == 2 ? scale.height() : scale.width();
        if (layer.size() == null) {
            // aten/src/ATen/native/UpSample.h, nearest_idx and compute_source_index_and_lambda; a pass of
            // separable_upsample_generic_Nd_kernel_impl that changes nothing is left out.
            boolean nearest = layer.interpolation().equals(new Nearest(Rounding.DOWN))
                    && layer.coordinates() == Coordinates.ASYMMETRIC;
            boolean weighs = !(layer.interpolation() instanceof Nearest)
                    && !(layer.interpolation() instanceof Cubic cubic && !cubic.antialias())
                    && layer.coordinates() == Coordinates.HALF_PIXEL;
            boolean stays = length == outputs && (nearest || weighs);
            boolean doubles = 2 * length == outputs && nearest;
            factor = stays ? 1 : doubles ? 2 : factor;
        }
        return new Axis(layer.interpolation(), layer.coordinates(), length, outputs, factor);
    }

    private record Axis(Interpolation interpolation, Coordinates coordinates, int length, int outputs, double factor) {
        /** Where the centre of output pixel {@code p} lies, the first input pixel's corner being 0. */
        private double centre(int p) {
            boolean antialias = (interpolation instanceof Linear linear && linear.antialias())
                    || (interpolation instanceof Cubic cubic && cubic.antialias());
            return switch (coordinates) {
                case ASYMMETRIC -> p / factor + 0.5;
                case HALF_PIXEL -> (p + 0.5) / factor;
                case HALF_PIXEL_OR_FIRST -> outputs > 1 ? (p + 0.5) / factor : 0.5;
                case HALF_PIXEL_SYMMETRIC -> length / 2.0 + (p + 0.5 - outputs / 2.0) / factor;
                case ALIGNED_CORNERS ->
                    antialias ? (p + 0.5) * between(length, outputs) : 0.5 + p * between(length, outputs);
                case ALIGNED_UNROUNDED -> 0.5 + p * between(length, length * factor);
            };
        }

        private static double between(double length, double outputs) {
            return outputs == 1 ? 0 : (length - 1) / (outputs - 1);
        }

        private int inside(double pixel) {
            return (int) Math.max(0, Math.min(pixel, length - 1));
        }

        /** What each pixel has in output pixel {@code p}. */
        Map<Integer, Double> weights(int p) {
            if (interpolation instanceof Nearest nearest) {
                return Map.of(inside(nearest(p, nearest.rounding())), 1.0);
            }
            return interpolation instanceof Linear linear
                    ? weights(p, linear.antialias(), linear.border(), Double.NaN)
                    : weights(
                            p,
                            ((Cubic) interpolation).antialias(),
                            ((Cubic) interpolation).border(),
                            ((Cubic) interpolation).a());
        }

        private double nearest(int p, Rounding rounding) {
            // A place that float64 finds on a border between pixels is PyTorch's by float32.
            double place = (float) (centre(p) - 0.5);
            return switch (rounding) {
                case DOWN -> Math.floor(place);
                case UP -> Math.ceil(place);
                case HALF_DOWN -> Math.ceil(place - 0.5);
                case HALF_UP -> Math.floor(place + 0.5);
            };
        }

        private Map<Integer, Double> weights(int p, boolean antialias, Border border, double a) {
            double step = coordinates == Coordinates.ALIGNED_CORNERS ? between(length, outputs) : 1 / factor;
            double wide = antialias && step > 1 ? step : 1;
            Map<Integer, Double> weights = new TreeMap<>();
            double sum = 0;
            int beyond = (int) Math.ceil(2 * wide) + 2;
            for (int pixel = -beyond; pixel < length + beyond; pixel++) {
                if (border == Border.REPEATED || pixel == inside(pixel)) {
                    double distance = Math.abs(pixel + 0.5 - centre(p)) / wide;
                    double weight = Double.isNaN(a) ? Math.max(0, 1 - distance) : cubic(distance, a);
                    weights.merge(inside(pixel), weight, Double::sum);
                    sum += weight;
                }
            }
            double all = antialias || border == Border.LEFT_OUT ? sum : 1;
            weights.replaceAll((pixel, weight) -> weight / all);
            return weights;
        }
    }

    /** Keys' kernel. */
    private static double cubic(double t, double a) {
        return t <= 1 ? (a + 2) * t * t * t - (a + 3) * t * t + 1 : t < 2 ? a * (t * t * t - 5 * t * t + 8 * t - 4) : 0;
    }

    static LayerCase drawUpsample(Draw draw) {
        Pair plane = draw.plane();
        // Factors whose reciprocals float32 has, or that are too odd to meet a border between pixels.
        Upsample.Scale scale = new Upsample.Scale(factor(draw, plane.height()), factor(draw, plane.width()));
        Pair size = new Pair((int) (plane.height() * scale.height()), (int) (plane.width() * scale.width()));
        switch (draw.from(0, 2)) {
            case 0 -> {
                size = new Pair(draw.from(1, 9), draw.from(1, 9));
                scale = null;
            }
            case 1 -> size = null;
            default -> {
                // Both: no place lies so far outside that nothing of the input is left.
            }
        }
        Upsample layer;
        if (draw.chance(0.5)) {
            layer = new Upsample(interpolation(draw), draw.among(Coordinates.values()), size, scale);
        } else {
            layer = Upsample.by(draw.among(Upsample.Mode.values()), 1);
            if (!(layer.interpolation() instanceof Nearest)) {
                layer = draw.chance(0.5) ? layer.withAlignedCorners() : layer;
                layer = draw.chance(0.5) ? layer.withAntialias() : layer;
            }
            layer = new Upsample(layer.interpolation(), layer.coordinates(), size, scale);
        }
        return LayerCase.of(layer, draw.batch(), draw.channels(), plane);
    }

    private static Interpolation interpolation(Draw draw) {
        Border border = draw.among(Border.values());
        return switch (draw.from(0, 2)) {
            case 0 -> new Nearest(draw.among(Rounding.values()));
            case 1 -> new Linear(draw.chance(0.5), border);
            default -> new Cubic(draw.among(-0.5, -0.75), draw.chance(0.5), border);
        };
    }

    private static double factor(Draw draw, int length) {
        return length == 1 ? draw.among(1.0, 2.0, 2.37) : draw.among(0.5, 1.0, 1.37, 2.0, 2.37, 4.0);
    }
}
