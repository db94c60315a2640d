package io.convoy.ps.client;

import java.time.Duration;

/**
 * How patient a {@link ParameterClient} is.
 *
 * @param deadline how long a pull may take, from the question to the last answer, and how long a push may wait for room;
 *     default 30 s
 * @param retry after how long an unanswered question is asked again and a broken connection made anew; default 1 s
 * @param outstandingBytes how many bytes of gradients may be on their way, unacknowledged; at least one push always may;
 *     default 256 MiB
 */
public record ClientSettings(Duration deadline, Duration retry, long outstandingBytes) {
    public ClientSettings {
        if (deadline.isNegative()
                || deadline.isZero()
                || retry.isNegative()
                || retry.isZero()
                || outstandingBytes < 1) {
            throw new IllegalArgumentException(
                    "ClientSettings expects a deadline, a retry and outstanding bytes above 0," + " but it got "
                            + deadline + ", " + retry + " and " + outstandingBytes + ".");
        }
    }

    public static ClientSettings defaults() {
        return new ClientSettings(Duration.ofSeconds(30), Duration.ofSeconds(1), 256L << 20);
    }
}
