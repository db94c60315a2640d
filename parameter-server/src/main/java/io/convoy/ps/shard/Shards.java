package io.convoy.ps.shard;

import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.PartState;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.Origin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one slot owns: the parts of its virtual shards with their optimiser state, and maybe the running statistics. Sums go
 * along the canonical tree, so the versions have the same bits as those of {@link io.convoy.engine.exchange.LocalExchange}. For
 * any thread; spans do not wait for each other.
 */
public final class Shards {
    private final Origin self;
    private final Ownership ownership;
    private final ParameterLayout layout;
    private final StatisticsLayout statisticsLayout;
    private final FloatBuffers buffers;
    private final UpdateRule rule;
    private final SumExchange sums;
    private final @Nullable OwnedPart[] parts;
    private final @Nullable OwnedStatistics statistics;

    /**
     * Starts from {@code initial}, of which the owned share is copied.
     *
     * @param self this slot in its run and generation; what comes from another run or generation is refused
     * @param buffers where pushed arrays come from: the transport's
     */
    public Shards(
            Origin self,
            Ownership ownership,
            ParameterLayout layout,
            StatisticsLayout statisticsLayout,
            UpdateRule rule,
            ModelState initial,
            FloatBuffers buffers) {
        require("members, this slot among them", ownership.members() > self.worker(), "slot " + self.worker());
        require(layout.shards() + " shards", ownership.shards() == layout.shards(), ownership.shards() + " shards");
        require(
                layout.length() + " weights",
                initial.weights().length == layout.length(),
                initial.weights().length + " weights");
        require(
                statisticsLayout.length() + " running statistics",
                initial.statistics().length == statisticsLayout.length(),
                initial.statistics().length + " of them");
        require(
                "at most " + ParameterLayout.MAX_PART + " running statistics",
                statisticsLayout.length() <= ParameterLayout.MAX_PART,
                statisticsLayout.length() + " of them");
        this.self = self;
        this.ownership = ownership;
        this.layout = layout;
        this.statisticsLayout = statisticsLayout;
        this.buffers = buffers;
        this.parts = new OwnedPart[layout.parts().size()];
        this.rule = rule;
        this.sums = new SumExchange(self.worker(), ownership, layout, rule, initial.version());
        for (Part part : ownership.parts(layout, self.worker())) {
            OwnedPart owned = new OwnedPart(
                    PartState.cut(layout, part, initial, rule),
                    rule.rounds(),
                    sums::missing,
                    ownership.members(),
                    buffers);
            parts[part.index()] = owned;
            sums.owns(owned);
        }
        this.statistics = statisticsLayout.length() == 0 || ownership.statisticsOwner() != self.worker()
                ? null
                : new OwnedStatistics(
                        statisticsLayout,
                        initial.statistics().clone(),
                        initial.version(),
                        ownership.members(),
                        buffers);
    }

    private static void require(String expected, boolean holds, String got) {
        if (!holds) {
            throw new IllegalArgumentException("Shards expects " + expected + ", but it got " + got + ".");
        }
    }

    /** This slot in its run and generation. */
    public Origin self() {
        return self;
    }

    public Ownership ownership() {
        return ownership;
    }

    public ParameterLayout layout() {
        return layout;
    }

    public StatisticsLayout statisticsLayout() {
        return statisticsLayout;
    }

    /** Where the arrays of pushes come from, and where they go when they are summed. */
    public FloatBuffers buffers() {
        return buffers;
    }

    /**
     * Adds the sum over {@code leaves} of one span; ignores it if it is in.
     *
     * @param span a part's index or {@link Frame#STATISTICS}
     * @param values an array of {@link #buffers()}, which becomes this owner's
     * @throws RefusedException if it is of another run, generation, step or plan
     */
    public void push(Origin from, StepPlan plan, int span, LeafRange leaves, float[] values) {
        OwnedSpan owned;
        try {
            owned = owned(from, span);
        } catch (RefusedException e) {
            buffers.give(values);
            throw e;
        }
        boolean complete = owned.push(from.worker(), plan, leaves, values);
        if (complete && rule.rounds() > 0 && owned instanceof OwnedPart part) {
            sums.begin(part, plan.step());
        }
    }

    /**
     * Takes the sums that another owner has measured over the blocks of its part {@code span}; ignores them if they are in.
     *
     * @param values kept
     * @throws RefusedException if they are of another run, generation, step, owner or rule
     */
    public void sums(Origin from, long step, int span, int round, double[] values) {
        requireMember(from);
        sums.take(from.worker(), step, span, round, values);
    }

    /** Sets who tells the other owners what this slot's parts measure. */
    public void announceTo(Announcer announcer) {
        sums.announceTo(announcer);
    }

    /** The slots that own parts and so need everybody's sums, but this one; none if the rule needs no sums. */
    public List<Integer> otherOwners() {
        if (rule.rounds() == 0) {
            return List.of();
        }
        return layout.parts().stream()
                .map(part -> ownership.owner(part.shard()))
                .filter(owner -> owner != self.worker())
                .distinct()
                .toList();
    }

    /** Whether {@link Frame}'s spans behind the parts are there: running averages. */
    public boolean keepsAverages() {
        return rule.averaging().isPresent();
    }

    /**
     * Hands {@code asker} version {@code version} of one span, at once if it exists.
     *
     * @param request tells two questions of a worker apart; the same one asked again is answered once, and meanwhile told
     *     what it waits for
     * @throws RefusedException if it is of another run or generation, or the version is neither this one nor the next
     */
    public void pull(Origin from, long request, int span, long version, Asker asker) {
        if (keepsAverages() && span >= parts.length && span < 2 * parts.length) {
            ((OwnedPart) owned(from, span - parts.length)).pullAverages(from.worker(), version, asker);
        } else {
            owned(from, span).pull(from.worker(), request, version, asker);
        }
    }

    private void requireMember(Origin from) {
        if (from.run() != self.run()) {
            throw new RefusedException("Slot " + self.worker() + " expects what belongs to its run, but slot "
                    + from.worker() + " of another run sent something.");
        }
        if (from.generation() != self.generation()) {
            throw new RefusedException("Slot " + self.worker() + " expects generation " + self.generation()
                    + ", but slot " + from.worker() + " sent generation " + from.generation()
                    + ". Maybe it is an earlier attempt that was replaced.");
        }
        if (from.worker() >= ownership.members()) {
            throw new RefusedException("Slot " + self.worker() + " expects workers 0 to " + (ownership.members() - 1)
                    + ", but worker " + from.worker() + " sent something.");
        }
    }

    private OwnedSpan owned(Origin from, int span) {
        requireMember(from);
        OwnedSpan owned = span == Frame.STATISTICS ? statistics : span < parts.length ? parts[span] : null;
        if (owned == null) {
            throw new RefusedException("Slot " + self.worker() + " expects to be asked for what it owns, but slot "
                    + from.worker() + " asked for "
                    + (span == Frame.STATISTICS ? "the running statistics" : "part " + span)
                    + ". Maybe the slots have different configurations.");
        }
        return owned;
    }

    /**
     * A copy of everything owned, for a checkpoint: taken between steps.
     *
     * @throws io.convoy.engine.exchange.ExchangeException if the spans are at different versions, in the middle of a step
     */
    public ShardSnapshot snapshot() {
        List<ShardSnapshot.PartSnapshot> copies = new ArrayList<>();
        for (OwnedPart part : parts) {
            if (part != null) {
                copies.add(part.snapshot());
            }
        }
        ShardSnapshot.StatisticsSnapshot running = statistics == null ? null : statistics.snapshot();
        long version = !copies.isEmpty() ? copies.get(0).version() : running == null ? 0 : running.version();
        return new ShardSnapshot(self.worker(), version, copies, running);
    }
}
