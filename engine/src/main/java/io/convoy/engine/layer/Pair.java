package io.convoy.engine.layer;

/**
 * A size or step along height and width.
 *
 * @param height along H
 * @param width along W
 */
public record Pair(int height, int width) {
    public static Pair of(int both) {
        return new Pair(both, both);
    }

    /** {@code 3} if both are 3, else {@code 3×5}. */
    @Override
    public String toString() {
        return height == width ? Integer.toString(height) : height + "×" + width;
    }
}
