package io.convoy.engine.golden;

import java.util.Map;

/**
 * Functions of oneDNN's that are further off than float32 has to be, with the largest error |a − b| / max(1, |b|) that was
 * measured, of elementwise ones over half a million values from −110 to 110. Writing them in Java would cost more than the digits
 * are worth.
 */
final class ListedErrors {
    /** ln(1 + exp(x)) goes through a logarithm that loses digits near 1: at −87, where 0 is right, it gives −7.6e-6. */
    private static final Map<String, Double> ERRORS = Map.of("torch.softplus", 7.7e-6);

    private ListedErrors() {}

    /** The largest error of the functions that {@code script} calls; 0 if none is listed. */
    static double of(TorchScript script) {
        return script.functions().stream()
                .mapToDouble(function -> ERRORS.getOrDefault(function, 0.0))
                .max()
                .orElse(0);
    }
}
