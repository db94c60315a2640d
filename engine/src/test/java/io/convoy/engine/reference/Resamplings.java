package io.convoy.engine.reference;

import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Upsample;
import java.util.Map;
import java.util.TreeMap;

/** Layers that change the height and width of feature maps. */
final class Resamplings {
    private static final double CUBIC = -0.75;

    private Resamplings() {}

    static Scalars upsample(Upsample layer, Given given) {
        Scalars x = given.x();
        return Scalars.of(given.shape(), at -> {
            Scalar y = given.tape().zero();
            var rows = weights(
                    layer,
                    at[2],
                    x.size(2),
                    given.shape().size(2),
                    layer.scale().height());
            var columns = weights(
                    layer,
                    at[3],
                    x.size(3),
                    given.shape().size(3),
                    layer.scale().width());
            for (var row : rows.entrySet()) {
                for (var column : columns.entrySet()) {
                    y = y.plus(x.at(at[0], at[1], row.getKey(), column.getKey())
                            .times(row.getValue() * column.getValue()));
                }
            }
            return y;
        });
    }

    /** What each pixel along an axis has in output pixel {@code p}. */
    private static Map<Integer, Double> weights(Upsample layer, int p, int length, int outputs, double factor) {
        double step = factor == 0 ? (double) length / outputs : 1 / factor;
        double centre = layer.alignCorners()
                ? outputs == 1 ? 0 : (double) p * (length - 1) / (outputs - 1)
                : (p + 0.5) * step - 0.5;
        Map<Integer, Double> weights = new TreeMap<>();
        switch (layer.mode()) {
            case NEAREST -> weights.put(Math.min((int) Math.floor(p * step), length - 1), 1.0);
            case BILINEAR -> {
                // PyTorch copies an axis whose length stays, whatever the scale factor.
                double place = length == outputs ? p : Math.max(0, centre);
                int before = (int) Math.floor(place);
                weights.merge(Math.min(before, length - 1), 1 - (place - before), Double::sum);
                weights.merge(Math.min(before + 1, length - 1), place - before, Double::sum);
            }
            case BICUBIC -> {
                int before = (int) Math.floor(centre);
                for (int i = before - 1; i <= before + 2; i++) {
                    int inside = Math.max(0, Math.min(i, length - 1));
                    weights.merge(inside, cubic(Math.abs(centre - i)), Double::sum);
                }
            }
        }
        return weights;
    }

    /** Keys' kernel at a distance below 2. */
    private static double cubic(double t) {
        return t <= 1 ? (CUBIC + 2) * t * t * t - (CUBIC + 3) * t * t + 1 : CUBIC * (t * t * t - 5 * t * t + 8 * t - 4);
    }

    static LayerCase drawUpsample(Draw draw) {
        Upsample.Mode mode = draw.among(Upsample.Mode.values());
        boolean aligned = mode != Upsample.Mode.NEAREST && draw.chance(0.5);
        Pair plane = draw.plane();
        if (draw.chance(0.5)) {
            Pair size = new Pair(draw.from(1, 9), draw.from(1, 9));
            return LayerCase.of(new Upsample(mode, size, null, aligned), draw.batch(), draw.channels(), plane);
        }
        // Factors whose reciprocals float32 has, or that are too odd to meet a border between pixels.
        Upsample.Scale scale = new Upsample.Scale(factor(draw, plane.height()), factor(draw, plane.width()));
        return LayerCase.of(new Upsample(mode, null, scale, aligned), draw.batch(), draw.channels(), plane);
    }

    private static double factor(Draw draw, int length) {
        return length == 1 ? draw.among(1.0, 2.0, 2.37) : draw.among(0.5, 1.0, 1.37, 2.0, 2.37, 4.0);
    }
}
