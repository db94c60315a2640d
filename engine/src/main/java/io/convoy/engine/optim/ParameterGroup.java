package io.convoy.engine.optim;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Parameters that are treated otherwise than the rest: which, and how. Of several groups, the first that has a parameter counts.
 *
 * @param names which names, where {@code *} stands for any characters, dots among them: {@code layer1.*}; {@code *} is all
 * @param kinds which kinds, any of these; empty means all
 * @param rateFactor what the learning rate is multiplied by, at least 0; default 1
 * @param decayFactor what weight decay, L1 and L2 are multiplied by, at least 0; default 1
 * @param frozen neither updated nor decayed, and the rule's state stays as it is; default false
 */
public record ParameterGroup(String names, Set<Kind> kinds, double rateFactor, double decayFactor, boolean frozen) {
    /** What a parameter is for. */
    public enum Kind {
        /** Its name ends in {@code bias}; that of a normalisation, too. */
        BIAS,
        /** It belongs to a normalising layer, such as BatchNorm. */
        NORMALIZATION
    }

    /** Those that are in no other group. */
    public static final ParameterGroup REST = new ParameterGroup("*", Set.of(), 1, 1, false);

    public ParameterGroup {
        if (names.isBlank()) {
            throw new IllegalArgumentException(
                    "ParameterGroup expects a pattern of names, but it is empty. Maybe * is meant.");
        }
        kinds = Set.copyOf(kinds);
        Expect.atLeastZero("ParameterGroup", "rateFactor", rateFactor);
        Expect.atLeastZero("ParameterGroup", "decayFactor", decayFactor);
    }

    /** No weight decay, L1 or L2 on biases and on what normalising layers learn. */
    public static ParameterGroup withoutDecay() {
        return new ParameterGroup("*", Set.of(Kind.BIAS, Kind.NORMALIZATION), 1, 0, false);
    }

    /** Parameters that stay as they are. */
    public static ParameterGroup frozen(String names) {
        return new ParameterGroup(names, Set.of(), 1, 1, true);
    }

    /** Parameters that learn at {@code rateFactor} times the rate. */
    public static ParameterGroup withRate(String names, double rateFactor) {
        return new ParameterGroup(names, Set.of(), rateFactor, 1, false);
    }

    /** Whether its pattern has the parameter called {@code name}. */
    public boolean matches(String name) {
        StringBuilder pattern = new StringBuilder();
        for (String literal : names.split("\\*", -1)) {
            pattern.append(pattern.isEmpty() ? "" : ".*").append(literal.isEmpty() ? "(?:)" : Pattern.quote(literal));
        }
        return name.matches(pattern.toString());
    }

    /**
     * Whether a parameter is in it.
     *
     * @param normalization whether the parameter belongs to a normalising layer
     */
    public boolean has(String name, boolean normalization) {
        boolean bias = name.equals("bias") || name.endsWith(".bias");
        boolean kind = kinds.isEmpty()
                || (bias && kinds.contains(Kind.BIAS))
                || (normalization && kinds.contains(Kind.NORMALIZATION));
        return kind && matches(name);
    }
}
