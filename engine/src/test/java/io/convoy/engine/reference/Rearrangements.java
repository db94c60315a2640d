package io.convoy.engine.reference;

import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.PixelShuffle;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Split;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Layers that move values to other places, and the convolution whose taps move. */
final class Rearrangements {
    private Rearrangements() {}

    /** An index with another number along one axis. */
    private static int[] with(int[] at, int axis, int index) {
        int[] other = at.clone();
        other[axis] = index;
        return other;
    }

    private static int axis(int dim, int rank) {
        return dim < 0 ? dim + rank : dim;
    }

    static Scalars channelShuffle(ChannelShuffle layer, Given given) {
        int each = given.shape().size(1) / layer.groups();
        return Scalars.of(
                given.shape(), at -> given.x().at(with(at, 1, at[1] % layer.groups() * each + at[1] / layer.groups())));
    }

    static LayerCase drawChannelShuffle(Draw draw) {
        int groups = draw.oneOf(1, 2, 3, 4);
        return LayerCase.of(new ChannelShuffle(groups), draw.batch(), groups * draw.oneOf(1, 2, 3, 8), draw.plane());
    }

    static Scalars concat(Concat layer, Given given) {
        int axis = axis(layer.dim(), given.shape().rank());
        return Scalars.of(given.shape(), at -> {
            int left = at[axis];
            int input = 0;
            while (left >= given.inputs().get(input).size(axis)) {
                left -= given.inputs().get(input++).size(axis);
            }
            return given.inputs().get(input).at(with(at, axis, left));
        });
    }

    static LayerCase drawConcat(Draw draw) {
        Shape x = Structures.tensor(draw, draw.from(2, 4));
        int axis = draw.chance(0.6) ? 1 : draw.from(1, x.rank() - 1);
        Shape[] shapes = new Shape[draw.from(1, 4)];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = Shape.of(with(x.toArray(), axis, draw.channels()));
        }
        return LayerCase.of(new Concat(shapes.length, draw.chance(0.5) ? axis : axis - x.rank()), shapes);
    }

    static List<Scalars> split(Split layer, Given given) {
        int axis = axis(layer.dim(), given.shape().rank());
        List<Scalars> parts = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < layer.sizes().size(); i++) {
            int first = begin;
            parts.add(Scalars.of(given.shapes().get(i), at -> given.x().at(with(at, axis, first + at[axis]))));
            begin += layer.sizes().get(i);
        }
        return parts;
    }

    static LayerCase drawSplit(Draw draw) {
        Shape x = Structures.tensor(draw, draw.from(2, 4));
        int axis = draw.chance(0.6) ? 1 : draw.from(1, x.rank() - 1);
        List<Integer> sizes = new ArrayList<>();
        int parts = draw.from(1, 4);
        for (int i = 0; i < parts; i++) {
            sizes.add(draw.channels());
        }
        int whole = sizes.stream().mapToInt(Integer::intValue).sum();
        return LayerCase.of(
                new Split(sizes, draw.chance(0.5) ? axis : axis - x.rank()), Shape.of(with(x.toArray(), axis, whole)));
    }

    static Scalars slice(Slice layer, Given given) {
        int axis = axis(layer.dim(), given.shape().rank());
        int length = given.x().size(axis);
        int from = layer.from() < 0 ? layer.from() + length : layer.from();
        return Scalars.of(given.shape(), at -> given.x().at(with(at, axis, from + layer.step() * at[axis])));
    }

    static LayerCase drawSlice(Draw draw) {
        Shape x = Structures.tensor(draw, draw.from(2, 4));
        int axis = draw.from(1, x.rank() - 1);
        int length = x.size(axis);
        int from = draw.from(0, length - 1);
        int to = draw.from(from + 1, length);
        return LayerCase.of(
                new Slice(
                        draw.chance(0.5) ? axis : axis - x.rank(),
                        draw.chance(0.5) ? from : from - length,
                        to < length && draw.chance(0.5) ? to - length : to,
                        draw.oneOf(1, 1, 2, 3)),
                x);
    }

    static Scalars multiply(Multiply layer, Given given) {
        return Scalars.of(
                given.shape(),
                at -> repeated(given.inputs().get(0), at)
                        .times(repeated(given.inputs().get(1), at)));
    }

    /** The element that stands at an index when sizes of 1 and missing ones are repeated. */
    private static Scalar repeated(Scalars x, int[] at) {
        int missing = at.length - x.shape().rank();
        int[] inside = new int[x.shape().rank()];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = x.size(i) == 1 ? 0 : at[i + missing];
        }
        return x.at(inside);
    }

    static LayerCase drawMultiply(Draw draw) {
        int[] both = Structures.tensor(draw, draw.from(2, 4)).toArray();
        int[] a = both.clone();
        int[] b = both.clone();
        for (int i = 1; i < both.length; i++) {
            a[i] = draw.chance(0.2) ? 1 : a[i];
            b[i] = draw.chance(0.3) ? 1 : b[i];
        }
        return LayerCase.of(new Multiply(), Shape.of(a), Shape.of(b));
    }

    static Scalars pad(Pad layer, Given given) {
        Scalars x = given.x();
        return Scalars.of(given.shape(), at -> {
            int[] from = at.clone();
            for (int pair = 0; pair < layer.amounts().size() / 2; pair++) {
                int axis = at.length - 1 - pair;
                from[axis] -= layer.amounts().get(2 * pair);
                int last = x.size(axis) - 1;
                if (layer.mode() == Pad.Mode.REPLICATE) {
                    from[axis] = Math.max(0, Math.min(from[axis], last));
                } else if (layer.mode() == Pad.Mode.REFLECT) {
                    from[axis] = Math.abs(from[axis]);
                    from[axis] = from[axis] > last ? 2 * last - from[axis] : from[axis];
                }
            }
            return x.has(from) ? x.at(from) : given.tape().scalar(layer.value());
        });
    }

    static LayerCase drawPad(Draw draw) {
        while (true) {
            Shape x = Shape.of(draw.batch(), draw.channels(), draw.length(), draw.length());
            Pad.Mode mode = draw.among(Pad.Mode.values());
            List<Integer> amounts = new ArrayList<>();
            int pairs = draw.from(1, mode == Pad.Mode.CONSTANT ? 3 : 2);
            boolean fits = true;
            for (int pair = 0; pair < pairs; pair++) {
                int length = x.size(3 - pair);
                int most = mode == Pad.Mode.REFLECT ? Math.min(2, length - 1) : 2;
                amounts.add(draw.from(mode == Pad.Mode.CONSTANT ? -1 : 0, most));
                amounts.add(draw.from(mode == Pad.Mode.CONSTANT ? -1 : 0, most));
                fits &= length + amounts.get(2 * pair) + amounts.get(2 * pair + 1) > 0;
            }
            if (fits) {
                return LayerCase.of(new Pad(amounts, mode, mode == Pad.Mode.CONSTANT ? draw.among(0.0, 1.5) : 0), x);
            }
        }
    }

    static Scalars pixelShuffle(PixelShuffle layer, Given given) {
        int r = layer.upscaleFactor();
        return Scalars.of(
                given.shape(),
                at -> given.x().at(at[0], at[1] * r * r + at[2] % r * r + at[3] % r, at[2] / r, at[3] / r));
    }

    static LayerCase drawPixelShuffle(Draw draw) {
        int r = draw.from(1, 3);
        return LayerCase.of(new PixelShuffle(r), draw.batch(), r * r * draw.oneOf(1, 2, 3), draw.plane());
    }

    static Scalars pixelUnshuffle(PixelUnshuffle layer, Given given) {
        int r = layer.downscaleFactor();
        return Scalars.of(
                given.shape(),
                at -> given.x().at(at[0], at[1] / (r * r), at[2] * r + at[1] / r % r, at[3] * r + at[1] % r));
    }

    static LayerCase drawPixelUnshuffle(Draw draw) {
        int r = draw.from(1, 3);
        Pair plane = new Pair(r * draw.from(1, 3), r * draw.from(1, 3));
        return LayerCase.of(new PixelUnshuffle(r), draw.batch(), draw.oneOf(1, 2, 3, 16), plane);
    }

    static LayerCase drawReshape(Draw draw) {
        Shape x = Structures.tensor(draw, draw.from(2, 4));
        int count = Math.toIntExact(x.sample().count());
        List<Integer> sizes =
                draw.among(List.of(-1), List.of(count), List.of(1, -1), List.of(x.size(1), -1), List.of(count, 1, 1));
        return LayerCase.of(new Reshape(sizes), x);
    }

    static Scalars deformable(DeformConv2d layer, Given given) {
        Scalars offset = given.inputs().get(1);
        int inGroup = layer.in() / layer.groups();
        int outGroup = layer.out() / layer.groups();
        int taps = layer.kernel().height() * layer.kernel().width();
        return Scalars.of(given.shape(), at -> {
            int n = at[0];
            int p = at[2];
            int q = at[3];
            Scalar y = layer.bias()
                    ? given.parameter("bias").at(at[1])
                    : given.tape().zero();
            for (int c = 0; c < inGroup; c++) {
                int channel = at[1] / outGroup * inGroup + c;
                for (int i = 0; i < layer.kernel().height(); i++) {
                    for (int j = 0; j < layer.kernel().width(); j++) {
                        int t = channel / (layer.in() / layer.offsetGroups()) * taps
                                + i * layer.kernel().width()
                                + j;
                        Scalar row = offset.at(n, 2 * t, p, q)
                                .plus(p * layer.stride().height()
                                        + i * layer.dilation().height()
                                        - layer.padding().height());
                        Scalar column = offset.at(n, 2 * t + 1, p, q)
                                .plus(q * layer.stride().width()
                                        + j * layer.dilation().width()
                                        - layer.padding().width());
                        Scalar x = between(given, n, channel, row, column);
                        x = layer.masked() ? x.times(given.inputs().get(2).at(n, t, p, q)) : x;
                        y = y.plus(x.times(given.parameter("weight").at(at[1], c, i, j)));
                    }
                }
            }
            return y;
        });
    }

    /** The bilinear interpolation of a plane, which is 0 outside. */
    private static Scalar between(Given given, int n, int channel, Scalar row, Scalar column) {
        int top = (int) Math.floor(row.value());
        int left = (int) Math.floor(column.value());
        Scalar sum = given.tape().zero();
        for (int h = top; h <= top + 1; h++) {
            for (int w = left; w <= left + 1; w++) {
                if (given.x().has(n, channel, h, w)) {
                    Scalar nearRow = row.plus(-h).abs().times(-1).plus(1);
                    Scalar nearColumn = column.plus(-w).abs().times(-1).plus(1);
                    sum = sum.plus(given.x().at(n, channel, h, w).times(nearRow).times(nearColumn));
                }
            }
        }
        // Also where nothing is added, a place at a pixel is one where the gradient jumps.
        row.kinkAt(Math.rint(row.value()));
        column.kinkAt(Math.rint(column.value()));
        return sum;
    }

    static LayerCase drawDeformable(Draw draw) {
        while (true) {
            int groups = draw.oneOf(1, 1, 2);
            int offsetGroups = draw.oneOf(1, 1, 2);
            DeformConv2d layer = new DeformConv2d(
                    2 * draw.oneOf(1, 2),
                    groups * draw.oneOf(1, 2),
                    draw.pair(1, 3),
                    draw.pair(1, 2),
                    draw.pair(0, 2),
                    draw.pair(1, 2),
                    groups,
                    offsetGroups,
                    draw.chance(0.5),
                    draw.chance(0.5));
            Pair plane = draw.plane();
            if (!Convolutions.fits(
                            plane.height(),
                            layer.kernel().height(),
                            layer.padding().height(),
                            layer.dilation().height())
                    || !Convolutions.fits(
                            plane.width(),
                            layer.kernel().width(),
                            layer.padding().width(),
                            layer.dilation().width())) {
                continue;
            }
            int n = draw.batch();
            int rows = positions(
                    plane.height(),
                    layer.kernel().height(),
                    layer.stride().height(),
                    layer.padding().height(),
                    layer.dilation().height());
            int columns = positions(
                    plane.width(),
                    layer.kernel().width(),
                    layer.stride().width(),
                    layer.padding().width(),
                    layer.dilation().width());
            int taps = offsetGroups * layer.kernel().height() * layer.kernel().width();
            Shape x = Shape.of(n, layer.in(), plane.height(), plane.width());
            Shape offset = Shape.of(n, 2 * taps, rows, columns);
            Shape mask = Shape.of(n, taps, rows, columns);
            if (mask.count() > 150) {
                continue;
            }
            return layer.masked() ? LayerCase.of(layer, x, offset, mask) : LayerCase.of(layer, x, offset);
        }
    }

    private static int positions(int length, int kernel, int stride, int padding, int dilation) {
        return (length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
    }
}
