package io.convoy.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.report.DigestFile.Comparison;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DigestFileTest {
    private static final String RUN = "1 conv1.weight 0a\n1 fc.bias 0b\n2 conv1.weight 1a\n2 fc.bias 1b\n";

    private static Comparison compare(String left, String right) {
        return DigestFile.compare(
                "a.txt",
                new BufferedReader(new StringReader(left)),
                "b.txt",
                new BufferedReader(new StringReader(right)));
    }

    @Test
    void whatIsWrittenReadsBackEqual() throws IOException {
        StringWriter text = new StringWriter();
        try (DigestFile file = new DigestFile(text, "c0ffee")) {
            file.write(1, new TreeMap<>(Map.of("conv1.weight", "0a", "fc.bias", "0b")));
            file.write(2, new TreeMap<>(Map.of("conv1.weight", "1a", "fc.bias", "1b")));
        }
        assertThat(text).hasToString("# step tensor digest; configuration c0ffee\n" + RUN);
        assertThat(compare(text.toString(), RUN)).isEqualTo(new Comparison(2, 2, Optional.empty()));
    }

    @Test
    void theOrderOfTensorsAndTheCaseOfDigitsDoNotCount() {
        assertThat(compare(RUN, "1 fc.bias 0B\n1 conv1.weight 0A\n\n2 conv1.weight 1a\n2 fc.bias 1b\n")
                        .difference())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 fc.bias 1b | 2 fc.bias 1c | 1 | first at step 2 in fc.bias: 1b and 1c",
                "1 conv1.weight 0a | 1 conv1.weight 00 | 0 | first at step 1 in conv1.weight: 0a and 00",
                "2 fc.bias 1b | '' | 1 | first at step 2 in fc.bias: 1b and nothing",
                "2 fc.bias 1b | 2 fc.bias 1b%2 fc.weight 2 | 1 | first at step 2 in fc.weight: nothing and 2",
                "2 fc.bias 1b | 2 fc.bias 1b%3 fc.bias 2b | 2 | first at step 3 in fc.bias: only b.txt has this step",
                "1 fc.bias 0b%2 conv1.weight 1a%2 fc.bias 1b | 1 fc.bias 0b | 1 | first at step 2 in conv1.weight: only a.txt has this step",
                "2 conv1.weight 1a%2 fc.bias 1b | 3 fc.bias 1b | 1 | first at step 2 in conv1.weight: only a.txt has this step",
            })
    void theFirstStepAndTensorThatDifferAreNamed(String part, String other, long steps, String difference) {
        String changed = RUN.replace(part.replace('%', '\n'), other.replace('%', '\n'));
        assertThat(changed).isNotEqualTo(RUN);
        Comparison comparison = compare(RUN, changed);
        assertThat(comparison.difference()).contains(difference);
        assertThat(comparison.steps()).isEqualTo(steps);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 w zz | b.txt:1: a digest expects the form \"step tensor hexadecimal\", but it is \"1 w zz\".",
                "2 w 0%1 w 0 | b.txt:2: steps expect to ascend, but 1 comes after 2.",
                "1 w 0%1 w 0 | b.txt:2: step 1 expects each tensor once, but w is there again.",
                "# nothing | b.txt expects digests, lines of \"step tensor hexadecimal\", but it has none.",
            })
    void whatIsNoDigestFileIsRefusedWithItsLine(String text, String message) {
        assertThatThrownBy(() -> {
                    String file = text.replace('%', '\n');
                    compare("1 w 0\n2 w 0\n", file);
                })
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }
}
