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
        above(schedule, "gamma", gamma);
    }

    static void above(String schedule, String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    schedule + " expects " + name + " above 0, but " + name + " is " + value + ".");
        }
    }

    static void atLeast(String schedule, String name, double value, double least) {
        if (!(value >= least && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(schedule + " expects " + name + " to be at least " + least + ", but "
                    + name + " is " + value + ".");
        }
    }

    static void atLeast(String schedule, String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(schedule + " expects " + name + " to be at least " + least + ", but "
                    + name + " is " + value + ".");
        }
    }

    static void share(String schedule, String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    schedule + " expects " + name + " from 0 to 1, but " + name + " is " + value + ".");
        }
    }

    static void momenta(String schedule, double base, double most) {
        if (!(base >= 0 && base <= most && most < 1)) {
            throw new IllegalArgumentException(schedule + " expects 0 ≤ baseMomentum ≤ maxMomentum < 1, but"
                    + " baseMomentum is " + base + " and maxMomentum is " + most + ".");
        }
    }
}
