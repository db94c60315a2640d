package io.convoy.engine.data;

/** The value of an image between its pixels. */
final class Bilinear {
    private Bilinear() {}

    /** At row {@code v} and column {@code u}, 0 … size − 1, of the plane that begins at {@code plane}. */
    static float within(float[] from, int plane, int height, int width, double v, double u) {
        int y = (int) v;
        int x = (int) u;
        float downwards = (float) (v - y);
        float sideways = (float) (u - x);
        int here = plane + y * width + x;
        int right = x + 1 < width ? 1 : 0;
        int below = y + 1 < height ? width : 0;
        float upper = from[here] + sideways * (from[here + right] - from[here]);
        float lower = from[here + below] + sideways * (from[here + below + right] - from[here + below]);
        return upper + downwards * (lower - upper);
    }
}
