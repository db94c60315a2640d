package io.convoy.engine.exchange;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sums the nodes of a {@link CanonicalTree} as they arrive, in whatever order, along the tree: two siblings are merged as
 * soon as both are there, so the result has the same bits for every order of arrival. A node that arrives again, or whose
 * leaves are already in, is ignored. Not for use by two threads at once.
 *
 * @param <T> what is summed
 */
public final class TreeSum<T> {
    /** How two siblings become their parent. */
    @FunctionalInterface
    public interface Merge<T> {
        /**
         * The sum of a left and a right node. May overwrite and return either, and may recycle the other.
         */
        T merge(LeafRange leftLeaves, T left, LeafRange rightLeaves, T right);
    }

    private final CanonicalTree tree;
    private final LeafRange root;
    private final Merge<T> merge;
    private final Map<LeafRange, T> waiting = new HashMap<>();

    /** A sum over all leaves of {@code tree}. */
    public TreeSum(CanonicalTree tree, Merge<T> merge) {
        this(tree, tree.root(), merge);
    }

    /** A sum over the leaves of one node of {@code tree}: what a worker that has only these can do of the whole. */
    public TreeSum(CanonicalTree tree, LeafRange root, Merge<T> merge) {
        this.tree = tree;
        this.root = root;
        this.merge = merge;
    }

    /** Whether {@link #add} would take this node: it is one of the tree's, and none of its leaves is in yet. */
    public boolean lacks(LeafRange node) {
        if (!tree.isNode(node) || node.begin() < root.begin() || node.end() > root.end()) {
            throw new IllegalArgumentException(
                    "A sum over " + (root.equals(tree.root()) ? "" : "leaves " + root + " of ") + tree.leaves()
                            + " leaves expects a node of its tree, but it got leaves " + node + ".");
        }
        return waiting.keySet().stream().noneMatch(have -> have.begin() < node.end() && node.begin() < have.end());
    }

    /**
     * Adds a node if it is {@linkplain #lacks lacking}; afterwards the value belongs to this sum.
     *
     * @return the root, from the call that brings the last leaf, else null
     */
    public @Nullable T add(LeafRange node, T value) {
        if (!lacks(node)) {
            return null;
        }
        while (!node.equals(root)) {
            LeafRange parent = tree.parent(node);
            int middle = CanonicalTree.split(parent);
            LeafRange left = new LeafRange(parent.begin(), middle);
            LeafRange right = new LeafRange(middle, parent.end());
            T sibling = waiting.remove(node.equals(left) ? right : left);
            if (sibling == null) {
                waiting.put(node, value);
                return null;
            }
            value = node.equals(left)
                    ? merge.merge(left, value, right, sibling)
                    : merge.merge(left, sibling, right, value);
            node = parent;
        }
        waiting.put(node, value);
        return value;
    }

    /** The nodes that are in and wait for their siblings, with their values, in order of their leaves. */
    public Map<LeafRange, T> waiting() {
        Map<LeafRange, T> ordered = new LinkedHashMap<>();
        for (LeafRange node : nodesInOrder()) {
            ordered.put(node, Objects.requireNonNull(waiting.get(node)));
        }
        return Collections.unmodifiableMap(ordered);
    }

    /** The leaves that are not in yet, as the fewest nodes, in order. */
    public Set<LeafRange> missing() {
        Set<LeafRange> missing = new TreeSet<>(Comparator.comparingInt(LeafRange::begin));
        int begin = root.begin();
        for (LeafRange have : nodesInOrder()) {
            missing.addAll(tree.cover(new LeafRange(begin, have.begin())));
            begin = have.end();
        }
        missing.addAll(tree.cover(new LeafRange(begin, root.end())));
        return missing;
    }

    private List<LeafRange> nodesInOrder() {
        return waiting.keySet().stream()
                .sorted(Comparator.comparingInt(LeafRange::begin))
                .toList();
    }
}
