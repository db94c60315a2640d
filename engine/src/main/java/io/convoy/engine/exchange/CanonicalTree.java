package io.convoy.engine.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * The fixed binary tree along which a step's leaves are summed. A node of n leaves splits at the largest power of two
 * below n, so the tree, and with it every rounding of every sum, depends on the number of leaves alone: never on how many
 * workers there are, nor on which of them was first.
 *
 * @param leaves how many leaves the step has, at least 1
 */
public record CanonicalTree(int leaves) {
    public CanonicalTree {
        if (leaves < 1) {
            throw new IllegalArgumentException("CanonicalTree expects at least 1 leaf, but it got " + leaves + ".");
        }
    }

    public LeafRange root() {
        return new LeafRange(0, leaves);
    }

    /** The fewest nodes of the tree that together hold the leaves of {@code range}, in order. */
    public List<LeafRange> cover(LeafRange range) {
        if (range.end() > leaves) {
            throw new IllegalArgumentException(
                    "CanonicalTree of " + leaves + " leaves expects a range inside it, but it got " + range + ".");
        }
        List<LeafRange> cover = new ArrayList<>();
        cover(root(), range, cover);
        return cover;
    }

    private static void cover(LeafRange node, LeafRange range, List<LeafRange> into) {
        int begin = Math.max(node.begin(), range.begin());
        int end = Math.min(node.end(), range.end());
        if (begin >= end) {
            return;
        }
        if (begin == node.begin() && end == node.end()) {
            into.add(node);
            return;
        }
        int middle = split(node);
        cover(new LeafRange(node.begin(), middle), range, into);
        cover(new LeafRange(middle, node.end()), range, into);
    }

    /** Whether {@code range} is a node of this tree. */
    public boolean isNode(LeafRange range) {
        return !range.isEmpty() && range.end() <= leaves && cover(range).size() == 1;
    }

    /** The node whose two children are {@code node} and its sibling. {@code node} is a node of this tree, not the root. */
    public LeafRange parent(LeafRange node) {
        LeafRange parent = root();
        while (parent.count() > 1) {
            int middle = split(parent);
            LeafRange child =
                    node.begin() < middle ? new LeafRange(parent.begin(), middle) : new LeafRange(middle, parent.end());
            if (child.equals(node)) {
                return parent;
            }
            parent = child;
        }
        throw new IllegalArgumentException(
                "CanonicalTree of " + leaves + " leaves expects a node below its root, but it got " + node + ".");
    }

    /** Where a node of two or more leaves splits: the first leaf of its right child. */
    public static int split(LeafRange node) {
        return node.begin() + Integer.highestOneBit(node.count() - 1);
    }

    /**
     * Deals the leaves to workers in contiguous runs, in proportion to {@code weights}; a worker may get none.
     *
     * @param weights what each worker can carry, e.g. its cores; not negative, not all zero
     * @return one range a worker, in order
     */
    public List<LeafRange> deal(List<Integer> weights) {
        long total = weights.stream().mapToLong(Integer::longValue).sum();
        if (total < 1 || weights.stream().anyMatch(weight -> weight < 0)) {
            throw new IllegalArgumentException("CanonicalTree of " + leaves
                    + " leaves expects weights of at least 0 that are not all 0, but it got " + weights + ".");
        }
        List<LeafRange> shares = new ArrayList<>();
        long before = 0;
        for (int weight : weights) {
            long after = before + weight;
            shares.add(new LeafRange(bound(before, total), bound(after, total)));
            before = after;
        }
        return shares;
    }

    private int bound(long weight, long total) {
        // Rounded up, so that with equal workers the first ones hold the odd leaves.
        return (int) ((weight * leaves + total - 1) / total);
    }
}
