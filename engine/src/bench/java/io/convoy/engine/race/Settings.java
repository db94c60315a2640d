package io.convoy.engine.race;

import java.util.List;

/** The settings that a side may race in. The fastest one does. */
final class Settings {
    static final String ONE_A_CORE = "one a core";
    static final String CHANNELS_LAST = "channels-last";

    private static final String TOGETHER = "all cores together";
    private static final String PLAIN = "contiguous";
    private static final String MICRO_BATCH = "micro-batch ";

    private Settings() {}

    static List<String> of(String side, Race race) {
        if (side.equals("convoy")) {
            return race.training()
                    ? race.microBatches().stream().map(size -> MICRO_BATCH + size).toList()
                    : List.of(ONE_A_CORE);
        }
        if (side.equals("onnxruntime")) {
            return List.of(TOGETHER, ONE_A_CORE);
        }
        if (race.image().size(0) == 1 || !race.training()) {
            return List.of(
                    TOGETHER + ", " + PLAIN,
                    ONE_A_CORE + ", " + PLAIN,
                    TOGETHER + ", " + CHANNELS_LAST,
                    ONE_A_CORE + ", " + CHANNELS_LAST);
        }
        return List.of(TOGETHER + ", " + CHANNELS_LAST, ONE_A_CORE + ", " + CHANNELS_LAST);
    }

    /** Of a setting of Convoy's in training. */
    static int microBatch(String setting) {
        return Integer.parseInt(setting.substring(MICRO_BATCH.length()));
    }
}
