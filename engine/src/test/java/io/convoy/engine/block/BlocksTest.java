package io.convoy.engine.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.HardAttention.Estimator;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Parameter;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.Listener;
import io.convoy.engine.train.LocalTrainer;
import io.convoy.engine.train.TrainingPlan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names, sizes and refusals of the blocks, and hard attention in a network. */
class BlocksTest {
    private static Network network(Block block, Shape sample) {
        Network.Builder builder = Network.builder();
        return builder.output(block.addTo(builder, "b", builder.input("x", sample)))
                .build();
    }

    private static List<String> names(Network network) {
        return network.parameters().stream().map(Parameter::name).toList();
    }

    @Test
    void blocksHaveTheParametersOfTheirPapers() {
        Network se = network(SqueezeExcitation.of(16, 4), Shape.of(16, 5, 5));
        assertThat(se.parameterCount()).isEqualTo((16 * 4 + 4) + (4 * 16 + 16));
        assertThat(names(se)).containsExactly("b.fc1.weight", "b.fc1.bias", "b.fc2.weight", "b.fc2.bias");

        Network cbam = network(Cbam.of(32), Shape.of(32, 5, 5));
        assertThat(cbam.parameterCount()).isEqualTo(32 * 2 + 2 * 32 + 2 * 7 * 7);
        assertThat(names(cbam))
                .containsExactly("b.channel.fc1.weight", "b.channel.fc2.weight", "b.spatial.conv.weight");

        Network authors = network(new Cbam(32, 16, 7, true, true), Shape.of(32, 5, 5));
        assertThat(authors.parameterCount()).isEqualTo((32 * 2 + 2) + (2 * 32 + 32) + 2 * 7 * 7 + 2);
        assertThat(names(authors))
                .containsExactly(
                        "b.channel.fc1.weight",
                        "b.channel.fc1.bias",
                        "b.channel.fc2.weight",
                        "b.channel.fc2.bias",
                        "b.spatial.conv.weight",
                        "b.spatial.bn.weight",
                        "b.spatial.bn.bias");

        Network nonLocal = network(NonLocal.of(8), Shape.of(8, 4, 4));
        assertThat(nonLocal.parameterCount()).isEqualTo(3 * (8 * 4 + 4) + (4 * 8 + 8) + 2 * 8);
        assertThat(nonLocal.batchNorms()).containsExactly("b.bn");

        Network attention = network(SelfAttention.of(6, 2), Shape.of(6, 3, 3));
        assertThat(attention.parameterCount()).isEqualTo((6 * 18 + 18) + (6 * 6 + 6));
        assertThat(names(attention)).isEqualTo(names(network(SelfAttention.of(6, 2), Shape.of(9, 6))));
        assertThat(network(new SelfAttention(6, 2, false), Shape.of(6, 3, 3)).parameterCount())
                .isEqualTo(6 * 18 + (6 * 6 + 6));

        Network selective = network(SelectiveKernel.of(64), Shape.of(64, 6, 6));
        assertThat(selective.parameterCount())
                .isEqualTo(2 * (64 * 2 * 9 + 2 * 64) + (64 * 32 + 2 * 32) + 2 * (32 * 64 + 64));
        assertThat(network(new SelectiveKernel(64, 2, 32, 16, 32, 1, false), Shape.of(64, 6, 6))
                        .parameterCount())
                .isEqualTo(selective.parameterCount() - 2 * 64);

        assertThat(network(PositionAttention.soft(8, 5), Shape.of(8, 3, 3)).parameterCount())
                .isEqualTo(8 * 5 + 5 + 5);
        assertThat(network(new TemporalAttention(8, 5), Shape.of(4, 8, 3, 3)).parameterCount())
                .isEqualTo(8 * 5 + 5 + 5);
    }

    @Test
    void aSelectiveKernelMayTakeStrides() {
        SelectiveKernel block = new SelectiveKernel(4, 2, 2, 2, 3, 2);
        assertThat(network(block, Shape.of(4, 7, 6)).outputSample(0)).isEqualTo(Shape.of(4, 4, 3));
    }

    private static void refused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void impossibleBlocksAreRefused() {
        refused(
                () -> SqueezeExcitation.of(0, 4),
                "SqueezeExcitation expects channels of at least 1, but channels is 0.");
        refused(
                () -> SqueezeExcitation.of(4, 0),
                "SqueezeExcitation expects squeezed of at least 1, but squeezed is 0.");
        refused(
                () -> Cbam.of(8),
                "ChannelAttention expects reduction of at most channels, but reduction is 16 and channels is 8.");
        refused(() -> new Cbam(8, 2, 6), "SpatialAttention expects an odd kernel, but kernel is 6.");
        refused(() -> new NonLocal(8, 0, false, true), "NonLocal expects inner of at least 1, but inner is 0.");
        refused(
                () -> SelfAttention.of(8, 3),
                "SelfAttention expects channels to be a multiple of heads, but channels is 8 and heads is 3.");
        refused(
                () -> SelectiveKernel.of(48),
                "SelectiveKernel expects channels to be a multiple of groups, but channels is 48 and groups is 32.");
        refused(
                () -> new SelectiveKernel(32, 1, 32, 16, 32, 1),
                "SelectiveKernel expects branches of at least 2, but branches is 1.");
        refused(() -> PositionAttention.soft(8, 0), "PositionAttention expects hidden of at least 1, but hidden is 0.");
        refused(
                () -> new TemporalAttention(0, 1),
                "TemporalAttention expects channels of at least 1, but channels is 0.");
        refused(
                () -> new TemporalAttention(3, 2).addTo(Network.builder(), "b", List.of()),
                "Block b: TemporalAttention[channels=3, hidden=2] expects frames, but there is none.");
    }

    private static void doesNotFit(Block block, Shape sample, String message) {
        assertThatThrownBy(() -> network(block, sample))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    @Test
    void blocksSayWhatDoesNotFit() {
        doesNotFit(
                SqueezeExcitation.of(16, 4),
                Shape.of(8, 5, 5),
                "Block b: SqueezeExcitation[channels=16, squeezed=4] expects [N, 16, H, W], but its input is"
                        + " [1, 8, 5, 5].");
        doesNotFit(
                new Cbam(8, 2, 3),
                Shape.of(8),
                "Block b.channel: ChannelAttention[channels=8, reduction=2, bias=false] expects [N, 8, H, W], but its input is"
                        + " [1, 8].");
        doesNotFit(
                new SpatialAttention(3),
                Shape.of(8, 2),
                "Block b: SpatialAttention[kernel=3, batchNorm=false] expects [N, C, H, W], but its input is [1, 8, 2].");
        doesNotFit(
                SelfAttention.of(6, 2),
                Shape.of(6, 4),
                "Block b: SelfAttention[channels=6, heads=2, bias=true] expects [N, 6, H, W] or [N, T, 6], but its"
                        + " input is [1, 6, 4].");
        doesNotFit(
                new TemporalAttention(3, 2),
                Shape.of(3, 4, 4),
                "Block b: TemporalAttention[channels=3, hidden=2] expects [N, T, 3, H, W], but its input is"
                        + " [1, 3, 4, 4].");
    }

    @Test
    void hardAttentionGivesTheFeatureOfOnePlace() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(3, 2, 4));
        Port y = PositionAttention.hard(3, 2, Estimator.REINFORCE).addTo(builder, "b", x);
        Network network = builder.output(y)
                .output(new Port("b.weights", 0))
                .output(new Port("b.weights", 1))
                .build();
        assertThat(network.outputSample(0)).isEqualTo(Shape.of(3));
        assertThat(network.outputSample(1)).isEqualTo(Shape.of(1, 8));
        assertThat(network.outputSample(2)).isEqualTo(Shape.of(1));
        RandomStream random = new Seed(3).stream();
        try (Weights weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                Program program = Program.compile(network, weights, new Purpose(5, true, true, true))) {
            float[] values = new float[5 * 24];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            program.inputs().get(0).span().write(0, values, 0, values.length);
            program.forward(new Seed(1));
            float[] feature = program.outputs().get(0).span().toArray();
            float[] choice = program.outputs().get(1).span().toArray();
            for (int n = 0; n < 5; n++) {
                int place = 0;
                while (choice[n * 8 + place] != 1) {
                    place++;
                }
                for (int c = 0; c < 3; c++) {
                    assertThat(feature[n * 3 + c]).isEqualTo(values[n * 24 + c * 8 + place]);
                }
                // The scoring network's parameters are zeros: all places are equally probable.
                assertThat(program.outputs().get(2).span().get(n)).isEqualTo((float) Math.log(1 / 8.0));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void hardAttentionDrawsTheSameForAnyNumberOfReplicas(Estimator estimator) {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(1, 28, 28));
        x = builder.add("conv", Conv2d.of(1, 6, 7).withStride(3), x);
        x = PositionAttention.hard(6, 4, estimator).addTo(builder, "attention", x);
        Network network = builder.output(builder.add("fc", Linear.of(6, 10), x)).build();
        Seed seed = new Seed(5);
        TrainingPlan plan = new TrainingPlan(
                network, new CrossEntropy(), Sgd.withMomentum(0.9, 0), new Constant(0.1), 20, 3, 1, 2, seed);
        InputPipeline train = new InputPipeline(Strokes.train(seed, 110), Preprocessing.unit(1), List.of(), seed);
        InputPipeline test = new InputPipeline(Strokes.test(seed, 20), Preprocessing.unit(1), List.of(), seed);
        float[] one = new LocalTrainer(plan, train, test, 1)
                .fit(plan.initialState(), new Listener() {})
                .weights();
        assertThat(one).isNotEqualTo(plan.initialState().weights());
        for (int cores = 2; cores <= 3; cores++) {
            assertThat(new LocalTrainer(plan, train, test, cores)
                            .fit(plan.initialState(), new Listener() {})
                            .weights())
                    .containsExactly(one);
        }
    }
}
