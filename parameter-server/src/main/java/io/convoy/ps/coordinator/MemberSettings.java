package io.convoy.ps.coordinator;

import java.time.Duration;

/**
 * How a {@link CoordinatorClient} treats its coordinator.
 *
 * @param joinDeadline how long it may take until all slots are there; default 120 s
 * @param silence after how long without a word the coordinator is lost; default 10 s
 * @param grace how long a command may take to end once the run is over; default 5 s
 */
public record MemberSettings(Duration joinDeadline, Duration silence, Duration grace) {
    public MemberSettings {
        if (joinDeadline.toNanos() <= 0 || silence.toNanos() <= 0 || grace.isNegative()) {
            throw new IllegalArgumentException("MemberSettings expects deadlines above 0, but it got " + joinDeadline
                    + ", " + silence + " and " + grace + ".");
        }
    }

    public static MemberSettings defaults() {
        return new MemberSettings(Duration.ofSeconds(120), Duration.ofSeconds(10), Duration.ofSeconds(5));
    }
}
