package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostTest {
    private static long macs(Layer layer, Shape... inputs) {
        return layer.macs(List.of(inputs));
    }

    @Test
    void aConvolutionCostsItsWindowAtEachPlace() {
        // 64 · 112 · 112 values of 3 · 7 · 7 products: the first layer of ResNet-50.
        Conv2d stem = Conv2d.of(3, 64, 7).withStride(2).withPadding(3);
        assertThat(macs(stem, Shape.of(1, 3, 224, 224))).isEqualTo(118_013_952L);
        assertThat(macs(stem.withoutBias(), Shape.of(2, 3, 224, 224))).isEqualTo(2 * 118_013_952L);
    }

    @Test
    void groupsDivideTheCost() {
        assertThat(macs(Conv2d.of(32, 32, 3).withGroups(32).withPadding(1), Shape.of(1, 32, 10, 10)))
                .isEqualTo(32 * 100 * 9);
    }

    @Test
    void aTransposedConvolutionCostsItsWindowForEachInput() {
        assertThat(macs(ConvTranspose2d.of(4, 6, 3, 2).withGroups(2), Shape.of(1, 4, 5, 7)))
                .isEqualTo(4 * 5 * 7 * 3 * 9);
    }

    @Test
    void aDeformableConvolutionCostsWhatAConvolutionDoes() {
        assertThat(macs(DeformConv2d.of(4, 8, 3), Shape.of(1, 4, 6, 6), Shape.of(1, 18, 4, 4)))
                .isEqualTo(8 * 16 * 4 * 9);
    }

    @Test
    void matricesCostRowsTimesColumnsTimesWhatIsBetween() {
        assertThat(macs(new Linear(9, 4, true), Shape.of(2, 9))).isEqualTo(2 * 9 * 4);
        assertThat(macs(MatMul.of(), Shape.of(1, 2, 3, 5), Shape.of(1, 2, 5, 7)))
                .isEqualTo(2 * 3 * 5 * 7);
        assertThat(macs(MatMul.of().transposingA(), Shape.of(1, 2, 5, 3), Shape.of(1, 2, 5, 7)))
                .isEqualTo(2 * 3 * 5 * 7);
    }

    @Test
    void whatOnlyAddsOrComparesCostsNothing() {
        Shape x = Shape.of(1, 4, 8, 8);
        for (Layer layer : List.of(
                BatchNorm2d.of(4), new Relu(), MaxPool2d.of(2, 2), AvgPool2d.of(2, 2), LocalResponseNorm.of(3))) {
            assertThat(macs(layer, x)).as("%s", layer).isZero();
        }
        assertThat(macs(new Add(), x, x)).isZero();
    }

    /** A user's own layer works place by place unless it says otherwise. */
    @Test
    void aLayerThatSaysNothingReachesItsOwnPlace() {
        Layer own = inputs -> inputs;
        assertThat(own.reach(0, List.of(Shape.of(1, 2, 5, 5)))).isEqualTo(Reach.SAME);
        Layer pooling = inputs -> List.of(Shape.of(1, 2, 1, 1));
        assertThat(pooling.reach(0, List.of(Shape.of(1, 2, 5, 5)))).isEqualTo(Reach.WHOLE);
        assertThat(own.reach(0, List.of(Shape.of(1, 9)))).isEqualTo(Reach.WHOLE);
    }

    @Test
    void aBroadcastPlaceIsSeenByAll() {
        List<Shape> inputs = List.of(Shape.of(1, 2, 1, 1), Shape.of(1, 2, 5, 5));
        AxisReach one = new Multiply().reach(0, inputs).height();
        assertThat(one.seenFrom(0)).containsExactly(0);
        assertThat(one.seenFrom(4)).containsExactly(0);
        assertThat(new Multiply().reach(1, inputs)).isEqualTo(Reach.SAME);
    }
}
