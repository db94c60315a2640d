package io.convoy.engine.exchange;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Recycles heap buffers by length, so that a step in steady state allocates none. For any thread. */
public final class FloatBuffers {
    private final ConcurrentHashMap<Integer, ConcurrentLinkedQueue<float[]>> free = new ConcurrentHashMap<>();

    /** A buffer of exactly {@code length} floats with whatever its last user left in it. */
    public float[] take(int length) {
        ConcurrentLinkedQueue<float[]> queue = free.get(length);
        float[] recycled = queue == null ? null : queue.poll();
        return recycled == null ? new float[length] : recycled;
    }

    /** Gives a buffer back; its giver must not use it any more. */
    public void give(float[] buffer) {
        free.computeIfAbsent(buffer.length, length -> new ConcurrentLinkedQueue<>())
                .add(buffer);
    }

    /** A canonical sum over the first {@code length} floats of buffers taken from here; merged ones are given back. */
    public TreeSum<float[]> sum(CanonicalTree tree, int length) {
        return sum(tree, tree.root(), length);
    }

    /** The same over the leaves of one node of the tree. */
    public TreeSum<float[]> sum(CanonicalTree tree, LeafRange root, int length) {
        return new TreeSum<>(tree, root, (leftLeaves, left, rightLeaves, right) -> {
            for (int i = 0; i < length; i++) {
                left[i] += right[i];
            }
            give(right);
            return left;
        });
    }
}
