package io.convoy.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.convoy.engine.schedule.Measurement;
import io.convoy.engine.schedule.Progress;
import io.convoy.engine.schedule.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * Every case of a golden directory as a test of its own, {@code group/case}. Cases that need what isn't built yet are
 * skipped, and listed by name at the end.
 */
class GoldenTest {
    private static final GoldenDirectory DIRECTORY = GoldenDirectory.find();

    /** Skipped cases under the name of what they need. */
    private static final Map<String, List<String>> SKIPPED = new TreeMap<>();

    @AfterAll
    static void listWhatWasSkipped() {
        SKIPPED.forEach((needed, cases) -> System.out.println(
                "Golden cases skipped, since there is no " + needed + " yet: " + String.join(", ", cases)));
    }

    /** Nothing there is a skipped test; but a directory that somebody asked for has to be there. */
    private static Stream<DynamicTest> absent() {
        String message = "Golden cases expect a directory with a manifest.json, but there is none at "
                + DIRECTORY.path().toAbsolutePath().normalize()
                + ". Maybe -Dconvoy.golden=DIR helps, a path relative to where Maven is called.";
        return Stream.of(dynamicTest("absent", () -> {
            assertThat(DIRECTORY.named()).as(message).isFalse();
            Assumptions.abort(message);
        }));
    }

    private static DynamicTest test(String name, Executable body) {
        return dynamicTest(name, () -> {
            try {
                body.execute();
            } catch (NotBuilt e) {
                SKIPPED.computeIfAbsent(String.valueOf(e.getMessage()), needed -> new ArrayList<>())
                        .add(name);
                Assumptions.abort(name + " needs " + e.getMessage() + ", which is not built yet.");
            } catch (RuntimeException e) {
                throw new AssertionError(name + " failed: " + e.getMessage(), e);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        return DIRECTORY.isThere()
                ? DIRECTORY.cases().stream()
                        .map(golden -> test(golden.group() + "/" + golden.name(), () -> run(golden)))
                : absent();
    }

    private static void run(GoldenCase golden) {
        if (golden.has("input.param0")) {
            Trajectories.run(golden);
        } else if (golden.has("output.loss_per_step")) {
            TrainingRun.run(golden);
        } else {
            ScriptedNetwork.run(golden);
        }
    }

    @TestFactory
    Stream<DynamicTest> schedules() throws IOException {
        return DIRECTORY.isThere()
                ? DIRECTORY.schedules().stream()
                        .map(fields -> test("lr_schedules/" + fields.get("case").textValue(), () -> schedule(fields)))
                : Stream.empty();
    }

    /** lr[e] and momentum[e] are those of epoch e, metrics[e] is measured after it. */
    private static void schedule(JsonNode fields) {
        Schedule schedule = Rules.schedule(fields.get("args"));
        JsonNode rates = fields.get("lr");
        JsonNode momenta = fields.path("momentum");
        List<Measurement> measurements = new ArrayList<>();
        fields.path("metrics")
                .forEach(metric ->
                        measurements.add(new Measurement(measurements.size() + 1, metric.doubleValue(), Double.NaN)));
        for (int epoch = 0; epoch < rates.size(); epoch++) {
            Progress at = Progress.of(epoch, 1, measurements);
            close("rate", epoch, schedule.rate(at), rates.get(epoch).doubleValue());
            if (momenta.has(epoch)) {
                close(
                        "momentum",
                        epoch,
                        schedule.momentum(at),
                        momenta.get(epoch).doubleValue());
            }
        }
    }

    /** Rates are small, and the rule is closed where PyTorch multiplies step by step: a relative error. */
    private static void close(String what, int epoch, double actual, double expected) {
        assertThat(actual)
                .as(what + " of epoch " + epoch)
                .isCloseTo(expected, within(1e-12 * Math.abs(expected) + Double.MIN_NORMAL));
    }
}
