package io.convoy.engine.data;

import java.util.Arrays;

/** A square of ink coverage onto which a round pen draws, anti-aliased by the distance from the pen's path. */
final class Canvas {
    private static final float UNTOUCHED = -1;

    private final int side;
    /** For each pixel: how far its centre lies inside the widest line near it, in pixels; below −0.5 it stays blank. */
    private final float[] depth;

    Canvas(int side) {
        this.side = side;
        depth = new float[side * side];
        Arrays.fill(depth, UNTOUCHED);
    }

    /** Draws from (x0, y0) to (x1, y1) with a pen whose radius goes from {@code r0} to {@code r1}; all in pixels. */
    void line(double x0, double y0, double r0, double x1, double y1, double r1) {
        double reach = Math.max(r0, r1) + 1;
        int left = Math.max(0, (int) (Math.min(x0, x1) - reach));
        int right = Math.min(side - 1, (int) (Math.max(x0, x1) + reach));
        int top = Math.max(0, (int) (Math.min(y0, y1) - reach));
        int bottom = Math.min(side - 1, (int) (Math.max(y0, y1) + reach));
        double dx = x1 - x0;
        double dy = y1 - y0;
        double inverse = 1 / Math.max(dx * dx + dy * dy, 1e-12);
        for (int row = top; row <= bottom; row++) {
            double py = row + 0.5 - y0;
            for (int column = left; column <= right; column++) {
                double px = column + 0.5 - x0;
                double along = Math.min(Math.max((px * dx + py * dy) * inverse, 0), 1);
                double ex = px - along * dx;
                double ey = py - along * dy;
                float inside = (float) (r0 + along * (r1 - r0) - StrictMath.sqrt(ex * ex + ey * ey));
                int at = row * side + column;
                if (inside > depth[at]) {
                    depth[at] = inside;
                }
            }
        }
    }

    /** How much of pixel {@code at} (row-major) is covered by ink, 0 … 1. */
    float coverage(int at) {
        return Math.min(Math.max(depth[at] + 0.5f, 0), 1);
    }
}
