package io.convoy.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RankingTest {
    private static final float NAN = Float.NaN;

    @Test
    void theHighestScoreIsThePrediction() {
        float[] scores = {99, 0.1f, 0.7f, 0.2f, 99};
        assertThat(Ranking.best(scores, 1, 3)).isEqualTo(1);
        assertThat(Ranking.rank(scores, 1, 3, 1)).isEqualTo(0);
        assertThat(Ranking.rank(scores, 1, 3, 2)).isEqualTo(1);
        assertThat(Ranking.rank(scores, 1, 3, 0)).isEqualTo(2);
    }

    @Test
    void ofEqualScoresTheLowerClassGoesFirst() {
        float[] scores = {0.5f, 0.5f, 0.5f, -0f, 0f};
        assertThat(Ranking.best(scores, 0, 5)).isEqualTo(0);
        for (int c = 0; c < 5; c++) {
            assertThat(Ranking.rank(scores, 0, 5, c)).isEqualTo(c);
        }
    }

    @Test
    void whatIsNoNumberGoesLast() {
        float[] scores = {NAN, 0.1f, NAN, Float.NEGATIVE_INFINITY};
        assertThat(Ranking.best(scores, 0, 4)).isEqualTo(1);
        assertThat(Ranking.rank(scores, 0, 4, 3)).isEqualTo(1);
        assertThat(Ranking.rank(scores, 0, 4, 0)).isEqualTo(2);
        assertThat(Ranking.rank(scores, 0, 4, 2)).isEqualTo(3);
    }
}
