package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StepLedgerTest {
    private static Command.StepProgress part(int begin, List<List<Double>> losses) {
        // Through JSON, as between slot and driver.
        return Command.decode(
                Command.encode(new Command.StepProgress(
                        3, 1, begin, losses, 3, List.of(4.0, 0.5), losses.size(), 1, 1, Map.of())),
                Command.StepProgress.class);
    }

    @Test
    void termsAreSummedInTheOrderOfTheLeavesAndDividedOnce() {
        List<List<Double>> leaves = List.of(List.of(1e16, 0.1), List.of(1.0, 0.2), List.of(-1e16, 0.3));
        double expected = (1e16 + 1.0 - 1e16) / 4 + (0.1 + 0.2 + 0.3) / 0.5;
        StepLedger ledger = new StepLedger();
        assertThat(ledger.add(part(1, leaves.subList(1, 3)))).isEmpty();
        assertThat(ledger.add(part(3, List.of()))).isEmpty();
        StepLedger.WholeStep whole = ledger.add(part(0, leaves.subList(0, 1))).orElseThrow();
        assertThat(whole.loss()).isEqualTo(expected);
        assertThat(whole.samples()).isEqualTo(3);
        assertThat(new StepLedger().add(part(0, leaves)).orElseThrow().loss()).isEqualTo(expected);
    }
}
