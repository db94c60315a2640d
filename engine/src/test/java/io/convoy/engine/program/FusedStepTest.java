package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.kernel.KernelException;
import io.convoy.engine.kernel.Reshaping;
import io.convoy.engine.kernel.onednn.Activation;
import io.convoy.engine.kernel.onednn.BatchNormalization;
import io.convoy.engine.kernel.onednn.Convolution;
import io.convoy.engine.kernel.onednn.Dense;
import io.convoy.engine.kernel.onednn.Pooling;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusedStepTest {
    private static final Conv2d CONVOLUTION = Conv2d.of(2, 2, 3).withPadding(1);

    private final Network.Builder network = Network.builder();
    private final Port image = network.input("image", Shape.of(2, 4, 4));

    private List<FusedStep> steps(Port... outputs) {
        for (Port port : outputs) {
            network.output(port);
        }
        return FusedStep.of(network.build(), Purpose.training(3));
    }

    private static List<String> outputs(List<FusedStep> steps) {
        return steps.stream().map(step -> step.outputs().get(0).toString()).toList();
    }

    @Test
    void aReluJoinsTheLayerInFrontOfIt() {
        Port x = network.add("conv", CONVOLUTION, image);
        x = network.add("relu1", new Relu(), x);
        x = network.add("bn", BatchNorm2d.of(2), x);
        x = network.add("relu2", new Relu(), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("fc", Linear.of(32, 5), x);
        x = network.add("relu3", new Relu(), x);
        List<FusedStep> steps = steps(x);
        assertThat(outputs(steps)).containsExactly("relu1", "relu2", "relu3");
        assertThat(steps)
                .extracting(FusedStep::kernel)
                .containsExactly(
                        new Convolution(CONVOLUTION, null, true, false),
                        new BatchNormalization(BatchNorm2d.of(2), true),
                        new Dense(Linear.of(32, 5), true));
        // The fully connected layer looks through the Flatten.
        assertThat(steps.get(2).inputs()).containsExactly(new Port("relu2", 0));
        assertThat(steps.get(2).parameterNames()).containsExactly("fc.weight", "fc.bias");
    }

    @Test
    void aBatchNormByRunningStatisticsJoinsTheConvolutionWhereThereIsNoWayBack() {
        Port x = network.add("conv", CONVOLUTION, image);
        x = network.add("bn", BatchNorm2d.of(2), x);
        x = network.add("relu", new Relu(), x);
        Network built = network.output(x).build();
        List<FusedStep> inference = FusedStep.of(built, Purpose.inference(3));
        assertThat(outputs(inference)).containsExactly("relu");
        assertThat(inference.get(0).kernel())
                .isEqualTo(new Convolution(CONVOLUTION, new Convolution.Behind(BatchNorm2d.of(2), "bn"), true, false));
        assertThat(outputs(FusedStep.of(built, Purpose.training(3)))).containsExactly("conv", "relu");
        Purpose frozen = new Purpose(3, false, true, false);
        assertThat(outputs(FusedStep.of(built, frozen))).containsExactly("conv", "relu");
    }

    @Test
    void aBatchNormStaysAloneByTheBatchsStatisticsOrWhereSomebodyElseReadsTheConvolution() {
        Port conv = network.add("conv", CONVOLUTION, image);
        Port seen = network.add("seen", BatchNorm2d.of(2), conv);
        Port other = network.add("other", CONVOLUTION, image);
        Port untracked = network.add("untracked", BatchNorm2d.of(2).withoutRunningStatistics(), other);
        Network built = network.output(conv).output(seen).output(untracked).build();
        assertThat(outputs(FusedStep.of(built, Purpose.inference(3))))
                .containsExactly("conv", "seen", "other", "untracked");
    }

    @Test
    void aReluStaysAloneWhereSomebodyElseReadsWhatIsInFrontOfIt() {
        Port conv = network.add("conv", CONVOLUTION, image);
        Port relu = network.add("relu", new Relu(), conv);
        List<FusedStep> steps = steps(network.add("sum", new Add(), conv, relu));
        assertThat(outputs(steps)).containsExactly("conv", "relu", "sum");
        assertThat(steps.get(0).kernel()).isEqualTo(new Convolution(CONVOLUTION, null, false, false));
        assertThat(steps.get(1).kernel()).isEqualTo(Activation.of(new Relu()));
    }

    @Test
    void aReluStaysAloneBehindAnOutputAndBehindWhatHasNoFusedForm() {
        Port conv = network.add("conv", CONVOLUTION, image);
        Port relu = network.add("relu", new Relu(), conv);
        Port pool = network.add("pool", AvgPool2d.of(2, 2), relu);
        Port last = network.add("last", new Relu(), pool);
        assertThat(outputs(steps(conv, last))).containsExactly("conv", "relu", "pool", "last");
    }

    @Test
    void aMaxPoolTakesTheGradientThroughTheReluOfAConvolutionThatOnlyItReads() {
        Port conv = network.add("conv", CONVOLUTION, image);
        Port relu = network.add("relu", new Relu(), conv);
        Port pool = network.add("pool", MaxPool2d.of(2, 2), relu);
        List<FusedStep> steps = steps(pool);
        assertThat(steps)
                .extracting(FusedStep::kernel)
                .containsExactly(new Convolution(CONVOLUTION, null, true, true), Pooling.of(MaxPool2d.of(2, 2), true));
    }

    @Test
    void aMaxPoolLeavesTheReluAloneThatIsAnOutputToo() {
        Port conv = network.add("conv", CONVOLUTION, image);
        Port relu = network.add("relu", new Relu(), conv);
        Port pool = network.add("pool", MaxPool2d.of(2, 2), relu);
        List<FusedStep> steps = steps(pool, relu);
        assertThat(steps)
                .extracting(FusedStep::kernel)
                .containsExactly(
                        new Convolution(CONVOLUTION, null, true, false), Pooling.of(MaxPool2d.of(2, 2), false));
    }

    @Test
    void aMeanDoesNotTakeTheGradientThroughARelu() {
        Port conv = network.add("conv", CONVOLUTION, image);
        Port relu = network.add("relu", new Relu(), conv);
        List<FusedStep> steps = steps(network.add("pool", AvgPool2d.of(2, 2), relu));
        assertThat(steps.get(0).kernel()).isEqualTo(new Convolution(CONVOLUTION, null, true, false));
    }

    @Test
    void aFlattenIsComputedWhereSomebodyReadsIt() {
        Port flatten = network.add("flatten", new Flatten(), image);
        Port fc = network.add("fc", Linear.of(32, 5), flatten);
        List<FusedStep> steps = steps(fc, flatten);
        assertThat(outputs(steps)).containsExactly("flatten", "fc");
        assertThat(steps.get(0).kernel()).isEqualTo(new Reshaping(Shape.of(3, 32)));
        assertThat(steps.get(1).inputs()).containsExactly(image);
    }

    @Test
    void aFlattenOfVectorsIsNotLookedThrough() {
        Port flatten = network.add("flatten", new Flatten(), image);
        Port again = network.add("again", new Flatten(), flatten);
        List<FusedStep> steps = steps(network.add("fc", Linear.of(32, 5), again));
        assertThat(outputs(steps)).containsExactly("flatten", "again", "fc");
    }

    @Test
    void inferenceLooksThroughADropoutToo() {
        Port flatten = network.add("flatten", new Flatten(), image);
        Port dropout = network.add("dropout", Dropout.of(0.5), flatten);
        Port fc = network.add("fc", Linear.of(32, 5), dropout);
        Network built = network.output(fc).build();
        assertThat(outputs(FusedStep.of(built, Purpose.training(3)))).containsExactly("flatten", "dropout", "fc");
        List<FusedStep> inference = FusedStep.of(built, Purpose.inference(3));
        assertThat(outputs(inference)).containsExactly("fc");
        assertThat(inference.get(0).inputs()).containsExactly(image);
    }

    @Test
    void aDropoutIsThereWhereSomebodyReadsIt() {
        Port flatten = network.add("flatten", new Flatten(), image);
        Port dropout = network.add("dropout", Dropout.of(0.5), flatten);
        Port fc = network.add("fc", Linear.of(32, 5), dropout);
        Network built = network.output(fc).output(dropout).build();
        assertThat(outputs(FusedStep.of(built, Purpose.inference(3)))).containsExactly("flatten", "dropout", "fc");
    }

    private record Unknown() implements Layer {
        @Override
        public List<Shape> outputs(List<Shape> inputs) {
            return inputs;
        }
    }

    @Test
    void aLayerWithoutAKernelIsNamed() {
        Port x = network.add("odd", new Unknown(), image);
        assertThatThrownBy(() -> steps(x))
                .isInstanceOf(KernelException.class)
                .hasMessage("Node odd expects a layer that has a kernel, but Unknown[] has none. Maybe let it"
                        + " implement JavaLayer.");
    }
}
