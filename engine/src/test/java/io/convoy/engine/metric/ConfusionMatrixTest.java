package io.convoy.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
    @Test
    void countsByTargetAndPrediction() {
        ConfusionMatrix matrix = matrix(new int[][] {{0, 0}, {0, 1}, {1, 1}, {1, 1}, {2, 1}});
        assertThat(matrix.toArray()).isDeepEqualTo(new long[][] {{1, 1, 0}, {0, 2, 0}, {0, 1, 0}});
        assertThat(matrix.count(0, 1)).isEqualTo(1);
        assertThat(matrix.accuracy()).isEqualTo(new Accuracy(3, 5));
        assertThat(matrix.precision(1)).isEqualTo(0.5);
        assertThat(matrix.recall(0)).isEqualTo(0.5);
        assertThat(matrix.recall(2)).isZero();
        assertThat(matrix.precision(2)).as("never predicted").isNaN();
        assertThat(matrix.f1(1)).as("of precision 2/4 and recall 2/2").isEqualTo(2 / 3.0);
        assertThat(matrix.f1(2)).isZero();
        assertThat(matrix.support(0)).isEqualTo(2);
        assertThat(matrix.support(2)).isEqualTo(1);
    }

    @Test
    void aClassThatNeverComesHasNoRecall() {
        assertThat(matrix(new int[][] {{0, 1}}).recall(1)).isNaN();
        assertThat(matrix(new int[][] {{0, 1}}).f1(2)).isNaN();
    }

    @Test
    void partsMergeToTheWhole() {
        ConfusionMatrix part = matrix(new int[][] {{0, 0}, {0, 1}});
        part.merge(matrix(new int[][] {{1, 1}, {2, 1}, {0, 1}}));
        assertThat(part.toArray())
                .isDeepEqualTo(matrix(new int[][] {{0, 1}, {2, 1}, {0, 0}, {1, 1}, {0, 1}})
                        .toArray());
    }

    @Test
    void whatItHandsOutIsACopy() {
        ConfusionMatrix matrix = matrix(new int[][] {{0, 0}});
        matrix.toArray()[0][0] = 9;
        assertThat(matrix.count(0, 0)).isEqualTo(1);
    }

    @Test
    void saysWhatDoesNotFit() {
        assertThatThrownBy(() -> new ConfusionMatrix(0))
                .hasMessage("ConfusionMatrix expects at least 1 class, but it got 0.");
        assertThatThrownBy(() -> new ConfusionMatrix(3).merge(new ConfusionMatrix(2)))
                .hasMessage("ConfusionMatrix expects to merge one of 3 classes, but it got one of 2.");
    }

    private static ConfusionMatrix matrix(int[][] samples) {
        ConfusionMatrix matrix = new ConfusionMatrix(3);
        for (int[] sample : samples) {
            matrix.add(sample[0], sample[1]);
        }
        return matrix;
    }
}
