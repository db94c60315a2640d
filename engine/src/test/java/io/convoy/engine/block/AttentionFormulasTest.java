package io.convoy.engine.block;

import io.convoy.engine.Formula;
import io.convoy.engine.Formula.Parameters;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each block against its formula, values and all gradients. */
class AttentionFormulasTest {
    /** Always the same: random values would meet a kink of ReLU or of a maximum one day. */
    private static final Seed SEED = new Seed(11);

    private static final int N = 3;

    /** Feature maps of a batch, positions as one dimension. */
    private static final class Maps {
        private final double[] values;
        private final int channels;
        private final int positions;

        private Maps(double[] values, int channels, int positions) {
            this.values = values;
            this.channels = channels;
            this.positions = positions;
        }

        static Maps of(int channels, int positions) {
            return new Maps(new double[N * channels * positions], channels, positions);
        }

        int at(int n, int c, int l) {
            return (n * channels + c) * positions + l;
        }

        double get(int n, int c, int l) {
            return values[at(n, c, l)];
        }

        Maps map(DoubleUnaryOperator function) {
            return new Maps(Arrays.stream(values).map(function).toArray(), channels, positions);
        }

        /** A convolution of one pixel; no bias if {@code bias} is empty. */
        Maps project(double[] weight, double[] bias) {
            int out = weight.length / channels;
            Maps y = of(out, positions);
            for (int n = 0; n < N; n++) {
                for (int o = 0; o < out; o++) {
                    for (int l = 0; l < positions; l++) {
                        double sum = bias.length == 0 ? 0 : bias[o];
                        for (int c = 0; c < channels; c++) {
                            sum += weight[o * channels + c] * get(n, c, l);
                        }
                        y.values[y.at(n, o, l)] = sum;
                    }
                }
            }
            return y;
        }

        Maps channels(int from, int to) {
            Maps y = of(to - from, positions);
            for (int n = 0; n < N; n++) {
                for (int c = from; c < to; c++) {
                    for (int l = 0; l < positions; l++) {
                        y.values[y.at(n, c - from, l)] = get(n, c, l);
                    }
                }
            }
            return y;
        }

        Maps mean() {
            Maps y = of(channels, 1);
            for (int i = 0; i < values.length; i++) {
                y.values[i / positions] += values[i] / positions;
            }
            return y;
        }

        Maps greatest() {
            Maps y = of(channels, 1).map(zero -> Double.NEGATIVE_INFINITY);
            for (int i = 0; i < values.length; i++) {
                y.values[i / positions] = Math.max(y.values[i / positions], values[i]);
            }
            return y;
        }

        Maps plus(Maps other) {
            double[] sum = values.clone();
            Arrays.setAll(sum, i -> values[i] + other.values[i]);
            return new Maps(sum, channels, positions);
        }

        /** Times weights [N, C, 1] or [N, 1, positions]. */
        Maps times(Maps weights) {
            Maps y = of(channels, positions);
            for (int n = 0; n < N; n++) {
                for (int c = 0; c < channels; c++) {
                    for (int l = 0; l < positions; l++) {
                        double weight = weights.get(n, weights.channels == 1 ? 0 : c, weights.positions == 1 ? 0 : l);
                        y.values[y.at(n, c, l)] = get(n, c, l) * weight;
                    }
                }
            }
            return y;
        }

        /** By the statistics of the batch. */
        Maps batchNorm(double[] weight, double[] bias) {
            Maps y = of(channels, positions);
            for (int c = 0; c < channels; c++) {
                double sum = 0;
                double squares = 0;
                for (int i = 0; i < N * positions; i++) {
                    sum += get(i / positions, c, i % positions);
                }
                double mean = sum / (N * positions);
                for (int i = 0; i < N * positions; i++) {
                    squares += Math.pow(get(i / positions, c, i % positions) - mean, 2);
                }
                double deviation = Math.sqrt(squares / (N * positions) + 1e-5);
                for (int n = 0; n < N; n++) {
                    for (int l = 0; l < positions; l++) {
                        y.values[y.at(n, c, l)] = (get(n, c, l) - mean) / deviation * weight[c] + bias[c];
                    }
                }
            }
            return y;
        }

        /** Σ_j softmax over j of (scale · q[i] · k[j]) · this[j], for each position i of q. */
        Maps attended(Maps q, Maps k, double scale) {
            Maps y = of(channels, q.positions);
            for (int n = 0; n < N; n++) {
                for (int i = 0; i < q.positions; i++) {
                    double[] scores = new double[positions];
                    for (int j = 0; j < positions; j++) {
                        for (int c = 0; c < q.channels; c++) {
                            scores[j] += scale * q.get(n, c, i) * k.get(n, c, j);
                        }
                    }
                    double[] a = softmax(scores);
                    for (int c = 0; c < channels; c++) {
                        for (int j = 0; j < positions; j++) {
                            y.values[y.at(n, c, i)] += a[j] * get(n, c, j);
                        }
                    }
                }
            }
            return y;
        }
    }

    private static final double[] NONE = {};

    private static double relu(double value) {
        return Math.max(0, value);
    }

    private static double sigmoid(double value) {
        return 1 / (1 + Math.exp(-value));
    }

    private static double[] softmax(double[] scores) {
        double sum = Arrays.stream(scores).map(Math::exp).sum();
        return Arrays.stream(scores).map(score -> Math.exp(score) / sum).toArray();
    }

    private static Network network(Block block, Shape sample) {
        Network.Builder builder = Network.builder();
        return builder.output(block.addTo(builder, "b", builder.input("x", sample)))
                .build();
    }

    private static Maps input(List<double[]> inputs, int channels) {
        double[] x = inputs.get(0);
        return new Maps(x, channels, x.length / N / channels);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void squeezeAndExcitationWeighsChannels(int side) {
        Formula formula = (inputs, p) -> {
            Maps x = input(inputs, 4);
            Maps s = x.mean().project(p.of("b.fc1.weight"), p.of("b.fc1.bias")).map(AttentionFormulasTest::relu);
            s = s.project(p.of("b.fc2.weight"), p.of("b.fc2.bias")).map(AttentionFormulasTest::sigmoid);
            return List.of(x.times(s).values);
        };
        formula.holdsFor(network(SqueezeExcitation.of(4, 3), Shape.of(4, side, 3)), N, SEED.child("se"));
    }

    private static Maps channelAttention(Maps x, Parameters p, String name) {
        double[] fc1 = p.of(name + ".fc1.weight");
        double[] fc2 = p.of(name + ".fc2.weight");
        Maps mean = x.mean().project(fc1, NONE).map(AttentionFormulasTest::relu).project(fc2, NONE);
        Maps greatest =
                x.greatest().project(fc1, NONE).map(AttentionFormulasTest::relu).project(fc2, NONE);
        return x.times(mean.plus(greatest).map(AttentionFormulasTest::sigmoid));
    }

    private static Maps spatialAttention(Maps x, int height, int width, int kernel, double[] weight) {
        Maps y = Maps.of(1, height * width);
        for (int n = 0; n < N; n++) {
            for (int l = 0; l < height * width; l++) {
                double sum = 0;
                for (int tap = 0; tap < kernel * kernel; tap++) {
                    int h = l / width + tap / kernel - kernel / 2;
                    int w = l % width + tap % kernel - kernel / 2;
                    if (h >= 0 && h < height && w >= 0 && w < width) {
                        double mean = 0;
                        double greatest = Double.NEGATIVE_INFINITY;
                        for (int c = 0; c < x.channels; c++) {
                            mean += x.get(n, c, h * width + w) / x.channels;
                            greatest = Math.max(greatest, x.get(n, c, h * width + w));
                        }
                        sum += weight[tap] * mean + weight[kernel * kernel + tap] * greatest;
                    }
                }
                y.values[y.at(n, 0, l)] = sum;
            }
        }
        return x.times(y.map(AttentionFormulasTest::sigmoid));
    }

    @Test
    void cbamWeighsChannelsAndThenPositions() {
        Formula formula = (inputs, p) -> {
            Maps x = channelAttention(input(inputs, 4), p, "b.channel");
            return List.of(spatialAttention(x, 5, 4, 3, p.of("b.spatial.conv.weight")).values);
        };
        formula.holdsFor(network(new Cbam(4, 2, 3), Shape.of(4, 5, 4)), N, SEED.child("cbam"));
    }

    /** Maxima of 2 × 2. */
    private static Maps pooled(Maps x, int height, int width) {
        Maps y = Maps.of(x.channels, height / 2 * (width / 2));
        for (int n = 0; n < N; n++) {
            for (int c = 0; c < x.channels; c++) {
                for (int l = 0; l < y.positions; l++) {
                    int from = l / (width / 2) * 2 * width + l % (width / 2) * 2;
                    double upper = Math.max(x.get(n, c, from), x.get(n, c, from + 1));
                    double lower = Math.max(x.get(n, c, from + width), x.get(n, c, from + width + 1));
                    y.values[y.at(n, c, l)] = Math.max(upper, lower);
                }
            }
        }
        return y;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nonLocalAddsWhatAllPositionsHold(boolean subsample) {
        Formula formula = (inputs, p) -> {
            Maps x = input(inputs, 3);
            Maps theta = x.project(p.of("b.theta.weight"), p.of("b.theta.bias"));
            Maps phi = x.project(p.of("b.phi.weight"), p.of("b.phi.bias"));
            Maps g = x.project(p.of("b.g.weight"), p.of("b.g.bias"));
            if (subsample) {
                phi = pooled(phi, 4, 3);
                g = pooled(g, 4, 3);
            }
            Maps y = g.attended(theta, phi, 1).project(p.of("b.W.weight"), p.of("b.W.bias"));
            return List.of(y.plus(x).values);
        };
        formula.holdsFor(network(new NonLocal(3, 2, subsample, false), Shape.of(3, 4, 3)), N, SEED.child("non-local"));
    }

    private static Maps selfAttention(Maps x, int heads, Parameters p) {
        int channels = x.channels;
        Maps qkv = x.project(p.of("b.qkv.weight"), p.of("b.qkv.bias"));
        int d = channels / heads;
        Maps all = Maps.of(channels, x.positions);
        for (int head = 0; head < heads; head++) {
            Maps q = qkv.channels(head * d, (head + 1) * d);
            Maps k = qkv.channels(channels + head * d, channels + (head + 1) * d);
            Maps v = qkv.channels(2 * channels + head * d, 2 * channels + (head + 1) * d);
            Maps y = v.attended(q, k, 1 / Math.sqrt(d));
            for (int n = 0; n < N; n++) {
                System.arraycopy(y.values, y.at(n, 0, 0), all.values, all.at(n, head * d, 0), d * x.positions);
            }
        }
        return all.project(p.of("b.proj.weight"), p.of("b.proj.bias"));
    }

    @Test
    void selfAttentionMixesPositionsHeadByHead() {
        Formula formula = (inputs, p) -> List.of(selfAttention(input(inputs, 6), 2, p).values);
        formula.holdsFor(network(SelfAttention.of(6, 2), Shape.of(6, 3, 2)), N, SEED.child("maps"));
    }

    private static Maps turned(double[] values, int rows, int columns) {
        Maps y = Maps.of(columns, rows);
        for (int n = 0; n < N; n++) {
            for (int i = 0; i < rows * columns; i++) {
                y.values[y.at(n, i % columns, i / columns)] = values[n * rows * columns + i];
            }
        }
        return y;
    }

    @Test
    void selfAttentionMixesTokensInTheSameWay() {
        Formula formula = (inputs, p) -> {
            Maps y = selfAttention(turned(inputs.get(0), 5, 4), 4, p);
            return List.of(turned(y.values, 4, 5).values);
        };
        formula.holdsFor(network(SelfAttention.of(4, 4), Shape.of(5, 4)), N, SEED.child("tokens"));
    }

    /** A depthwise 3 × 3 convolution. */
    private static Maps depthwise(Maps x, int height, int width, int dilation, double[] weight) {
        Maps y = Maps.of(x.channels, height * width);
        for (int n = 0; n < N; n++) {
            for (int c = 0; c < x.channels; c++) {
                for (int l = 0; l < height * width; l++) {
                    for (int tap = 0; tap < 9; tap++) {
                        int h = l / width + (tap / 3 - 1) * dilation;
                        int w = l % width + (tap % 3 - 1) * dilation;
                        if (h >= 0 && h < height && w >= 0 && w < width) {
                            y.values[y.at(n, c, l)] += weight[c * 9 + tap] * x.get(n, c, h * width + w);
                        }
                    }
                }
            }
        }
        return y;
    }

    @Test
    void selectiveKernelMixesReceptiveFieldsChannelByChannel() {
        int channels = 4;
        Formula formula = (inputs, p) -> {
            Maps x = input(inputs, channels);
            List<Maps> fields = new ArrayList<>();
            for (int b = 0; b < 3; b++) {
                String name = "b.convs." + b;
                Maps u = depthwise(x, 4, 5, b + 1, p.of(name + ".conv.weight"));
                fields.add(u.batchNorm(p.of(name + ".bn.weight"), p.of(name + ".bn.bias"))
                        .map(AttentionFormulasTest::relu));
            }
            Maps z = fields.get(0).plus(fields.get(1)).plus(fields.get(2)).mean();
            z = z.project(p.of("b.fc.conv.weight"), NONE)
                    .batchNorm(p.of("b.fc.bn.weight"), p.of("b.fc.bn.bias"))
                    .map(AttentionFormulasTest::relu);
            List<Maps> scores = new ArrayList<>();
            for (int b = 0; b < 3; b++) {
                scores.add(z.project(p.of("b.fcs." + b + ".weight"), p.of("b.fcs." + b + ".bias")));
            }
            Maps y = Maps.of(channels, x.positions);
            for (int b = 0; b < 3; b++) {
                int branch = b;
                Maps weights = Maps.of(channels, 1);
                Arrays.setAll(
                        weights.values,
                        i -> softmax(
                                scores.stream().mapToDouble(s -> s.values[i]).toArray())[branch]);
                y = y.plus(fields.get(b).times(weights));
            }
            return List.of(y.values);
        };
        SelectiveKernel block = new SelectiveKernel(channels, 3, channels, 2, 3, 1);
        formula.holdsFor(network(block, Shape.of(channels, 4, 5)), N, SEED.child("sk"));
    }

    /** Weights of the positions by the scoring network of {@code name}. */
    private static Maps scored(Maps x, Parameters p, String name) {
        Maps scores = x.project(p.of(name + ".hidden.weight"), p.of(name + ".hidden.bias"))
                .map(Math::tanh)
                .project(p.of(name + ".score.weight"), NONE);
        Maps a = Maps.of(1, x.positions);
        for (int n = 0; n < N; n++) {
            double[] one = softmax(Arrays.copyOfRange(scores.values, n * x.positions, (n + 1) * x.positions));
            System.arraycopy(one, 0, a.values, n * x.positions, one.length);
        }
        return a;
    }

    @Test
    void softAttentionGivesTheExpectedFeature() {
        Formula formula = (inputs, p) -> {
            Maps x = input(inputs, 3);
            Maps weighed = x.times(scored(x, p, "b"));
            return List.of(IntStream.range(0, N * 3)
                    .mapToDouble(row -> Arrays.stream(weighed.values, row * 6, (row + 1) * 6)
                            .sum())
                    .toArray());
        };
        formula.holdsFor(network(PositionAttention.soft(3, 4), Shape.of(3, 2, 3)), N, SEED.child("soft"));
    }

    /** Frames [N, T, C·H·W] mixed by weights [N, 1, T]. */
    private static double[] mixed(double[] frames, Maps weights, int values) {
        double[] y = new double[N * values];
        int count = weights.positions;
        for (int i = 0; i < frames.length; i++) {
            int n = i / (count * values);
            y[n * values + i % values] += weights.get(n, 0, i / values % count) * frames[i];
        }
        return y;
    }

    private static Maps frameMeans(double[] frames, int count, int channels, int positions) {
        Maps means = Maps.of(channels, count);
        for (int i = 0; i < frames.length; i++) {
            int c = i / positions % channels;
            int t = i / positions / channels % count;
            means.values[means.at(i / positions / channels / count, c, t)] += frames[i] / positions;
        }
        return means;
    }

    @Test
    void temporalAttentionMixesFrames() {
        Formula formula = (inputs, p) -> {
            double[] x = inputs.get(0);
            return List.of(mixed(x, scored(frameMeans(x, 4, 3, 6), p, "b"), 18));
        };
        formula.holdsFor(network(new TemporalAttention(3, 5), Shape.of(4, 3, 2, 3)), N, SEED.child("frames"));
    }

    @Test
    void temporalAttentionTakesFramesOneByOneToo() {
        Network.Builder builder = Network.builder();
        List<Port> frames = List.of(
                builder.input("x0", Shape.of(3, 2, 2)),
                builder.input("x1", Shape.of(3, 2, 2)),
                builder.input("x2", Shape.of(3, 2, 2)));
        Port y = new TemporalAttention(3, 2).addTo(builder, "b", frames);
        Formula formula = (inputs, p) -> {
            double[] x = new double[3 * N * 12];
            for (int t = 0; t < 3; t++) {
                for (int n = 0; n < N; n++) {
                    System.arraycopy(inputs.get(t), n * 12, x, (n * 3 + t) * 12, 12);
                }
            }
            return List.of(mixed(x, scored(frameMeans(x, 3, 3, 4), p, "b"), 12));
        };
        formula.holdsFor(builder.output(y).build(), N, SEED.child("one by one"));
    }
}
