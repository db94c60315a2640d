package io.convoy.engine.schedule;

/** The checks that every schedule's arguments share. */
final class Expect {
    private Expect() {}

    static void rate(String schedule, double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    schedule + " expects a rate of at least 0, but the rate is " + rate + ".");
        }
    }

    static void factor(String schedule, double gamma) {
        if (!(gamma > 0 && gamma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(schedule + " expects gamma above 0, but gamma is " + gamma + ".");
        }
    }
}
