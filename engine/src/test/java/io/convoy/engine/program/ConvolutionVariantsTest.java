package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.block.DepthwiseSeparable;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.Pad;
import io.convoy.engine.layer.Padding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Convolutions with other borders, backwards and in parts, and normalisation over channels. */
class ConvolutionVariantsTest {
    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static void sameAsWithABorder(Conv2d same, Shape x) {
        Pair before = same.padding();
        Pair after = same.paddingAfter();
        Network.Builder builder = Network.builder();
        Port port = builder.input("x", x.sample());
        port = builder.add("pad", Pad.zeros(before.width(), after.width(), before.height(), after.height()), port);
        port = builder.add("layer", same.withPadding(0), port);
        Network bordered = builder.output(port).build();
        Network network = LayerRun.network(same, x);
        float[] weights = Layouts.initialWeights(network, Layouts.parameters(network, 1), new Seed(1));
        float[] values = LayerRun.random(x, 2);
        Shape y = same.outputs(List.of(x)).get(0);
        assertThat(y).isEqualTo(Shape.of(x.size(0), same.out(), x.size(2), x.size(3)));
        float[] dy = LayerRun.random(y, 3);
        LayerRun one = LayerRun.of(network, x.size(0), weights, List.of(values), List.of(dy));
        LayerRun other = LayerRun.of(bordered, x.size(0), weights, List.of(values), List.of(dy));
        LayerRun.same("y", one.outputs().get(0), wide(other.outputs().get(0)), 2e-6);
        LayerRun.same(
                "dx", one.inputGradients().get(0), wide(other.inputGradients().get(0)), 1e-5);
        LayerRun.same(
                "dw",
                one.parameterGradients().get(0),
                wide(other.parameterGradients().get(0)),
                1e-4);
        assertThat(one.slow()).as(one.log()).isFalse();
    }

    @Test
    void theSamePaddingKeepsTheSizeForEvenKernelsToo() {
        sameAsWithABorder(Conv2d.of(3, 5, 4).withPadding(Padding.SAME), Shape.of(2, 3, 7, 6));
        sameAsWithABorder(Conv2d.of(16, 32, new Pair(2, 5)).withPadding(Padding.SAME), Shape.of(2, 16, 7, 6));
        sameAsWithABorder(
                Conv2d.of(4, 4, new Pair(4, 1)).withDilation(new Pair(3, 2)).withPadding(Padding.SAME),
                Shape.of(1, 4, 11, 3));
        sameAsWithABorder(Conv2d.of(6, 6, 3).withGroups(6).withPadding(Padding.SAME), Shape.of(2, 6, 1, 1));
    }

    /** {@link LayerRun#of} compares scoring with training. */
    @Test
    void oneChannelAndOneColumnOfResultsAreScoredAsTheyAreTrained() {
        for (int out : new int[] {1, 8, 17}) {
            for (Shape x : List.of(Shape.of(3, 1, 7, 3), Shape.of(1, 1, 8, 4), Shape.of(2, 1, 4, 2))) {
                Conv2d layer = Conv2d.of(1, out, new Pair(3, 2))
                        .withStride(new Pair(1, 3))
                        .withPadding(new Pair(1, 0));
                Network network = LayerRun.network(layer, x);
                float[] weights = Layouts.initialWeights(network, Layouts.parameters(network, 1), new Seed(1));
                Shape y = layer.outputs(List.of(x)).get(0);
                assertThat(y.size(3)).isEqualTo(1);
                LayerRun run = LayerRun.of(
                        network, x.size(0), weights, List.of(LayerRun.random(x, 2)), List.of(LayerRun.random(y, 3)));
                assertThat(run.outputs().get(0)).doesNotContain(Float.NaN);
            }
        }
    }

    private static void checkTransposed(ConvTranspose2d layer, Shape x) {
        Network network = LayerRun.network(layer, x);
        var layout = Layouts.parameters(network, 1);
        float[] parameters = Layouts.initialWeights(network, layout, new Seed(1));
        int begin = layout.entry("layer.weight").offset();
        Shape y = layer.outputs(List.of(x)).get(0);
        float[] values = LayerRun.random(x, 2);
        float[] dy = LayerRun.random(y, 3);
        LayerRun run = LayerRun.of(network, x.size(0), parameters, List.of(values), List.of(dy));
        int weights = Math.toIntExact(layer.parameters().get(0).shape().count());
        int out = layer.out() / layer.groups();
        int in = layer.in() / layer.groups();
        double[] expected = new double[dy.length];
        double[] dx = new double[values.length];
        double[] dw = new double[weights];
        double[] db = new double[layer.out()];
        int plane = y.size(2) * y.size(3);
        for (int i = 0; i < expected.length; i++) {
            int k = i / plane % layer.out();
            expected[i] = layer.bias() ? parameters[layout.entry("layer.bias").offset() + k] : 0;
            db[k] += dy[i];
        }
        for (int i = 0; i < values.length; i++) {
            int w = i % x.size(3);
            int h = i / x.size(3) % x.size(2);
            int c = i / x.size(3) / x.size(2) % x.size(1);
            int n = i / x.size(3) / x.size(2) / x.size(1);
            for (int t = 0; t < weights / layer.in(); t++) {
                int kj = t % layer.kernel().width();
                int ki = t / layer.kernel().width() % layer.kernel().height();
                int k = t / layer.kernel().width() / layer.kernel().height() + c / in * out;
                int p = h * layer.stride().height()
                        + ki * layer.dilation().height()
                        - layer.padding().height();
                int q = w * layer.stride().width()
                        + kj * layer.dilation().width()
                        - layer.padding().width();
                if (p >= 0 && p < y.size(2) && q >= 0 && q < y.size(3)) {
                    int at = ((n * layer.out() + k) * y.size(2) + p) * y.size(3) + q;
                    int weight = c * (weights / layer.in()) + t;
                    expected[at] += (double) values[i] * parameters[begin + weight];
                    dx[i] += (double) dy[at] * parameters[begin + weight];
                    dw[weight] += (double) dy[at] * values[i];
                }
            }
        }
        String what = layer + " of " + x;
        LayerRun.same(what, run.outputs().get(0), expected, 1e-5);
        LayerRun.same("dx of " + what, run.inputGradients().get(0), dx, 1e-5);
        LayerRun.same("dweight of " + what, run.parameterGradients().get(0), dw, 1e-4);
        if (layer.bias()) {
            LayerRun.same("dbias of " + what, run.parameterGradients().get(1), db, 1e-4);
        }
    }

    @Test
    void transposedConvolutionsLayTheirWindowOverTheOutput() {
        checkTransposed(ConvTranspose2d.of(3, 5, 3, 2), Shape.of(2, 3, 4, 5));
        checkTransposed(ConvTranspose2d.of(16, 32, 4, 2).withPadding(1), Shape.of(2, 16, 5, 5));
        checkTransposed(ConvTranspose2d.of(4, 6, 3, 2).withPadding(1).withOutputPadding(1), Shape.of(2, 4, 5, 7));
        checkTransposed(ConvTranspose2d.of(4, 6, 3, 3).withGroups(2).withoutBias(), Shape.of(1, 4, 3, 3));
        checkTransposed(ConvTranspose2d.of(4, 4, 3, 1).withGroups(4).withDilation(2), Shape.of(2, 4, 5, 5));
        checkTransposed(ConvTranspose2d.of(3, 2, 2, 2), Shape.of(1, 3, 1, 1));
        checkTransposed(
                new ConvTranspose2d(
                        3, 2, new Pair(2, 3), new Pair(1, 2), new Pair(1, 2), new Pair(1, 0), new Pair(2, 3), 1, true),
                Shape.of(2, 3, 6, 4));
    }

    @Test
    void whatATransposedConvolutionGivesMayBeReadTwice() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(3, 4, 4));
        Port y = builder.add("up", ConvTranspose2d.of(3, 4, 2, 2), x);
        Network network = builder.output(y).output(y).build();
        Network once = LayerRun.network(ConvTranspose2d.of(3, 4, 2, 2), Shape.of(2, 3, 4, 4));
        float[] parameters = Layouts.initialWeights(once, Layouts.parameters(once, 1), new Seed(1));
        float[] values = LayerRun.random(Shape.of(2, 3, 4, 4), 2);
        float[] dy = LayerRun.random(Shape.of(2, 4, 8, 8), 3);
        LayerRun two = LayerRun.of(network, 2, parameters, List.of(values), List.of(dy, dy));
        LayerRun one = LayerRun.of(once, 2, parameters, List.of(values), List.of(dy));
        double[] twice = wide(one.inputGradients().get(0));
        for (int i = 0; i < twice.length; i++) {
            twice[i] *= 2;
        }
        LayerRun.same("dx", two.inputGradients().get(0), twice, 1e-5);
    }

    private static void checkResponse(LocalResponseNorm layer, Shape shape) {
        float[] x = LayerRun.random(shape, 1);
        float[] dy = LayerRun.random(shape, 2);
        LayerRun run =
                LayerRun.of(LayerRun.network(layer, shape), shape.size(0), new float[0], List.of(x), List.of(dy));
        int channels = shape.size(1);
        int plane = x.length / shape.size(0) / channels;
        double[] y = new double[x.length];
        double[] dx = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int c = i / plane % channels;
            int first = Math.max(0, c - layer.size() / 2);
            int last = Math.min(channels - 1, c + (layer.size() - 1) / 2);
            double sum = layer.k();
            for (int j = first; j <= last; j++) {
                double other = x[i + (j - c) * plane];
                sum += layer.alpha() / layer.size() * other * other;
            }
            y[i] = x[i] * Math.pow(sum, -layer.beta());
            dx[i] += dy[i] * Math.pow(sum, -layer.beta());
            for (int j = first; j <= last; j++) {
                int at = i + (j - c) * plane;
                dx[at] -= 2
                        * layer.alpha()
                        * layer.beta()
                        / layer.size()
                        * x[at]
                        * dy[i]
                        * x[i]
                        * Math.pow(sum, -layer.beta() - 1);
            }
        }
        LayerRun.same(layer + " of " + shape, run.outputs().get(0), y, 1e-6);
        LayerRun.same("dx of " + layer + " of " + shape, run.inputGradients().get(0), dx, 2e-6);
        assertThat(run.slow()).as(run.log()).isFalse();
    }

    @Test
    void responsesAreNormalisedByTheirNeighbours() {
        for (int size : new int[] {1, 2, 3, 4, 5, 8}) {
            checkResponse(new LocalResponseNorm(size, 0.5, 0.75, 1), Shape.of(2, 7, 3, 5));
            checkResponse(new LocalResponseNorm(size, 1, 0.5, 2), Shape.of(2, 16, 3, 5));
            checkResponse(new LocalResponseNorm(size, 0.3, 1.3, 2), Shape.of(1, 1, 1, 1));
            checkResponse(new LocalResponseNorm(size, 0.3, 0.75, 2), Shape.of(3, 32, 4, 4));
            checkResponse(new LocalResponseNorm(size, 0.3, 0.75, 2), Shape.of(3, 6));
        }
    }

    @Test
    void aDepthwiseSeparableConvolutionIsTwo() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(6, 8, 8));
        Port y = new DepthwiseSeparable(6, 10, Pair.of(3), Pair.of(2), Padding.of(Pair.of(1)), Pair.of(1), true)
                .addTo(builder, "sep", x);
        Network network = builder.output(y).build();
        assertThat(network.shapes(2).get(y)).isEqualTo(Shape.of(2, 10, 4, 4));
        assertThat(network.parameters())
                .extracting(Network.Parameter::name)
                .containsExactly(
                        "sep.depthwise.weight", "sep.depthwise.bias", "sep.pointwise.weight", "sep.pointwise.bias");
        assertThat(network.parameterCount()).isEqualTo(6 * 9 + 6 + 60 + 10);
        assertThat(DepthwiseSeparable.of(6, 10, 3))
                .isEqualTo(new DepthwiseSeparable(6, 10, Pair.of(3), Pair.of(1), Padding.SAME, Pair.of(1), false));
    }
}
