package io.convoy.spark.config;

import java.util.List;

/**
 * Parameters that are trained otherwise than the rest. Of several groups, the first in the list that has a parameter counts.
 *
 * @param parameters which names, where {@code *} stands for any characters: {@code layer1.*}; default {@code *}, all
 * @param kinds which kinds of parameters, any of these; default [], all kinds
 * @param rateFactor what the learning rate is multiplied by, at least 0; default 1
 * @param decayFactor what weightDecay, l1 and l2 are multiplied by, at least 0; default 1
 * @param frozen whether they stay as they are; default false
 */
public record ParameterGroupConfig(
        @Default("'*'") String parameters,
        @Default("[]") List<Kind> kinds,
        @Default("1") double rateFactor,
        @Default("1") double decayFactor,
        @Default("false") boolean frozen) {
    /** What a parameter is for. */
    public enum Kind {
        /** A bias of any layer. */
        BIAS,
        /** What a normalising layer such as BatchNorm learns, its bias, too. */
        NORMALISATION
    }

    /** Checks the ranges. */
    public ParameterGroupConfig {
        Expect.text("parameters", parameters);
        kinds = List.copyOf(kinds);
        Expect.atLeast("rateFactor", rateFactor, 0.0);
        Expect.atLeast("decayFactor", decayFactor, 0.0);
    }
}
