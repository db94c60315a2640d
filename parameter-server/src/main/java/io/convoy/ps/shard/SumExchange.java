package io.convoy.ps.shard;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.PartialSums;
import io.convoy.engine.exchange.TensorSums;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.ps.wire.Doubles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the sums over blocks that a rule with norms needs of every part, from this slot's parts and from those of the
 * others, and moves this slot's parts on when a round is complete. A part's sums may come more than once, late, or one round
 * early; they count once.
 *
 * <p>Never holds its lock while it calls a part or an announcer.
 */
final class SumExchange {
    /** What is to be told to the other owners. */
    private record Own(long step, int round, Part part, Doubles sums) {}

    private final int self;
    private final Ownership ownership;
    private final ParameterLayout layout;
    private final UpdateRule rule;
    private final List<OwnedPart> owned = new ArrayList<>();
    private final PartialSums sums;
    /** This slot may have all of a round, and go on, before it can tell the others its own. */
    private final List<Own> untold = new ArrayList<>();

    private @Nullable Announcer announcer;

    SumExchange(int self, Ownership ownership, ParameterLayout layout, UpdateRule rule, long step) {
        this.self = self;
        this.ownership = ownership;
        this.layout = layout;
        this.rule = rule;
        this.sums = new PartialSums(layout, rule, step);
    }

    /** Notes a part of this slot; all of them before anything else. */
    void owns(OwnedPart part) {
        owned.add(part);
    }

    /** Begins to tell the others, at first what nobody was there to tell. */
    void announceTo(Announcer fresh) {
        List<Own> known;
        synchronized (this) {
            announcer = fresh;
            known = List.copyOf(untold);
            untold.clear();
        }
        known.forEach(own -> tell(fresh, own));
    }

    private static void tell(Announcer announcer, Own own) {
        announcer.announce(own.step(), own.part().index(), own.round(), own.sums());
    }

    /** A part of this slot has its sum: measures it. */
    void begin(OwnedPart part, long step) {
        double[] measured = part.begin();
        if (measured != null) {
            add(step, 0, part.part(), measured);
        }
    }

    /**
     * Takes what another owner tells.
     *
     * @throws RefusedException if it can't be meant for this step
     */
    void take(int worker, long step, int span, int round, double[] values) {
        if (span >= layout.parts().size()
                || ownership.owner(layout.parts().get(span).shard()) != worker) {
            throw refusal("sums of parts from their owners", "those of part " + span + " from slot " + worker);
        }
        if (round >= rule.rounds()) {
            throw refusal(
                    "sums of " + rule.rounds() + " rounds",
                    "round " + round + " from slot " + worker + ". Maybe the slots have different configurations");
        }
        Part part = layout.parts().get(span);
        int expected = sums.length(round, part);
        if (values.length != expected) {
            throw refusal(
                    expected + " sums of part " + span + " in round " + round,
                    values.length + " from slot " + worker + ". Maybe the slots have different configurations");
        }
        // Whoever owns no part moves none on.
        if (!owned.isEmpty()) {
            add(step, round, part, values);
        }
    }

    private void add(long step, int round, Part part, double[] values) {
        boolean own = ownership.owner(part.shard()) == self;
        Announcer others;
        TensorSums totals = null;
        synchronized (this) {
            if (step > sums.step()) {
                throw refusal(
                        "sums of step " + sums.step(),
                        "those of part " + part.index() + " of step " + step
                                + ". Maybe the slots started from different checkpoints");
            }
            if (step < sums.step() || !sums.add(round, part, values)) {
                return;
            }
            others = announcer;
            if (own && others == null) {
                untold.add(new Own(step, round, part, new Doubles(values)));
            }
            if (sums.isComplete(round)) {
                totals = sums.totals(round);
                if (round == rule.rounds() - 1) {
                    sums.next();
                }
            }
        }
        if (own && others != null) {
            tell(others, new Own(step, round, part, new Doubles(values)));
        }
        if (totals != null) {
            for (OwnedPart one : owned) {
                double[] next = one.proceed(totals);
                if (next != null) {
                    add(step, round + 1, one.part(), next);
                }
            }
        }
    }

    /** Workers whose sums of the first unfinished round are missing, in order. */
    synchronized List<Integer> missing() {
        for (int round = 0; round < rule.rounds(); round++) {
            if (!sums.isComplete(round)) {
                return sums.missing(round).stream()
                        .map(part -> ownership.owner(part.shard()))
                        .distinct()
                        .sorted()
                        .toList();
            }
        }
        return List.of();
    }

    private RefusedException refusal(String expected, String got) {
        return new RefusedException("Slot " + self + " expects " + expected + ", but it got " + got + ".");
    }
}
