package io.convoy.engine.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.analysis.Summary;
import io.convoy.engine.kernel.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Convoy beside its strongest peers: the same step from the same weights on all cores, each side in its own process and in its
 * fastest setting, in alternation, on a machine that does nothing else: {@code ./mvnw -pl engine -Pbench verify -Dit.test=RaceIT}.
 *
 * <pre>
 * -Dconvoy.race=resnet     the races in whose names the pattern is found; default all
 * -Dconvoy.race.rounds=5   rounds of a race
 * -Dconvoy.race.seconds=4  of a side in a round
 * </pre>
 */
class RaceIT {
    private static final String ONLY = System.getProperty("convoy.race", "");
    private static final int ROUNDS = Integer.getInteger("convoy.race.rounds", 5);
    private static final double SECONDS = Double.parseDouble(System.getProperty("convoy.race.seconds", "4"));
    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final int STEPS = 10;
    private static final double FIRST_STEP = 1e-5;
    private static final double LAST_STEP = 1e-2;

    /** bfloat16 keeps 8 bits, and the sides round at different places. */
    private static final double BFLOAT16_STEP = 5e-2;

    private static final double SCORES = 1e-4;

    /** Of a core, in most rounds, by a side that waits. */
    private static final double AWAKE = 0.02;

    @TempDir
    private Path folder;

    private final Map<Precision, Double> peaks = new LinkedHashMap<>();

    /** A side in its fastest setting. */
    private record Best(String side, RacerProcess process, String setting, double speed) {}

    /**
     * A side's round.
     *
     * @param speed samples a second
     * @param awake how much of a core the other side took, which waits
     */
    private record Round(double speed, double awake) {}

    /** What came of a race, and what is wrong with it. */
    private record Row(String text, List<String> faults) {}

    @Test
    void convoyIsAheadOfItsPeersByTheFloorsOfTheTable() throws IOException {
        Peers peers = new Peers(folder);
        say("Race on " + CORES + " cores. libtorch: " + peers.about() + ".");
        List<Row> rows = new ArrayList<>();
        for (Race race : Race.ALL) {
            if (Pattern.compile(ONLY).matcher(race.name()).find()) {
                rows.add(run(race, peers));
            }
        }
        say("");
        rows.forEach(row -> say(row.text()));
        assertThat(rows).as("races").isNotEmpty();
        assertThat(rows.stream().flatMap(row -> row.faults().stream())).as("what is wrong").isEmpty();
    }

    private Row run(Race race, Peers peers) throws IOException {
        List<String> faults = new ArrayList<>();
        List<RacerProcess> processes = new ArrayList<>();
        try {
            Map<String, RacerProcess> sides = new LinkedHashMap<>();
            sides.put("convoy", start("convoy", race, peers, Map.of(), new TimeShares(), processes));
            for (String peer : Peers.of(race)) {
                sides.put(peer, start(peer, race, peers, Map.of(), new TimeShares(), processes));
            }
            Best ours = fastest("convoy", race, sides, Settings.of("convoy", race));
            Best theirs = Peers.of(race).stream()
                    .map(peer -> fastest(peer, race, sides, Settings.of(peer, race)))
                    .max(Comparator.comparingDouble(Best::speed))
                    .orElseThrow();
            String agreement = agreement(race, ours, sides, faults);
            List<Round> our = new ArrayList<>();
            List<Round> their = new ArrayList<>();
            rounds(ours, theirs, our, their);
            requireSleep(race, ours, their, faults);
            requireSleep(race, theirs, our, faults);
            List<Double> ratios = IntStream.range(0, ROUNDS)
                    .mapToObj(i -> our.get(i).speed() / their.get(i).speed())
                    .toList();
            double ratio = median(ratios);
            double speed = median(our, Round::speed);
            if (!(ratio >= race.floor())) {
                faults.add(String.format(
                        Locale.ROOT, "%s: %.3f is less than its floor of %.2f", race.name(), ratio, race.floor()));
            }
            String text = String.format(
                    Locale.ROOT,
                    "%-22s %.3f  floor %.2f, aim %.2f | convoy %.1f/s (%s), %s %.1f/s (%s) | rounds %s | %s%s",
                    race.name(),
                    ratio,
                    race.floor(),
                    race.aim(),
                    speed,
                    ours.setting(),
                    theirs.side(),
                    median(their, Round::speed),
                    theirs.setting(),
                    ratios.stream()
                            .map(each -> String.format(Locale.ROOT, "%.3f", each))
                            .collect(Collectors.joining(" ")),
                    agreement,
                    sides.entrySet().stream()
                            .map(side -> String.format(
                                    Locale.ROOT,
                                    ", %s %.2f GB",
                                    side.getKey(),
                                    Long.parseLong(side.getValue().ask("memory")) / 1e9))
                            .collect(Collectors.joining("", " | most memory", "")));
            say(text);
            processes.forEach(RacerProcess::close);
            processes.clear();
            profile(race, ours, speed, peers, processes);
            return new Row(text, faults);
        } finally {
            processes.forEach(RacerProcess::close);
        }
    }

    private RacerProcess start(
            String side,
            Race race,
            Peers peers,
            Map<String, String> more,
            TimeShares shares,
            List<RacerProcess> processes)
            throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(peers.environment(side, CORES));
        environment.putAll(more);
        RacerProcess process =
                new RacerProcess(side, race, folder, environment, peers.options(side), shares::line);
        processes.add(process);
        return process;
    }

    private static Best fastest(String side, Race race, Map<String, RacerProcess> sides, List<String> settings) {
        RacerProcess process = Objects.requireNonNull(sides.get(side));
        List<Best> tried = new ArrayList<>();
        for (String setting : settings) {
            process.ask("setting " + setting);
            if (settings.size() > 1) {
                warm(process);
                tried.add(new Best(side, process, setting, process.round(SECONDS / 2)));
            } else {
                tried.add(new Best(side, process, setting, 0));
            }
        }
        Best best = tried.stream().max(Comparator.comparingDouble(Best::speed)).orElseThrow();
        say(String.format(
                Locale.ROOT,
                "%s: %s%s: %s",
                race.name(),
                side,
                side.equals("libtorch") ? " " + process.ask("about") : "",
                tried.stream()
                        .map(each -> String.format(Locale.ROOT, "%s %.1f/s", each.setting(), each.speed()))
                        .collect(Collectors.joining("; "))));
        process.ask("setting " + best.setting());
        return best;
    }

    private static void warm(RacerProcess process) {
        double unused = process.round(Math.min(1.5, SECONDS));
    }

    private static void rounds(Best ours, Best theirs, List<Round> our, List<Round> their) {
        warm(theirs.process());
        warm(ours.process());
        for (int round = 0; round < ROUNDS; round++) {
            // Whoever goes first finds the caches and the clock of the other one's round.
            if (round % 2 == 0) {
                our.add(alone(ours, theirs));
                their.add(alone(theirs, ours));
            } else {
                their.add(alone(theirs, ours));
                our.add(alone(ours, theirs));
            }
        }
    }

    private static Round alone(Best runs, Best sleeps) {
        Duration before = sleeps.process().cpu();
        double speed = runs.process().round(SECONDS);
        return new Round(speed, sleeps.process().cpu().minus(before).toNanos() / 1e9 / SECONDS);
    }

    /** A side that spins while it waits takes a core from the other one. */
    private static void requireSleep(Race race, Best sleeps, List<Round> rounds, List<String> faults) {
        double awake = median(rounds, Round::awake);
        if (awake > AWAKE) {
            faults.add(String.format(
                    Locale.ROOT,
                    "%s: %s takes %.0f %% of a core while it waits",
                    race.name(),
                    sleeps.side(),
                    100 * awake));
        }
    }

    /** How far the sides are from each other where they compute the same. */
    private static String agreement(Race race, Best ours, Map<String, RacerProcess> sides, List<String> faults) {
        int group = race.training() ? Settings.microBatch(ours.setting()) : race.batch();
        String check = "check " + STEPS + " " + group;
        double[] our = numbers(ours.process().ask(check));
        List<String> texts = new ArrayList<>();
        for (String peer : Peers.of(race)) {
            double[] their = numbers(Objects.requireNonNull(sides.get(peer)).ask(check));
            if (race.training()) {
                double firstBound = race.precision() == Precision.FLOAT32 ? FIRST_STEP : BFLOAT16_STEP;
                double lastBound = race.precision() == Precision.FLOAT32 ? LAST_STEP : BFLOAT16_STEP;
                double first = distance(our[0], their[0]);
                double last = distance(our[STEPS - 1], their[STEPS - 1]);
                if (!(first <= firstBound && last <= lastBound)) {
                    faults.add(String.format(
                            Locale.ROOT,
                            "%s: losses differ by %.1e of %.0e in step 1, %.1e of %.0e in step %d: %s and %s",
                            race.name(),
                            first,
                            firstBound,
                            last,
                            lastBound,
                            STEPS,
                            Arrays.toString(our),
                            Arrays.toString(their)));
                }
                texts.add(String.format(
                        Locale.ROOT,
                        "losses %.4f → %.4f within %.1e and %.1e, BatchNorm over %d",
                        our[0],
                        our[STEPS - 1],
                        first,
                        last,
                        group));
            } else {
                double largest = Arrays.stream(their).map(Math::abs).max().orElseThrow();
                double error = 0;
                for (int i = 0; i < our.length; i++) {
                    error = Math.max(error, Math.abs(our[i] - their[i]) / largest);
                }
                if (our.length != their.length || !(error <= SCORES)) {
                    faults.add(String.format(
                            Locale.ROOT, "%s: scores of %s differ by %.1e", race.name(), peer, error));
                }
                texts.add(String.format(Locale.ROOT, "scores of %s within %.1e", peer, error));
            }
        }
        return String.join(", ", texts);
    }

    private static double distance(double a, double b) {
        return Math.abs(a - b) / Math.max(1, Math.abs(b));
    }

    private static double[] numbers(String answer) {
        return Arrays.stream(answer.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    }

    /** In a process of its own, since oneDNN's lines take time. */
    private void profile(Race race, Best ours, double speed, Peers peers, List<RacerProcess> processes)
            throws IOException {
        TimeShares shares = new TimeShares();
        RacerProcess process =
                start("convoy", race, peers, Map.of("ONEDNN_VERBOSE", "profile_exec"), shares, processes);
        process.ask("setting " + ours.setting());
        warm(process);
        shares.count(true);
        String[] words = process.ask("round " + SECONDS / 2).split(" ", -1);
        shares.count(false);
        process.close();
        processes.remove(process);
        if (!peaks.containsKey(race.precision())) {
            RacerProcess alone = start("convoy", race, peers, Map.of(), shares, processes);
            peaks.put(race.precision(), Double.parseDouble(alone.ask("peak " + race.precision())));
            alone.close();
            processes.remove(alone);
        }
        double peak = Objects.requireNonNull(peaks.get(race.precision()));
        double operations = Summary.of(race.network(), race.build()).flops() * (race.training() ? 3.0 : 1.0);
        say(String.format(
                Locale.ROOT,
                "%s: %.0f of %.0f GFLOP/s that products of matrices reach (%.0f %%); time in %s",
                race.name(),
                operations * speed / 1e9,
                peak / 1e9,
                100 * operations * speed / peak,
                shares.of(
                        1000 * CORES * Double.parseDouble(words[1]),
                        1000.0 * CORES * Long.parseLong(words[0]) / speed)));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
        return median(rounds.stream().map(value::applyAsDouble).toList());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
