package io.convoy.engine.golden;

import java.util.Map;

/**
 * Functions of oneDNN's that are further off than float32 has to be, with the largest error |a − b| / max(1, |b|) that was
 * measured, of elementwise ones over half a million values from −110 to 110. Writing them in Java would cost more than the digits
 * are worth.
 */
final class ListedErrors {
    /** ln(1 + exp(x)) goes through a logarithm that loses digits near 1: at −87, where 0 is right, it gives −7.6e-6. */
    private static final Map<String, Double> VALUES = Map.of("torch.softplus", 7.7e-6);

    /**
     * BatchNorm's weight gets a sum over the batch, which oneDNN takes in float32 and libtorch in float64, so that libtorch's error
     * says nothing of one whose terms cancel: 120 terms that add up to 68 in magnitude and to 0.2 with their signs were off by
     * 2.8e-6, half a unit of the 68.
     */
    private static final Map<String, Double> GRADIENTS = Map.of("torch.batch_norm", 5e-6);

    private ListedErrors() {}

    /** The largest error of the functions that {@code script} calls; 0 if none is listed. */
    static double of(TorchScript script) {
        return largest(script, VALUES);
    }

    /** The same for the gradients. */
    static double ofGradients(TorchScript script) {
        return largest(script, GRADIENTS);
    }

    private static double largest(TorchScript script, Map<String, Double> errors) {
        return script.functions().stream()
                .mapToDouble(function -> errors.getOrDefault(function, 0.0))
                .max()
                .orElse(0);
    }
}
