package io.convoy.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeSumTest {
    /** A sum that writes down how it was made. */
    private static TreeSum<String> spelled(int leaves) {
        return new TreeSum<>(
                new CanonicalTree(leaves), (leftLeaves, left, rightLeaves, right) -> "(" + left + right + ")");
    }

    private static float[] values(RandomStream stream, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            // Widely spread, so that another order of addition gives other bits.
            values[i] = (float) (stream.nextGaussian() * StrictMath.pow(2, stream.nextInt(20)));
        }
        return values;
    }

    /** A random cut of the tree into nodes, each leaf in one. */
    private static void cut(CanonicalTree tree, LeafRange node, RandomStream stream, List<LeafRange> into) {
        if (node.count() == 1 || stream.nextInt(3) == 0) {
            into.add(node);
            return;
        }
        int middle = CanonicalTree.split(node);
        cut(tree, new LeafRange(node.begin(), middle), stream, into);
        cut(tree, new LeafRange(middle, node.end()), stream, into);
    }

    @Test
    void theTreeAloneSaysWhatIsAddedToWhat() {
        TreeSum<String> sum = spelled(5);
        for (int leaf : new int[] {4, 1, 3, 0}) {
            assertThat(sum.add(new LeafRange(leaf, leaf + 1), "abcde".substring(leaf, leaf + 1)))
                    .isNull();
        }
        assertThat(sum.add(new LeafRange(2, 3), "c")).isEqualTo("(((ab)(cd))e)");
    }

    @Test
    void everyOrderOfArrivalGivesTheSameBits() {
        RandomStream stream = Property.seed(TreeSumTest.class).stream();
        FloatBuffers buffers = new FloatBuffers();
        int length = 5;
        for (int leaves = 1; leaves <= 64; leaves++) {
            CanonicalTree tree = new CanonicalTree(leaves);
            List<float[]> gradients = new ArrayList<>();
            for (int leaf = 0; leaf < leaves; leaf++) {
                gradients.add(values(stream, length));
            }
            float[] expected = null;
            for (int order = 0; order < 8; order++) {
                TreeSum<float[]> sum = buffers.sum(tree, length);
                // Nodes are computed where they are owned, by the same rule, and then arrive in any order.
                List<LeafRange> nodes = new ArrayList<>();
                cut(tree, tree.root(), stream, nodes);
                int[] arrival = new int[nodes.size()];
                for (int i = 0; i < arrival.length; i++) {
                    arrival[i] = i;
                }
                stream.shuffle(arrival);
                float[] total = null;
                for (int i : arrival) {
                    assertThat(total).isNull();
                    total = sum.add(nodes.get(i), reference(nodes.get(i), gradients));
                }
                assertThat(total).isNotNull();
                expected = expected == null ? reference(tree.root(), gradients) : expected;
                assertThat(total).as("%d leaves, order %d", leaves, order).isEqualTo(expected);
            }
        }
    }

    /** The sum of a node by the definition of the tree, recursively. */
    private static float[] reference(LeafRange node, List<float[]> gradients) {
        if (node.count() == 1) {
            return gradients.get(node.begin()).clone();
        }
        int middle = CanonicalTree.split(node);
        float[] left = reference(new LeafRange(node.begin(), middle), gradients);
        float[] right = reference(new LeafRange(middle, node.end()), gradients);
        for (int i = 0; i < left.length; i++) {
            left[i] += right[i];
        }
        return left;
    }

    @Test
    void whatArrivesAgainIsDroppedAtAnyTime() {
        TreeSum<String> sum = spelled(4);
        sum.add(new LeafRange(0, 1), "a");
        assertThat(sum.lacks(new LeafRange(0, 1))).isFalse();
        assertThat(sum.add(new LeafRange(0, 1), "x")).isNull();
        assertThat(sum.add(new LeafRange(0, 2), "x")).isNull();
        sum.add(new LeafRange(1, 2), "b");
        assertThat(sum.add(new LeafRange(1, 2), "x")).isNull();
        assertThat(sum.add(new LeafRange(0, 4), "x")).isNull();
        assertThat(sum.add(new LeafRange(2, 4), "(cd)")).isEqualTo("((ab)(cd))");
        assertThat(sum.add(new LeafRange(3, 4), "x")).isNull();
        assertThat(sum.add(new LeafRange(0, 4), "x")).isNull();
    }

    @Test
    void whatIsMissingIsNamedAsTheFewestNodes() {
        TreeSum<String> sum = spelled(7);
        assertThat(sum.missing()).hasToString("[[0, 7)]");
        sum.add(new LeafRange(2, 3), "c");
        assertThat(sum.missing()).hasToString("[[0, 2), [3, 4), [4, 7)]");
        sum.add(new LeafRange(4, 6), "(ef)");
        sum.add(new LeafRange(0, 2), "(ab)");
        assertThat(sum.missing()).hasToString("[[3, 4), [6, 7)]");
        sum.add(new LeafRange(6, 7), "g");
        sum.add(new LeafRange(3, 4), "d");
        assertThat(sum.missing()).isEmpty();
    }

    @Test
    void whatWaitsIsListedInOrderOfItsLeaves() {
        TreeSum<String> sum = spelled(16);
        for (int leaf : new int[] {10, 2, 14, 6, 4, 0, 12, 8}) {
            sum.add(new LeafRange(leaf, leaf + 1), Integer.toString(leaf));
        }
        assertThat(sum.waiting().values()).containsExactly("0", "2", "4", "6", "8", "10", "12", "14");
        sum.add(new LeafRange(1, 2), "1");
        assertThat(sum.waiting()).containsEntry(new LeafRange(0, 2), "(01)").doesNotContainValue("0");
    }

    @Test
    void onlyNodesOfTheTreeAreTaken() {
        TreeSum<String> sum = spelled(7);
        assertThatThrownBy(() -> sum.add(new LeafRange(1, 3), "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A sum over 7 leaves expects a node of its tree, but it got leaves [1, 3).");
        assertThatThrownBy(() -> sum.lacks(new LeafRange(0, 8)))
                .hasMessage("A sum over 7 leaves expects a node of its tree, but it got leaves [0, 8).");
    }

    @Test
    void aSumOfBuffersGivesTheMergedOnesBack() {
        FloatBuffers buffers = new FloatBuffers();
        TreeSum<float[]> sum = buffers.sum(new CanonicalTree(2), 3);
        float[] left = buffers.take(3);
        float[] right = buffers.take(3);
        sum.add(new LeafRange(1, 2), right);
        assertThat(sum.add(new LeafRange(0, 1), left)).isSameAs(left);
        assertThat(buffers.take(3)).isSameAs(right);
        assertThat(buffers.take(3)).isNotSameAs(left).hasSize(3);
    }
}
