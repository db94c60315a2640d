package io.convoy.spark.config;

import java.math.BigDecimal;
import java.util.List;

/** The ranges that the compact constructors of configuration records hold their components to. */
final class Expect {
    private Expect() {}

    static void atLeast(String key, long value, long least) {
        if (value < least) {
            throw new InvalidValueException(
                    key, "expects a whole number of at least " + least + ", but it got " + value + ".");
        }
    }

    static void between(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidValueException(
                    key, "expects a whole number from " + least + " to " + most + ", but it got " + value + ".");
        }
    }

    static void above(String key, double value, double bound) {
        if (!(value > bound) || Double.isInfinite(value)) {
            throw new InvalidValueException(
                    key, "expects a number above " + text(bound) + ", but it got " + text(value) + ".");
        }
    }

    static void atLeast(String key, double value, double least) {
        if (!(value >= least) || Double.isInfinite(value)) {
            throw new InvalidValueException(
                    key, "expects a number of at least " + text(least) + ", but it got " + text(value) + ".");
        }
    }

    /** From {@code least} on, and below {@code bound}. */
    static void below(String key, double value, double least, double bound) {
        if (!(value >= least && value < bound)) {
            throw new InvalidValueException(
                    key,
                    "expects a number of at least " + text(least) + " and below " + text(bound) + ", but it got "
                            + text(value) + ".");
        }
    }

    static void between(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new InvalidValueException(
                    key,
                    "expects a number from " + text(least) + " to " + text(most) + ", but it got " + text(value) + ".");
        }
    }

    static void text(String key, String value) {
        if (value.isBlank()) {
            throw new InvalidValueException(key, "expects a text, but it is empty.");
        }
    }

    static void topic(String key, String value) {
        that(
                value.matches("[A-Za-z0-9._-]{1,249}") && !value.matches("\\.{1,2}"),
                key,
                "expects Kafka's form of a name, at most 249 letters, digits, dots, underscores and hyphens, but it got "
                        + value + ".");
    }

    static void filled(String key, List<?> values) {
        if (values.isEmpty()) {
            throw new InvalidValueException(key, "expects a list of at least one value, but it is empty.");
        }
    }

    static void ascending(String key, List<Long> values) {
        that(
                values.stream().sorted().toList().equals(values) && (values.isEmpty() || values.get(0) >= 1),
                key,
                "expects whole numbers of at least 1 in ascending order, but it got " + values + ".");
    }

    static void that(boolean holds, String key, String expectation) {
        if (!holds) {
            throw new InvalidValueException(key, expectation);
        }
    }

    /** The shortest plain form: 1, 0.05, 1E-8. */
    static String text(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value);
        }
        BigDecimal decimal = BigDecimal.valueOf(value).stripTrailingZeros();
        return Math.abs(decimal.scale()) > 6 ? decimal.toString() : decimal.toPlainString();
    }
}
