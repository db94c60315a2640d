package io.convoy.ps.wire;

import java.time.Duration;

/** How messages write things. */
public final class Text {
    private Text() {}

    /** E.g. {@code 30 s} or {@code 250 ms}. */
    public static String of(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
