package io.convoy.spark.cli;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.network.Suggestion;
import io.convoy.spark.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The option {@code --precision} of commands that score. */
final class PrecisionOption {
    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            description =
                    "What feature maps are kept and weights read in: float32, the default, or"
                            + " bfloat16, which is faster on CPUs with AVX512-BF16 and refused by others. Scores differ a little.")
    private String name = "float32";

    /**
     * What the option says.
     *
     * @throws InvalidInputException if it names none
     */
    Precision value() {
        for (Precision precision : Precision.values()) {
            if (text(precision).equals(name)) {
                return precision;
            }
        }
        List<String> known =
                Arrays.stream(Precision.values()).map(PrecisionOption::text).toList();
        throw new InvalidInputException("--precision expects one of " + String.join(", ", known) + ", but it is " + name
                + "." + Suggestion.sentence(name, known));
    }

    private static String text(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
