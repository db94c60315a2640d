package io.convoy.engine.exchange;

/**
 * The leaves {@code begin} … {@code end} − 1 of a step, where a leaf is one micro-batch.
 *
 * @param begin first leaf, at least 0
 * @param end one past the last leaf, at least {@code begin}
 */
public record LeafRange(int begin, int end) {
    public LeafRange {
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(
                    "LeafRange expects 0 ≤ begin ≤ end, but it got [" + begin + ", " + end + ").");
        }
    }

    public int count() {
        return end - begin;
    }

    public boolean isEmpty() {
        return begin == end;
    }

    @Override
    public String toString() {
        return "[" + begin + ", " + end + ")";
    }
}
