package io.convoy.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanonicalTreeTest {
    private static final int LARGEST = 64;

    /** Every node of the tree, parents before children. */
    private static List<LeafRange> nodes(CanonicalTree tree) {
        List<LeafRange> nodes = new ArrayList<>(List.of(tree.root()));
        for (int i = 0; i < nodes.size(); i++) {
            LeafRange node = nodes.get(i);
            if (node.count() > 1) {
                int middle = CanonicalTree.split(node);
                nodes.add(new LeafRange(node.begin(), middle));
                nodes.add(new LeafRange(middle, node.end()));
            }
        }
        return nodes;
    }

    @Test
    void aNodeSplitsAtTheLargestPowerOfTwoBelowIt() {
        assertThat(CanonicalTree.split(new LeafRange(0, 2))).isEqualTo(1);
        assertThat(CanonicalTree.split(new LeafRange(0, 7))).isEqualTo(4);
        assertThat(CanonicalTree.split(new LeafRange(0, 8))).isEqualTo(4);
        assertThat(CanonicalTree.split(new LeafRange(4, 7))).isEqualTo(6);
        assertThat(CanonicalTree.split(new LeafRange(0, 64))).isEqualTo(32);
        assertThat(CanonicalTree.split(new LeafRange(0, 65))).isEqualTo(64);
    }

    @Test
    void theTreeOfSevenLeavesIsThis() {
        assertThat(nodes(new CanonicalTree(7)))
                .hasToString("[[0, 7), [0, 4), [4, 7), [0, 2), [2, 4), [4, 6), [6, 7),"
                        + " [0, 1), [1, 2), [2, 3), [3, 4), [4, 5), [5, 6)]");
    }

    @Test
    void aTreeHasOneNodeFewerThanTwiceItsLeaves() {
        for (int leaves = 1; leaves <= LARGEST; leaves++) {
            assertThat(nodes(new CanonicalTree(leaves))).hasSize(2 * leaves - 1).doesNotHaveDuplicates();
        }
    }

    @Test
    void everyNodeBelowTheRootIsAChildOfItsParent() {
        for (int leaves = 1; leaves <= LARGEST; leaves++) {
            CanonicalTree tree = new CanonicalTree(leaves);
            for (LeafRange node : nodes(tree).subList(1, 2 * leaves - 1)) {
                LeafRange parent = tree.parent(node);
                int middle = CanonicalTree.split(parent);
                assertThat(node).isIn(new LeafRange(parent.begin(), middle), new LeafRange(middle, parent.end()));
            }
        }
    }

    @Test
    void aRangeIsANodeExactlyIfItIsInTheTree() {
        for (int leaves = 1; leaves <= LARGEST; leaves++) {
            CanonicalTree tree = new CanonicalTree(leaves);
            List<LeafRange> nodes = nodes(tree);
            for (int begin = 0; begin <= leaves; begin++) {
                for (int end = begin; end <= leaves + 1; end++) {
                    LeafRange range = new LeafRange(begin, end);
                    assertThat(tree.isNode(range)).as("%s of %d", range, leaves).isEqualTo(nodes.contains(range));
                }
            }
        }
    }

    @Test
    void aCoverIsTheFewestNodesThatHoldTheRangeInOrder() {
        for (int leaves = 1; leaves <= LARGEST; leaves++) {
            CanonicalTree tree = new CanonicalTree(leaves);
            for (int begin = 0; begin <= leaves; begin++) {
                for (int end = begin; end <= leaves; end++) {
                    List<LeafRange> cover = tree.cover(new LeafRange(begin, end));
                    int next = begin;
                    for (LeafRange node : cover) {
                        assertThat(node.begin()).isEqualTo(next);
                        assertThat(tree.isNode(node)).isTrue();
                        next = node.end();
                        // Fewest: a node whose parent fits as well would not be needed.
                        if (!node.equals(tree.root())) {
                            LeafRange parent = tree.parent(node);
                            assertThat(parent.begin() >= begin && parent.end() <= end)
                                    .isFalse();
                        }
                    }
                    assertThat(next).isEqualTo(end);
                }
            }
        }
    }

    @Test
    void dealingGivesEveryLeafToOneWorkerInOrder() {
        RandomStream stream = Property.seed(CanonicalTreeTest.class).stream();
        for (int round = 0; round < 2000; round++) {
            CanonicalTree tree = new CanonicalTree(1 + stream.nextInt(LARGEST));
            List<Integer> weights = new ArrayList<>();
            for (int worker = stream.nextInt(9); worker >= 0; worker--) {
                weights.add(stream.nextInt(5));
            }
            weights.set(stream.nextInt(weights.size()), 1 + stream.nextInt(4));
            int total = weights.stream().mapToInt(Integer::intValue).sum();
            List<LeafRange> shares = tree.deal(weights);
            assertThat(shares).hasSameSizeAs(weights);
            int next = 0;
            for (int worker = 0; worker < shares.size(); worker++) {
                LeafRange share = shares.get(worker);
                assertThat(share.begin()).isEqualTo(next);
                next = share.end();
                double fair = (double) tree.leaves() * weights.get(worker) / total;
                assertThat((double) share.count())
                        .as("%s of %s", share, weights)
                        .isBetween(fair - 1, fair + 1);
                assertThat(weights.get(worker) == 0 && !share.isEmpty()).isFalse();
            }
            assertThat(next).isEqualTo(tree.leaves());
        }
    }

    @Test
    void equalWorkersGetTheOddLeavesFromTheFirstOn() {
        assertThat(new CanonicalTree(7).deal(List.of(1, 1, 1))).hasToString("[[0, 3), [3, 5), [5, 7)]");
        assertThat(new CanonicalTree(1).deal(List.of(1, 1))).hasToString("[[0, 1), [1, 1)]");
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new CanonicalTree(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CanonicalTree expects at least 1 leaf, but it got 0.");
        CanonicalTree tree = new CanonicalTree(7);
        assertThatThrownBy(() -> tree.cover(new LeafRange(3, 8)))
                .hasMessage("CanonicalTree of 7 leaves expects a range inside it, but it got [3, 8).");
        assertThatThrownBy(() -> tree.parent(tree.root()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CanonicalTree of 7 leaves expects a node below its root, but it got [0, 7).");
        assertThatThrownBy(() -> tree.parent(new LeafRange(1, 3)))
                .hasMessage("CanonicalTree of 7 leaves expects a node below its root, but it got [1, 3).");
        assertThatThrownBy(() -> tree.deal(List.of(0, 0)))
                .hasMessage("CanonicalTree of 7 leaves expects weights of at least 0 that are not all 0, but it got"
                        + " [0, 0].");
        assertThatThrownBy(() -> tree.deal(List.of(3, -1)))
                .hasMessage("CanonicalTree of 7 leaves expects weights of at least 0 that are not all 0, but it got"
                        + " [3, -1].");
        assertThatThrownBy(() -> tree.deal(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LeafRange(3, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LeafRange expects 0 ≤ begin ≤ end, but it got [3, 2).");
    }
}
