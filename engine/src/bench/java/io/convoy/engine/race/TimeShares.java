package io.convoy.engine.race;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How a step's time is spread over kinds of oneDNN's primitives, by what oneDNN itself tells with ONEDNN_VERBOSE=profile_exec. */
final class TimeShares {
    private static final String LINE = "onednn_verbose,v1,primitive,exec,cpu,";
    private static final int KIND = 5;
    private static final int DIRECTION = 7;

    private final Map<String, Double> millis = new LinkedHashMap<>();
    private boolean counting;

    /** Takes a line of the process's output. */
    synchronized void line(String line) {
        if (!counting || !line.startsWith(LINE)) {
            return;
        }
        String[] fields = line.split(",", -1);
        String kind = fields[KIND]
                + (fields[DIRECTION].startsWith("backward") ? " " + fields[DIRECTION].replace('_', ' ') : "");
        millis.merge(kind, Double.parseDouble(fields[fields.length - 1]), Double::sum);
    }

    synchronized void count(boolean whether) {
        counting = whether;
    }

    /**
     * Shares of the time, the largest first, and what is left.
     *
     * @param coreMillis all cores' time while oneDNN told its lines, which is part of what is left
     * @param without what the same steps take without these lines
     */
    synchronized String of(double coreMillis, double without) {
        double inside = millis.values().stream().mapToDouble(Double::doubleValue).sum();
        return millis.entrySet().stream()
                        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                        .map(entry -> String.format(
                                Locale.ROOT, "%s %.1f %%", entry.getKey(), 100 * entry.getValue() / coreMillis))
                        .collect(Collectors.joining(", "))
                + String.format(
                        Locale.ROOT,
                        ", outside primitives %.1f %%, or %.1f %% of a step that isn't watched",
                        100 * (1 - inside / coreMillis),
                        100 * (1 - inside / without));
    }
}
