package io.convoy.ps.transport;

import java.time.Duration;

/**
 * What may happen to a frame between slots inside one process.
 *
 * @param loss the share of frames that never arrive, 0 … 1
 * @param duplication the share of frames that arrive twice, 0 … 1
 * @param cut the share of frames after which the connection breaks, 0 … 1
 * @param delay the longest delay; each frame draws its own, so later ones overtake
 */
public record Faults(double loss, double duplication, double cut, Duration delay) {
    /** Everything arrives once, in order, at once. */
    public static final Faults NONE = new Faults(0, 0, 0, Duration.ZERO);

    public Faults {
        requireShare("loss", loss);
        requireShare("duplication", duplication);
        requireShare("cut", cut);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("Faults expects a delay of at least 0, but it got " + delay + ".");
        }
    }

    private static void requireShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("Faults expects 0 ≤ " + name + " ≤ 1, but it got " + share + ".");
        }
    }
}
