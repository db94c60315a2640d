package io.convoy.engine.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadTest {
    private static final Head ANIMALS = Head.classes(3, List.of("cat", "dog", "owl"));

    @Test
    void probabilitiesAreTheSoftmaxOfTheScores() {
        // e⁰ : e¹ : e² = 1 : 2.71828 : 7.38906, of 11.10734
        assertThat(ANIMALS.probabilities(new float[] {9, 0, 1, 2}, 1))
                .containsExactly(0.09003057f, 0.24472848f, 0.66524094f);
        assertThat(ANIMALS.probabilities(new float[] {1000, 1000, -1000}, 0)).containsExactly(0.5f, 0.5f, 0);
    }

    @Test
    void theLikeliestClassesComeFirstAndOfTwoEqualOnesTheLower() {
        assertThat(ANIMALS.top(new float[] {1, 2, 1}, 0, 2))
                .extracting(Head.Choice::label)
                .containsExactly("dog", "cat");
        assertThat(ANIMALS.top(new float[] {1, 2, 1}, 0, 9))
                .extracting(Head.Choice::index)
                .containsExactly(1, 0, 2);
        assertThat(Head.classes(2, List.of()).top(new float[] {0, 0}, 0, 1))
                .containsExactly(new Head.Choice(0, "0", 0.5f));
    }

    @Test
    void valuesHaveNoClasses() {
        assertThatThrownBy(() -> Head.embedding(2).top(new float[2], 0, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Head embedding expects to be asked for values, as it has no classes.");
        assertThatThrownBy(() -> new Head("age", Head.Kind.VALUES, 1, List.of("years")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Head age expects no labels, as its values have none, but it got 1.");
    }

    @Test
    void impossibleHeadsAreRefused() {
        assertThatThrownBy(() -> Head.classes(0, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Head class expects at least 1 class, but it got 0.");
        assertThatThrownBy(() -> Head.embedding(0))
                .hasMessage("Head embedding expects at least 1 value, but it got 0.");
        assertThatThrownBy(() -> new Head(" ", Head.Kind.CLASSES, 1, List.of()))
                .hasMessage("Head expects a name, but it got \" \".");
        assertThatThrownBy(() -> Head.classes(3, List.of("a", "b")))
                .hasMessage("Head class expects 3 labels, one a class, or none, but it got 2.");
        assertThatThrownBy(() -> Head.classes(2, Collections.nCopies(2, "a")))
                .hasMessage("Head class expects each label once, but they are [a, a].");
    }
}
