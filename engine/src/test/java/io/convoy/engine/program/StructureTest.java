package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.ChannelShuffle;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Identity;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.PixelShuffle;
import io.convoy.engine.layer.PixelUnshuffle;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Slice;
import io.convoy.engine.layer.Split;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers that move, join and repeat, against where each value has to come from. */
class StructureTest {
    /** Tells which value of the input lies at a place of the output: its index, or −1 where it is the border. */
    @FunctionalInterface
    private interface Origin {
        int of(int[] place);
    }

    private static int[] place(Shape shape, int index) {
        int[] place = new int[shape.rank()];
        int rest = index;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            place[axis] = rest % shape.size(axis);
            rest /= shape.size(axis);
        }
        return place;
    }

    private static int index(Shape shape, int... place) {
        int index = 0;
        for (int axis = 0; axis < place.length; axis++) {
            index = index * shape.size(axis) + place[axis];
        }
        return index;
    }

    /** Forward gathers, backward gives back. */
    private static void checkMoves(Layer layer, Shape x, float border, Origin... origins) {
        List<Shape> shapes = layer.outputs(List.of(x));
        float[] values = LayerRun.random(x, 1);
        List<float[]> gradients = new ArrayList<>();
        List<double[]> expected = new ArrayList<>();
        double[] dx = new double[values.length];
        for (int o = 0; o < shapes.size(); o++) {
            Shape y = shapes.get(o);
            float[] dy = LayerRun.random(y, 2 + o);
            double[] result = new double[dy.length];
            for (int i = 0; i < dy.length; i++) {
                int from = origins[o].of(place(y, i));
                result[i] = from < 0 ? border : values[from];
                if (from >= 0) {
                    dx[from] += dy[i];
                }
            }
            gradients.add(dy);
            expected.add(result);
        }
        LayerRun run = LayerRun.of(LayerRun.network(layer, x), x.size(0), new float[0], List.of(values), gradients);
        for (int o = 0; o < expected.size(); o++) {
            LayerRun.same(layer + " of " + x, run.outputs().get(o), expected.get(o), 0);
        }
        LayerRun.same("dx of " + layer + " of " + x, run.inputGradients().get(0), dx, 1e-6);
        assertThat(run.slow()).as(run.log()).isFalse();
    }

    @Test
    void identityAndReshapeKeepWhatTheyAreGiven() {
        for (Shape x : List.of(Shape.of(3, 4, 5, 2), Shape.of(1, 1, 1, 1), Shape.of(2, 6))) {
            checkMoves(new Identity(), x, 0, place -> index(x, place));
        }
        Shape x = Shape.of(3, 4, 5, 2);
        Shape y = Shape.of(3, 10, 4);
        checkMoves(Reshape.of(10, -1), x, 0, place -> index(y, place));
    }

    @Test
    void aSliceTakesARunAndGivesZerosToTheRest() {
        Shape x = Shape.of(3, 20, 5, 4);
        checkMoves(new Slice(1, 3, 17), x, 0, p -> index(x, p[0], p[1] + 3, p[2], p[3]));
        checkMoves(new Slice(-1, -3, Slice.END), x, 0, p -> index(x, p[0], p[1], p[2], p[3] + 1));
        checkMoves(new Slice(2, 0, -1), x, 0, p -> index(x, p));
        checkMoves(new Slice(0, 0, 2), x, 0, p -> index(x, p));
        Shape one = Shape.of(1, 2, 1, 1);
        checkMoves(new Slice(1, 1, 2), one, 0, p -> 1);
    }

    /** Whole groups of a step, a last one that isn't whole, both, and a step beyond the end. */
    @Test
    void aSliceWithAStepLeavesGaps() {
        Shape x = Shape.of(3, 20, 5, 4);
        checkMoves(new Slice(1, 3, 17, 2), x, 0, p -> index(x, p[0], 2 * p[1] + 3, p[2], p[3]));
        checkMoves(new Slice(2, 0, Slice.END, 2), x, 0, p -> index(x, p[0], p[1], 2 * p[2], p[3]));
        checkMoves(new Slice(-1, 1, Slice.END, 2), x, 0, p -> index(x, p[0], p[1], p[2], 2 * p[3] + 1));
        checkMoves(new Slice(-1, -1, Slice.END, 3), x, 0, p -> index(x, p[0], p[1], p[2], 3));
        checkMoves(new Slice(1, 2, 4, 100), x, 0, p -> index(x, p[0], 2, p[2], p[3]));
        checkMoves(new Slice(0, 0, 3, 2), x, 0, p -> index(x, 2 * p[0], p[1], p[2], p[3]));
    }

    @Test
    void aSplitGivesEveryPart() {
        Shape x = Shape.of(2, 20, 3, 3);
        checkMoves(
                Split.of(3, 16, 1),
                x,
                0,
                p -> index(x, p[0], p[1], p[2], p[3]),
                p -> index(x, p[0], p[1] + 3, p[2], p[3]),
                p -> index(x, p[0], p[1] + 19, p[2], p[3]));
        Shape vectors = Shape.of(3, 5);
        checkMoves(
                new Split(List.of(2, 3), -1), vectors, 0, p -> index(vectors, p), p -> index(vectors, p[0], p[1] + 2));
    }

    /** Layouts of convolutions with full and with part-filled blocks of channels, in front and behind. */
    @Test
    void partsOfWhatAConvolutionGivesArePutTogetherAgain() {
        for (int channels : new int[] {32, 24, 5}) {
            Network.Builder builder = Network.builder();
            Port x = builder.input("x", Shape.of(16, 6, 5));
            Port whole = builder.add("conv", Conv2d.of(16, channels, 3).withPadding(1), x);
            int first = channels / 2;
            builder.add("split", Split.of(first, channels - first), whole);
            Port joined = builder.add("concat", Concat.of(2), new Port("split", 0), new Port("split", 1));
            Port last = builder.add("last", Conv2d.of(channels, 8, 3), joined);
            Network parted = builder.output(last).output(joined).build();

            builder = Network.builder();
            x = builder.input("x", Shape.of(16, 6, 5));
            whole = builder.add("conv", Conv2d.of(16, channels, 3).withPadding(1), x);
            last = builder.add("last", Conv2d.of(channels, 8, 3), whole);
            Network plain = builder.output(last).output(whole).build();

            float[] weights = Layouts.initialWeights(plain, Layouts.parameters(plain, 1), new Seed(4));
            Shape shape = Shape.of(2, 16, 6, 5);
            List<float[]> inputs = List.of(LayerRun.random(shape, 5));
            List<float[]> gradients =
                    List.of(LayerRun.random(Shape.of(2, 8, 4, 3), 6), LayerRun.random(Shape.of(2, channels, 6, 5), 7));
            LayerRun one = LayerRun.of(parted, 2, weights, inputs, gradients);
            LayerRun other = LayerRun.of(plain, 2, weights, inputs, gradients);
            for (int i = 0; i < 2; i++) {
                LayerRun.same(
                        "output " + i,
                        one.outputs().get(i),
                        wide(other.outputs().get(i)),
                        2e-6);
            }
            LayerRun.same(
                    "dx",
                    one.inputGradients().get(0),
                    wide(other.inputGradients().get(0)),
                    1e-5);
            for (int i = 0; i < 4; i++) {
                LayerRun.same(
                        "dw " + i,
                        one.parameterGradients().get(i),
                        wide(other.parameterGradients().get(i)),
                        1e-4);
            }
            assertThat(one.slow()).as(one.log()).isFalse();
        }
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    @Test
    void concatPutsInputsOneBehindTheOther() {
        for (int dim : new int[] {0, 1, -2, 3}) {
            int axis = Math.floorMod(dim, 4);
            Shape a = Shape.of(2, 3, 4, 5);
            int[] sizes = a.toArray();
            sizes[axis] = axis == 0 ? 2 : 1;
            Shape b = Shape.of(sizes);
            Shape y = new Concat(2, dim).outputs(List.of(a, b)).get(0);
            float[] left = LayerRun.random(a, 1);
            float[] right = LayerRun.random(b, 2);
            float[] dy = LayerRun.random(y, 3);
            double[] expected = new double[dy.length];
            double[] da = new double[left.length];
            double[] db = new double[right.length];
            for (int i = 0; i < dy.length; i++) {
                int[] place = place(y, i);
                if (place[axis] < a.size(axis)) {
                    expected[i] = left[index(a, place)];
                    da[index(a, place)] = dy[i];
                } else {
                    place[axis] -= a.size(axis);
                    expected[i] = right[index(b, place)];
                    db[index(b, place)] = dy[i];
                }
            }
            LayerRun run = LayerRun.of(
                    LayerRun.network(new Concat(2, dim), a, b), 2, new float[0], List.of(left, right), List.of(dy));
            LayerRun.same("y", run.outputs().get(0), expected, 0);
            LayerRun.same("da", run.inputGradients().get(0), da, 0);
            LayerRun.same("db", run.inputGradients().get(1), db, 0);
        }
    }

    @Test
    void pixelsAndChannelsAreShuffled() {
        Shape x = Shape.of(2, 12, 3, 5);
        checkMoves(new ChannelShuffle(3), x, 0, p -> index(x, p[0], p[1] % 3 * 4 + p[1] / 3, p[2], p[3]));
        checkMoves(
                new PixelShuffle(2), x, 0, p -> index(x, p[0], p[1] * 4 + p[2] % 2 * 2 + p[3] % 2, p[2] / 2, p[3] / 2));
        Shape wide = Shape.of(2, 2, 6, 9);
        checkMoves(
                new PixelUnshuffle(3),
                wide,
                0,
                p -> index(wide, p[0], p[1] / 9, p[2] * 3 + p[1] % 9 / 3, p[3] * 3 + p[1] % 3));
        Shape vectors = Shape.of(3, 6);
        checkMoves(new ChannelShuffle(2), vectors, 0, p -> index(vectors, p[0], p[1] % 2 * 3 + p[1] / 2));
    }

    private static int mirrored(int at, int size) {
        return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
    }

    private static int clamped(int at, int size) {
        return Math.min(Math.max(at, 0), size - 1);
    }

    @Test
    void bordersAreOneValueOrMirroredOrRepeated() {
        for (Shape x : List.of(Shape.of(2, 3, 4, 5), Shape.of(1, 1, 3, 3))) {
            checkMoves(
                    new Pad(List.of(1, 2, 3, 0), Pad.Mode.CONSTANT, -1.5),
                    x,
                    -1.5f,
                    p -> p[2] < 3 || p[3] < 1 || p[3] > x.size(3) ? -1 : index(x, p[0], p[1], p[2] - 3, p[3] - 1));
            checkMoves(
                    Pad.reflect(2, 1, 1, 2),
                    x,
                    0,
                    p -> index(x, p[0], p[1], mirrored(p[2] - 1, x.size(2)), mirrored(p[3] - 2, x.size(3))));
            checkMoves(
                    Pad.replicate(3, 0, 5, 7),
                    x,
                    0,
                    p -> index(x, p[0], p[1], clamped(p[2] - 5, x.size(2)), clamped(p[3] - 3, x.size(3))));
        }
        Shape pixel = Shape.of(2, 2, 1, 1);
        checkMoves(Pad.replicate(1, 1, 1, 1), pixel, 0, p -> index(pixel, p[0], p[1], 0, 0));
    }

    @Test
    void bordersBelowZeroCutOffAndChannelsMayHaveOnes() {
        Shape x = Shape.of(2, 3, 4, 5);
        checkMoves(Pad.zeros(-1, -2, -1, 1), x, 0, p -> p[2] > 2 ? -1 : index(x, p[0], p[1], p[2] + 1, p[3] + 1));
        checkMoves(
                new Pad(List.of(0, 0, 0, 0, 2, 1), Pad.Mode.CONSTANT, 0),
                x,
                0,
                p -> p[1] < 2 || p[1] > 4 ? -1 : index(x, p[0], p[1] - 2, p[2], p[3]));
        Shape vectors = Shape.of(3, 5);
        checkMoves(
                new Pad(List.of(2, 2), Pad.Mode.REFLECT, 0),
                vectors,
                0,
                p -> index(vectors, p[0], mirrored(p[1] - 2, 5)));
    }

    private static void checkTogether(Shape a, Shape b) {
        for (Layer layer : List.of(new Multiply(), new Add())) {
            Shape y = layer.outputs(List.of(a, b)).get(0);
            float[] left = LayerRun.random(a, 1);
            float[] right = LayerRun.random(b, 2);
            float[] dy = LayerRun.random(y, 3);
            double[] expected = new double[dy.length];
            double[] da = new double[left.length];
            double[] db = new double[right.length];
            for (int i = 0; i < dy.length; i++) {
                int[] place = place(y, i);
                int l = repeated(a, place);
                int r = repeated(b, place);
                if (layer instanceof Multiply) {
                    expected[i] = (double) left[l] * right[r];
                    da[l] += (double) dy[i] * right[r];
                    db[r] += (double) dy[i] * left[l];
                } else {
                    expected[i] = (double) left[l] + right[r];
                    da[l] += dy[i];
                    db[r] += dy[i];
                }
            }
            String what = layer + " of " + a + " and " + b;
            LayerRun run = LayerRun.of(
                    LayerRun.network(layer, a, b), y.size(0), new float[0], List.of(left, right), List.of(dy));
            LayerRun.same(what, run.outputs().get(0), expected, 1e-6);
            LayerRun.same("da of " + what, run.inputGradients().get(0), da, 1e-5);
            LayerRun.same("db of " + what, run.inputGradients().get(1), db, 1e-5);
            assertThat(run.slow()).as(what + run.log()).isFalse();
        }
    }

    private static int repeated(Shape shape, int[] place) {
        int index = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            int at = place[place.length - shape.rank() + axis];
            index = index * shape.size(axis) + (shape.size(axis) == 1 ? 0 : at);
        }
        return index;
    }

    @Test
    void whatHasASizeOfOneIsRepeatedAndItsGradientSummed() {
        Shape whole = Shape.of(3, 5, 7, 4);
        for (Shape other : List.of(
                whole,
                Shape.of(3, 5, 1, 1),
                Shape.of(3, 1, 7, 4),
                Shape.of(3, 1, 1, 1),
                Shape.of(3, 5, 7, 1),
                Shape.of(3, 5, 1, 4),
                Shape.of(3, 1, 7, 1))) {
            checkTogether(whole, other);
            checkTogether(other, whole);
        }
        checkTogether(Shape.of(3, 5, 1, 1), Shape.of(3, 1, 7, 4));
        checkTogether(Shape.of(3, 5, 7, 1), Shape.of(3, 1, 7, 4));
        checkTogether(Shape.of(3, 5, 1, 4), Shape.of(3, 1, 7, 1));
        checkTogether(Shape.of(1, 1, 1, 1), Shape.of(1, 1, 1, 1));
        checkTogether(Shape.of(1, 5, 3, 3), Shape.of(1, 5, 1, 1));
        checkTogether(Shape.of(4, 6), Shape.of(4, 1));
    }

    @Test
    void oneTensorTimesItselfGetsBothGradients() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(3, 2, 2));
        Network network =
                builder.output(builder.add("square", new Multiply(), x, x)).build();
        Shape shape = Shape.of(2, 3, 2, 2);
        float[] values = LayerRun.random(shape, 1);
        float[] dy = LayerRun.random(shape, 2);
        LayerRun run = LayerRun.of(network, 2, new float[0], List.of(values), List.of(dy));
        double[] dx = new double[dy.length];
        for (int i = 0; i < dx.length; i++) {
            dx[i] = 2.0 * values[i] * dy[i];
        }
        LayerRun.same("dx", run.inputGradients().get(0), dx, 1e-6);
    }

    /** Blocked and channels-last inputs that meet small row-major ones. */
    @Test
    void channelsOfWhatAConvolutionGivesAreScaled() {
        for (int channels : new int[] {32, 24, 5}) {
            Network.Builder builder = Network.builder();
            Port x = builder.input("x", Shape.of(16, 6, 5));
            Port scale = builder.input("scale", Shape.of(channels, 1, 1));
            Port place = builder.input("place", Shape.of(1, 6, 5));
            Port y = builder.add("conv", Conv2d.of(16, channels, 3).withPadding(1), x);
            Port scaled = builder.add("scaled", new Multiply(), y, scale);
            Port placed = builder.add("placed", new Multiply(), place, scaled);
            Network network = builder.output(placed).output(y).build();
            float[] weights = Layouts.initialWeights(network, Layouts.parameters(network, 1), new Seed(4));
            Shape shape = Shape.of(2, channels, 6, 5);
            float[] factors = LayerRun.random(Shape.of(2, channels, 1, 1), 1);
            float[] places = LayerRun.random(Shape.of(2, 1, 6, 5), 2);
            LayerRun run = LayerRun.of(
                    network,
                    2,
                    weights,
                    List.of(LayerRun.random(Shape.of(2, 16, 6, 5), 3), factors, places),
                    List.of(LayerRun.random(shape, 4), new float[Math.toIntExact(shape.count())]));
            double[] expected = wide(run.outputs().get(1));
            for (int i = 0; i < expected.length; i++) {
                expected[i] *= (double) factors[i / 30] * places[i / (30 * channels) * 30 + i % 30];
            }
            LayerRun.same("y", run.outputs().get(0), expected, 1e-6);
            assertThat(run.slow()).as(run.log()).isFalse();
        }
    }
}
