package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.loss.Reduction;
import io.convoy.engine.metric.TaskScore;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskTallyTest {
    private static final List<TaskTarget> TASKS =
            List.of(new TaskTarget("hue", List.of("blue", "red")), new TaskTarget("age", List.of()));

    @Test
    void classesAreCountedAndErrorsAreSummedByBatch() {
        TaskTally tally = new TaskTally(TASKS);
        add(tally, 1, 0.25f, 3, 2);
        add(tally, 0, 0.75f, 0, -1);
        tally.end(2);
        add(tally, 1, 0.75f, 1, 1);
        tally.end(1);
        TaskScore.Classes hue = (TaskScore.Classes) tally.scores().get(0);
        assertThat(hue.confusion().count(1, 0)).isEqualTo(1);
        assertThat(hue.confusion().count(1, 1)).isEqualTo(1);
        assertThat(hue.confusion().count(0, 1)).isEqualTo(1);
        TaskScore.Numbers age = (TaskScore.Numbers) tally.scores().get(1);
        assertThat(age).isEqualTo(new TaskScore.Numbers("age", List.of(2.0, 0.0), 3));
        assertThat(age.meanAbsoluteError()).isCloseTo(2 / 3.0, within(1e-15));
    }

    @Test
    void partsOfAnEvaluationAreMerged() {
        TaskTally first = new TaskTally(TASKS);
        add(first, 1, 0.25f, 3, 2);
        first.end(1);
        TaskTally second = new TaskTally(TASKS);
        add(second, 1, 0.75f, 0, 4);
        second.end(1);
        Evaluation both = part(0, 1, first.scores())
                .plus(part(1, 1, new TaskTally(TASKS).scores()))
                .plus(part(1, 2, second.scores()));
        TaskScore.Classes hue = (TaskScore.Classes) both.tasks().get(0);
        assertThat(hue.confusion().accuracy().correct()).isEqualTo(1);
        assertThat(hue.confusion().accuracy().count()).isEqualTo(2);
        assertThat(both.tasks().get(1)).isEqualTo(new TaskScore.Numbers("age", List.of(1.0, 4.0), 2));
    }

    private static Evaluation part(int begin, int end, List<TaskScore> tasks) {
        List<List<Double>> one = Collections.nCopies(end - begin, List.of(1.0));
        return new Evaluation(new LeafRange(begin, end), one, one, List.of(Reduction.MEAN), Optional.empty(), tasks);
    }

    /** Hue's score of red is {@code red}, that of blue the rest of 1. */
    private static void add(TaskTally tally, int hue, float red, float age, float foretold) {
        float[] outputs = {9, 1 - red, red, foretold};
        tally.add(0, hue, outputs, 1);
        tally.add(1, age, outputs, 3);
    }
}
