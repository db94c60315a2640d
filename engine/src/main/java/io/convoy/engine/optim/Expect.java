package io.convoy.engine.optim;

/** The checks that every rule's arguments share. */
final class Expect {
    private Expect() {}

    static void inside(String rule, String name, double value, double low, double high) {
        if (!(value >= low && value < high)) {
            throw new IllegalArgumentException(
                    rule + " expects " + low + " ≤ " + name + " < " + high + ", but " + name + " is " + value + ".");
        }
    }

    static void above(String rule, String name, double value, double bound) {
        if (!(value > bound && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    rule + " expects " + name + " above " + bound + ", but it is " + value + ".");
        }
    }

    static void atLeastZero(String rule, String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    rule + " expects " + name + " to be at least 0, but it is " + value + ".");
        }
    }
}
