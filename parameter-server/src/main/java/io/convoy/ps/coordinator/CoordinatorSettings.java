package io.convoy.ps.coordinator;

import java.time.Duration;

/**
 * How a {@link Coordinator} treats its members.
 *
 * @param members N, the slots of the run, at least 1
 * @param joinDeadline how long all of them may take to join; default 120 s
 * @param commandDeadline how long a slot may work at a command without reporting progress; default 120 s
 * @param heartbeat how often each side says that it lives; default 1 s
 * @param silence after how long without a word a member is lost; default 10 s
 * @param allowMixedCpus whether slots may have different CPU fingerprints; default false, because they give other bits
 */
public record CoordinatorSettings(
        int members,
        Duration joinDeadline,
        Duration commandDeadline,
        Duration heartbeat,
        Duration silence,
        boolean allowMixedCpus) {
    public CoordinatorSettings {
        boolean positive = joinDeadline.toNanos() > 0 && commandDeadline.toNanos() > 0 && heartbeat.toNanos() > 0;
        if (members < 1 || !positive || silence.compareTo(heartbeat) <= 0) {
            throw new IllegalArgumentException("CoordinatorSettings expects at least 1 member, deadlines above 0 and a"
                    + " silence longer than a heartbeat, but it got " + members + " members, " + joinDeadline + ", "
                    + commandDeadline + ", silence " + silence + " and heartbeat " + heartbeat + ".");
        }
    }

    public static CoordinatorSettings defaults(int members) {
        return new CoordinatorSettings(
                members,
                Duration.ofSeconds(120),
                Duration.ofSeconds(120),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                false);
    }
}
