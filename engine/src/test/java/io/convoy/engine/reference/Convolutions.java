package io.convoy.engine.reference;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/** Layers that multiply by weights. */
final class Convolutions {
    private Convolutions() {}

    static Scalars conv2d(Conv2d layer, Given given) {
        Scalars x = given.x();
        Scalars weight = given.parameter("weight");
        int inGroup = layer.in() / layer.groups();
        int outGroup = layer.out() / layer.groups();
        return Scalars.of(given.shape(), at -> {
            int n = at[0];
            int k = at[1];
            Scalar y =
                    layer.bias() ? given.parameter("bias").at(k) : given.tape().zero();
            for (int c = 0; c < inGroup; c++) {
                for (int i = 0; i < layer.kernel().height(); i++) {
                    for (int j = 0; j < layer.kernel().width(); j++) {
                        int row = at[2] * layer.stride().height()
                                + i * layer.dilation().height()
                                - layer.padding().height();
                        int column = at[3] * layer.stride().width()
                                + j * layer.dilation().width()
                                - layer.padding().width();
                        int channel = k / outGroup * inGroup + c;
                        if (x.has(n, channel, row, column)) {
                            y = y.plus(weight.at(k, c, i, j).times(x.at(n, channel, row, column)));
                        }
                    }
                }
            }
            return y;
        });
    }

    static LayerCase drawConv2d(Draw draw) {
        while (true) {
            int groups = draw.oneOf(1, 1, 1, 2, 3, 16);
            int inGroup = draw.chance(0.3) ? 1 : draw.oneOf(1, 2, 3, 8, 16, 17);
            int outGroup = draw.chance(0.3) ? 1 : draw.oneOf(1, 2, 3, 8, 16, 17);
            Conv2d layer = new Conv2d(
                    groups * inGroup,
                    groups * outGroup,
                    draw.pair(1, 5),
                    draw.pair(1, 3),
                    draw.pair(0, 3),
                    draw.pair(1, 3),
                    groups,
                    draw.chance(0.5));
            int batch = draw.batch();
            Pair plane = draw.plane();
            if (fits(
                            plane.height(),
                            layer.kernel().height(),
                            layer.padding().height(),
                            layer.dilation().height())
                    && fits(
                            plane.width(),
                            layer.kernel().width(),
                            layer.padding().width(),
                            layer.dilation().width())) {
                Shape x = Shape.of(batch, layer.in(), plane.height(), plane.width());
                long taps = layer.outputs(List.of(x)).get(0).count()
                        * inGroup
                        * layer.kernel().height()
                        * layer.kernel().width();
                if (taps < 30_000) {
                    return LayerCase.of(layer, x);
                }
            }
        }
    }

    static Scalars convTranspose2d(ConvTranspose2d layer, Given given) {
        Scalars x = given.x();
        Scalars weight = given.parameter("weight");
        int inGroup = layer.in() / layer.groups();
        int outGroup = layer.out() / layer.groups();
        return Scalars.of(given.shape(), at -> {
            int n = at[0];
            int k = at[1];
            Scalar y =
                    layer.bias() ? given.parameter("bias").at(k) : given.tape().zero();
            for (int c = k / outGroup * inGroup; c < (k / outGroup + 1) * inGroup; c++) {
                for (int i = 0; i < layer.kernel().height(); i++) {
                    for (int j = 0; j < layer.kernel().width(); j++) {
                        int down = at[2]
                                + layer.padding().height()
                                - i * layer.dilation().height();
                        int right = at[3]
                                + layer.padding().width()
                                - j * layer.dilation().width();
                        int row = down / layer.stride().height();
                        int column = right / layer.stride().width();
                        boolean hit = down == row * layer.stride().height()
                                && right == column * layer.stride().width()
                                && x.has(n, c, row, column);
                        if (hit) {
                            y = y.plus(weight.at(c, k % outGroup, i, j).times(x.at(n, c, row, column)));
                        }
                    }
                }
            }
            return y;
        });
    }

    static LayerCase drawConvTranspose2d(Draw draw) {
        while (true) {
            int groups = draw.oneOf(1, 1, 1, 2, 3);
            int inGroup = draw.chance(0.3) ? 1 : draw.oneOf(1, 2, 3, 8, 16, 17);
            int outGroup = draw.chance(0.3) ? 1 : draw.oneOf(1, 2, 3, 8, 16, 17);
            Pair stride = draw.pair(1, 3);
            ConvTranspose2d layer = new ConvTranspose2d(
                    groups * inGroup,
                    groups * outGroup,
                    draw.pair(1, 4),
                    stride,
                    draw.pair(0, 2),
                    new Pair(draw.from(0, stride.height() - 1), draw.from(0, stride.width() - 1)),
                    draw.pair(1, 3),
                    groups,
                    draw.chance(0.5));
            Pair plane = draw.plane();
            Shape x = Shape.of(draw.batch(), layer.in(), plane.height(), plane.width());
            if (remains(
                            plane.height(),
                            layer.kernel().height(),
                            stride.height(),
                            layer.padding().height())
                    && remains(
                            plane.width(),
                            layer.kernel().width(),
                            stride.width(),
                            layer.padding().width())) {
                long taps = x.count()
                        * outGroup
                        * layer.kernel().height()
                        * layer.kernel().width();
                if (taps < 30_000 && layer.outputs(List.of(x)).get(0).count() < 30_000) {
                    return LayerCase.of(layer, x);
                }
            }
        }
    }

    /** Whether the padding leaves something of an output, whatever the dilation. */
    private static boolean remains(int length, int kernel, int stride, int padding) {
        return (length - 1) * stride + kernel > 2 * padding;
    }

    /** Whether a window finds at least one position. */
    static boolean fits(int length, int kernel, int padding, int dilation) {
        return length + 2 * padding >= dilation * (kernel - 1) + 1;
    }

    static Scalars linear(Linear layer, Given given) {
        return Scalars.of(given.shape(), at -> {
            Scalar y = layer.bias()
                    ? given.parameter("bias").at(at[1])
                    : given.tape().zero();
            for (int f = 0; f < layer.in(); f++) {
                y = y.plus(
                        given.parameter("weight").at(at[1], f).times(given.x().at(at[0], f)));
            }
            return y;
        });
    }

    static LayerCase drawLinear(Draw draw) {
        int in = draw.oneOf(1, 2, 3, 16, 17, 40, 100);
        Linear layer = new Linear(in, draw.oneOf(1, 2, 3, 10, 16, 33), draw.chance(0.5));
        return LayerCase.of(layer, Shape.of(draw.oneOf(1, 2, 5, 17), in));
    }
}
