package io.convoy.engine.rng;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedTest {
    @Test
    void theSamePathGivesTheSameNumbersInWhateverOrderItIsAsked() {
        Seed root = new Seed(1);
        long first = root.child("dropout").child(3).stream().nextLong();
        root.stream().nextLong();
        root.child("augment").child(9).stream().nextLong();
        root.child("dropout").child(2).stream().nextLong();
        assertThat(new Seed(1).child("dropout").child(3).stream().nextLong()).isEqualTo(first);
    }

    @Test
    void drawingFromOneStreamLeavesAnotherOfTheSameSeedAlone() {
        Seed seed = new Seed(5).child("x");
        RandomStream one = seed.stream();
        RandomStream other = seed.stream();
        long first = one.nextLong();
        one.nextLong();
        assertThat(other.nextLong()).isEqualTo(first);
    }

    @Test
    void aNameAndTheNumberItSpellsAreDifferentChildren() {
        Seed seed = new Seed(0);
        for (int i = 0; i < 100; i++) {
            assertThat(seed.child(Integer.toString(i))).isNotEqualTo(seed.child(i));
        }
        assertThat(seed.child("")).isNotEqualTo(seed.child(0));
    }

    @Test
    void theOrderOfAPathMatters() {
        Seed seed = new Seed(3);
        assertThat(seed.child(1).child(2)).isNotEqualTo(seed.child(2).child(1));
        assertThat(seed.child("a").child("b")).isNotEqualTo(seed.child("ab"));
    }

    @Test
    void neighbouringPathsNeverCollide() {
        Set<Long> values = new HashSet<>();
        for (long root = -2; root < 3; root++) {
            for (String name : new String[] {"", "a", "b", "ab", "epoch", "augment"}) {
                for (long index = -50; index < 51; index++) {
                    values.add(new Seed(root).child(name).child(index).value());
                }
            }
        }
        assertThat(values).hasSize(5 * 6 * 101);
    }

    @Test
    void theDerivationIsFrozen() {
        // Evaluated with the formulas of Seed in Python's integers.
        Seed seed = new Seed(7).child("augment").child(3).child(12345);
        assertThat(seed.value()).isEqualTo(-8123778957484045052L);
        RandomStream stream = seed.stream();
        assertThat(stream.nextLong()).isEqualTo(2521992427611500134L);
        assertThat(stream.nextLong()).isEqualTo(5725017460123929540L);
        assertThat(stream.nextLong()).isEqualTo(-4077306828253550237L);
    }
}
