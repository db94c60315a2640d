package io.convoy.ps.shard;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.ps.wire.Floats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one slot owns, at one version: its share of a checkpoint. Arrays are not copied.
 *
 * @param slot whose it is
 * @param version the updates done; 0 if it owns nothing
 * @param parts its parts, in order of their offset; maybe none
 * @param statistics the running statistics, if it owns them and there are any
 */
public record ShardSnapshot(
        int slot,
        long version,
        List<PartSnapshot> parts,
        @Nullable StatisticsSnapshot statistics) {
    /**
     * A part's share.
     *
     * @param weights {@code part.length()} floats
     * @param state the optimiser's spans, each as long
     */
    public record PartSnapshot(Part part, long version, Floats weights, List<Floats> state) {
        public PartSnapshot {
            state = List.copyOf(state);
        }
    }

    /** The running statistics, laid out by {@link io.convoy.engine.exchange.StatisticsLayout}. */
    public record StatisticsSnapshot(long version, Floats running) {}

    public ShardSnapshot {
        parts = List.copyOf(parts);
        for (PartSnapshot part : parts) {
            requireVersion("part " + part.part().index(), part.version(), version);
        }
        if (statistics != null) {
            requireVersion("the running statistics", statistics.version(), version);
        }
    }

    /** Whether this slot owns nothing, since there are fewer shards than slots. */
    public boolean isEmpty() {
        return parts.isEmpty() && statistics == null;
    }

    private static void requireVersion(String span, long got, long version) {
        if (got != version) {
            throw new ExchangeException("A snapshot of version " + version + " expects everything at that version, but "
                    + span + " is at version " + got + ". Maybe it was taken in the middle of a step.");
        }
    }

    /**
     * Puts the shares of all slots together.
     *
     * @param stateSpans {@link io.convoy.engine.optim.Optimizer#stateSpans()}
     * @param initialStatistics the statistics where no share holds any, e.g. an empty array
     * @throws ExchangeException if a part is missing or the versions differ
     */
    public static ModelState assemble(
            ParameterLayout layout, int stateSpans, float[] initialStatistics, List<ShardSnapshot> shares) {
        float[] weights = new float[layout.length()];
        float[][] state = new float[stateSpans][layout.length()];
        float[] statistics = initialStatistics.clone();
        boolean[] have = new boolean[layout.parts().size()];
        long version = shares.stream().mapToLong(ShardSnapshot::version).max().orElse(0);
        for (ShardSnapshot share : shares) {
            if (!share.isEmpty()) {
                requireVersion("the share of slot " + share.slot(), share.version(), version);
            }
            for (PartSnapshot snapshot : share.parts()) {
                Part part = snapshot.part();
                System.arraycopy(snapshot.weights().array(), 0, weights, part.offset(), part.length());
                for (int i = 0; i < stateSpans; i++) {
                    System.arraycopy(snapshot.state().get(i).array(), 0, state[i], part.offset(), part.length());
                }
                have[part.index()] = true;
            }
            if (share.statistics() != null) {
                statistics = share.statistics().running().array().clone();
            }
        }
        for (int i = 0; i < have.length; i++) {
            if (!have[i]) {
                throw new ExchangeException("A model expects all of its " + have.length + " parts, but part " + i
                        + " is in no slot's share.");
            }
        }
        return new ModelState(version, weights, state, statistics);
    }
}
