package io.convoy.engine.reference;

import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Window;
import java.util.ArrayList;
import java.util.List;

/** Layers that look through windows. */
final class Poolings {
    private Poolings() {}

    static Scalars maximum(MaxPool2d layer, Given given) {
        return Scalars.of(
                given.shape(),
                at -> taps(layer.window(), given.x(), at).stream()
                        .reduce(Scalar::max)
                        .orElseThrow());
    }

    static LayerCase drawMaximum(Draw draw) {
        while (true) {
            Window window = window(draw, draw.oneOf(1, 1, 1, 2, 3));
            Pair plane = draw.plane();
            // The taps of a dilated window may all miss a small input: PyTorch says -infinity, oneDNN the lowest
            // number.
            if (fits(window, plane) && (window.dilation().equals(Pair.of(1)) || seesAlways(window, plane))) {
                return LayerCase.of(new MaxPool2d(window), draw.batch(), draw.channels(), plane);
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
            return sum.divide(layer.countIncludePad() ? bordered : taps.size());
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
                return LayerCase.of(new AvgPool2d(window, draw.chance(0.5)), draw.batch(), draw.channels(), plane);
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
