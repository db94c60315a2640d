package io.convoy.spark.report;

import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.serve.OneShot;
import java.util.Locale;

/** How well a model does in one-shot classification, beside chance and the distance of pixels, in one line. */
public final class OneShotLine {
    private OneShotLine() {}

    /** For example {@code 20-way one-shot accuracy 71.3 % (95 % interval 68.4 … 74.0 %) in 1,000 episodes; …}. */
    public static String of(OneShot.Result result) {
        Accuracy accuracy = result.embeddings();
        return String.format(
                Locale.ROOT,
                "%d-way one-shot accuracy %.1f %% (95 %% interval %.1f … %.1f %%) in %,d episodes; by the distance of"
                        + " pixels %.1f %%, by chance %.1f %%",
                result.ways(),
                100 * accuracy.value(),
                100 * accuracy.interval().low(),
                100 * accuracy.interval().high(),
                accuracy.count(),
                100 * result.pixels().value(),
                100 * result.chance());
    }
}
