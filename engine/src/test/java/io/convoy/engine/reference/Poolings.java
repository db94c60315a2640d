package io.convoy.engine.reference;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Window;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Layers that look through windows. */
final class Poolings {
    private Poolings() {}

    static List<Scalars> maximum(MaxPool2d layer, Given given) {
        return maxima(given, layer.returnIndices(), at -> taps(layer.window(), given.x(), at));
    }

    /** The largest of each window, and which it was. */
    private static List<Scalars> maxima(Given given, boolean indices, Function<int[], List<Scalar>> window) {
        Scalars y = Scalars.of(
                given.shape(),
                at -> window.apply(at).stream().reduce(Scalar::max).orElseThrow());
        int plane = given.x().size(2) * given.x().size(3);
        Scalars found = Scalars.of(
                given.shape(), at -> given.tape().scalar(given.x().values().indexOf(y.at(at)) % plane));
        return indices ? List.of(y, found) : List.of(y);
    }

    static List<Scalars> adaptiveMaximum(AdaptiveMaxPool2d layer, Given given) {
        return maxima(given, layer.returnIndices(), at -> adaptive(given, at));
    }

    static LayerCase drawAdaptiveMaximum(Draw draw) {
        return LayerCase.of(
                new AdaptiveMaxPool2d(draw.pair(1, 5), draw.chance(0.3)), draw.batch(), draw.channels(), draw.plane());
    }

    static Scalars adaptiveAverage(AdaptiveAvgPool2d layer, Given given) {
        return Scalars.of(given.shape(), at -> Scalars.mean(adaptive(given, at)));
    }

    static LayerCase drawAdaptiveAverage(Draw draw) {
        return LayerCase.of(new AdaptiveAvgPool2d(draw.pair(1, 5)), draw.batch(), draw.channels(), draw.plane());
    }

    /** From ⌊p·H/P⌋ to ⌈(p+1)·H/P⌉, the end not included. */
    private static List<Scalar> adaptive(Given given, int[] at) {
        Scalars x = given.x();
        List<Scalar> taps = new ArrayList<>();
        for (int h = begin(at[2], x.size(2), given.shape().size(2));
                h < end(at[2], x.size(2), given.shape().size(2));
                h++) {
            for (int w = begin(at[3], x.size(3), given.shape().size(3));
                    w < end(at[3], x.size(3), given.shape().size(3));
                    w++) {
                taps.add(x.at(at[0], at[1], h, w));
            }
        }
        return taps;
    }

    private static int begin(int position, int length, int positions) {
        return (int) Math.floor((double) position * length / positions);
    }

    private static int end(int position, int length, int positions) {
        return (int) Math.ceil((double) (position + 1) * length / positions);
    }

    static Scalars unpool(MaxUnpool2d layer, Given given) {
        Scalars indices = given.inputs().get(1);
        int width = given.shape().size(3);
        Map<List<Integer>, Scalar> places = new HashMap<>();
        Scalars.of(given.x().shape(), at -> {
            int index = (int) indices.at(at).value();
            places.put(
                    List.of(at[0], at[1], index / width, index % width),
                    given.x().at(at));
            return given.x().at(at);
        });
        return Scalars.of(
                given.shape(),
                at -> places.getOrDefault(
                        List.of(at[0], at[1], at[2], at[3]), given.tape().zero()));
    }

    static LayerCase drawUnpool(Draw draw) {
        Shape x = Shape.of(draw.batch(), draw.channels(), draw.oneOf(1, 2, 3), draw.oneOf(1, 2, 3));
        Pair kernel = draw.pair(2, 3);
        MaxUnpool2d layer = new MaxUnpool2d(kernel, kernel, Pair.of(0), null);
        if (draw.chance(0.3)) {
            layer = layer.withOutputSize(x.size(2) * kernel.height() + 1, x.size(3) * kernel.width() + draw.from(0, 1));
        }
        int width = layer.outputs(List.of(x, x)).get(0).size(3);
        Scalars where = Scalars.of(
                x,
                at -> new Tape()
                        .scalar((at[2] * kernel.height() + draw.from(0, kernel.height() - 1)) * width
                                + at[3] * kernel.width()
                                + draw.from(0, kernel.width() - 1)));
        return new LayerCase(
                layer,
                List.of(
                        LayerCase.anything(x, 1),
                        LayerCase.given(
                                x, where.values().stream().map(Scalar::value).toList())));
    }

    static LayerCase drawMaximum(Draw draw) {
        while (true) {
            Window window = window(draw, draw.oneOf(1, 1, 1, 2, 3));
            Pair plane = draw.plane();
            // The taps of a dilated window may all miss a small input: PyTorch says -infinity, oneDNN the lowest
            // number.
            if (fits(window, plane) && (window.dilation().equals(Pair.of(1)) || seesAlways(window, plane))) {
                return LayerCase.of(new MaxPool2d(window, draw.chance(0.3)), draw.batch(), draw.channels(), plane);
            }
        }
    }

    /** Whether any two neighbouring taps have one of them in the input. */
    private static boolean seesAlways(Window window, Pair plane) {
        return window.dilation().height() <= plane.height() && window.dilation().width() <= plane.width();
    }

    static Scalars average(AvgPool2d layer, Given given) {
        Window window = layer.window();
        return Scalars.of(given.shape(), at -> {
            List<Scalar> taps = taps(window, given.x(), at);
            int bordered = alongBorder(
                            at[2],
                            given.x().size(2),
                            window.kernel().height(),
                            window.stride().height(),
                            window.padding().height())
                    * alongBorder(
                            at[3],
                            given.x().size(3),
                            window.kernel().width(),
                            window.stride().width(),
                            window.padding().width());
            Scalar sum = taps.stream().reduce(given.tape().zero(), Scalar::plus);
            Integer divisor = layer.divisorOverride();
            return sum.divide(divisor != null ? divisor : layer.countIncludePad() ? bordered : taps.size());
        });
    }

    /** How many taps lie in the input or its border along one axis. */
    private static int alongBorder(int position, int length, int kernel, int stride, int padding) {
        int count = 0;
        for (int i = 0; i < kernel; i++) {
            int at = position * stride + i - padding;
            count += at >= -padding && at < length + padding ? 1 : 0;
        }
        return count;
    }

    static LayerCase drawAverage(Draw draw) {
        while (true) {
            Window window = window(draw, 1);
            Pair plane = draw.plane();
            if (fits(window, plane)) {
                return LayerCase.of(
                        new AvgPool2d(window, draw.chance(0.5), draw.chance(0.3) ? draw.from(1, 5) : null),
                        draw.batch(),
                        draw.channels(),
                        plane);
            }
        }
    }

    /** The elements inside the input that the window at an output's index sees, row by row. */
    static List<Scalar> taps(Window window, Scalars x, int[] at) {
        List<Scalar> taps = new ArrayList<>();
        for (int i = 0; i < window.kernel().height(); i++) {
            for (int j = 0; j < window.kernel().width(); j++) {
                int row = at[2] * window.stride().height()
                        + i * window.dilation().height()
                        - window.padding().height();
                int column = at[3] * window.stride().width()
                        + j * window.dilation().width()
                        - window.padding().width();
                if (x.has(at[0], at[1], row, column)) {
                    taps.add(x.at(at[0], at[1], row, column));
                }
            }
        }
        return taps;
    }

    static Window window(Draw draw, int dilation) {
        Pair kernel = draw.pair(1, 4);
        Pair padding = new Pair(draw.from(0, kernel.height() / 2), draw.from(0, kernel.width() / 2));
        return new Window(kernel, draw.pair(1, 3), padding, Pair.of(dilation), draw.chance(0.5));
    }

    static boolean fits(Window window, Pair plane) {
        return Convolutions.fits(
                        plane.height(),
                        window.kernel().height(),
                        window.padding().height(),
                        window.dilation().height())
                && Convolutions.fits(
                        plane.width(),
                        window.kernel().width(),
                        window.padding().width(),
                        window.dilation().width());
    }
}
