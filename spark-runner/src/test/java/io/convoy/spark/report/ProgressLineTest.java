package io.convoy.spark.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, UTF_8);
    private Instant now = Instant.EPOCH;

    private ProgressLine line(boolean terminal, int epochs, long steps) {
        return new ProgressLine(out, terminal, () -> now, epochs, steps);
    }

    private String written() {
        String text = bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
        bytes.reset();
        return text;
    }

    private void pass(long millis) {
        now = now.plusMillis(millis);
    }

    @Test
    void aTerminalsLineIsRedrawnInPlaceButNotWithEveryStep() {
        ProgressLine line = line(true, 3, 469);
        pass(100);
        line.step(1, 1, 2.5, 128);
        assertThat(written()).isEmpty();
        pass(100);
        line.step(1, 2, 1.5, 128);
        assertThat(written()).isEqualTo("\repoch 1/3  step 2/469  loss 2.0000  1,280 images/s  2 min 21 s left");
        pass(10_000);
        line.step(1, 3, 0.5, 128);
        assertThat(written()).isEqualTo("\repoch 1/3  step 3/469  loss 0.5000  12.8 images/s  1 h 19 min left ");
    }

    @Test
    void theLossIsTheMeanOverImagesNotOverSteps() {
        ProgressLine line = line(true, 1, 100);
        line.step(1, 1, 1.0, 300);
        pass(1000);
        line.step(1, 2, 2.0, 100);
        assertThat(written()).isEqualTo("\repoch 1/1  step 2/100  loss 1.2500  400 images/s  49 s left");
        assertThat(line.images()).isEqualTo(400);
    }

    @Test
    void elsewhereALineIsAddedEveryFiveSecondsAndAtTheEnd() {
        ProgressLine line = line(false, 1, 4);
        pass(4999);
        line.step(1, 1, 1.0, 10);
        assertThat(written()).isEmpty();
        pass(1);
        line.step(1, 2, 1.0, 10);
        assertThat(written()).isEqualTo("epoch 1/1  step 2/4  loss 1.0000  4.0 images/s  5 s left\n");
        pass(1);
        line.step(1, 3, 1.0, 10);
        line.step(1, 4, 1.0, 10);
        assertThat(written()).startsWith("epoch 1/1  step 4/4  loss 1.0000  ").endsWith("  0 s left\n");
    }

    @Test
    void aMessageTakesTheLiveLinesPlaceAndStays() {
        ProgressLine line = line(true, 1, 4);
        pass(1000);
        line.step(1, 1, 1.0, 10);
        int width = written().length() - 1;
        line.message("test accuracy 98.7 %");
        assertThat(written()).isEqualTo("\r" + " ".repeat(width) + "\rtest accuracy 98.7 %\n");
        line.message("done");
        assertThat(written()).isEqualTo("done\n");
    }

    @Test
    void timesAreWrittenInTheUnitThatFits() {
        assertThat(ProgressLine.duration(Duration.ofMillis(400))).isEqualTo("0 s");
        assertThat(ProgressLine.duration(Duration.ofSeconds(59))).isEqualTo("59 s");
        assertThat(ProgressLine.duration(Duration.ofSeconds(65))).isEqualTo("1 min 05 s");
        assertThat(ProgressLine.duration(Duration.ofMinutes(127))).isEqualTo("2 h 07 min");
    }
}
