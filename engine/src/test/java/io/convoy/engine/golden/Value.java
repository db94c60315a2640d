package io.convoy.engine.golden;

import java.util.List;

/** What an expression of a {@link TorchScript} stands for. */
sealed interface Value {
    record Whole(long value) implements Value {}

    record Real(double value) implements Value {}

    record Truth(boolean value) implements Value {}

    record Text(String value) implements Value {}

    record None() implements Value {}

    /** A list or a tuple. */
    record Sequence(List<Value> items) implements Value {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** Something that only the {@link TorchScript.Functions} know, such as a tensor. */
    non-sealed interface Symbol extends Value {}

    /** Whether arithmetic on it needs no functions. */
    default boolean isNumber() {
        return this instanceof Whole || this instanceof Real;
    }

    default double number() {
        if (this instanceof Whole whole) {
            return whole.value();
        }
        if (this instanceof Real real) {
            return real.value();
        }
        throw new IllegalArgumentException("TorchScript expects a number, but it got " + this + ".");
    }

    default int whole() {
        if (this instanceof Whole whole) {
            return Math.toIntExact(whole.value());
        }
        throw new IllegalArgumentException("TorchScript expects a whole number, but it got " + this + ".");
    }

    default boolean truth() {
        if (this instanceof Truth truth) {
            return truth.value();
        }
        throw new IllegalArgumentException("TorchScript expects True or False, but it got " + this + ".");
    }

    default List<Value> items() {
        if (this instanceof Sequence sequence) {
            return sequence.items();
        }
        throw new IllegalArgumentException("TorchScript expects a list, but it got " + this + ".");
    }
}
