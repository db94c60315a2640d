package io.convoy.ps.client;

import io.convoy.engine.exchange.CanonicalTree;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.Roster;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says for a person what an owner waits for, and whose turn it is. */
record Explanation(Roster roster, long version) {
    /** The end of a sentence about an owner. */
    String of(Frame.@Nullable Waiting waiting, @Nullable String trouble) {
        if (trouble != null) {
            return "can't be reached (" + trouble + ")";
        }
        if (waiting == null) {
            return "has not answered";
        }
        if (waiting.leaves() > 0 && !waiting.missing().isEmpty()) {
            return "waits for " + String.join(" and ", missing(waiting));
        }
        if (!waiting.owners().isEmpty()) {
            return "waits for the sums over tensors that " + labels(waiting.owners())
                    + (waiting.owners().size() == 1 ? " owes" : " owe") + " it for step " + (version - 1);
        }
        return "waits for "
                + labels(waiting.absent())
                + (waiting.leaves() > 0 ? " to ask for version " + version : " to begin step " + (version - 1));
    }

    private String labels(List<Integer> slots) {
        return slots.stream()
                .filter(slot -> slot < roster.size())
                .map(slot -> roster.member(slot).label())
                .collect(Collectors.joining(" and "));
    }

    /** Which leaves of which slot: the deal is a pure function of V and the roster. */
    private List<String> missing(Frame.Waiting waiting) {
        List<LeafRange> dealt = new CanonicalTree(waiting.leaves()).deal(roster.weights());
        List<String> missing = new ArrayList<>();
        for (int slot = 0; slot < dealt.size(); slot++) {
            List<LeafRange> gaps = new ArrayList<>();
            for (LeafRange gap : waiting.missing()) {
                int begin = Math.max(gap.begin(), dealt.get(slot).begin());
                int end = Math.min(gap.end(), dealt.get(slot).end());
                if (begin < end) {
                    append(gaps, begin, end);
                }
            }
            if (!gaps.isEmpty()) {
                missing.add("leaves "
                        + gaps.stream().map(LeafRange::toString).collect(Collectors.joining(", "))
                        + " of " + roster.member(slot).label());
            }
        }
        return missing;
    }

    private static void append(List<LeafRange> gaps, int begin, int end) {
        int last = gaps.size() - 1;
        if (last >= 0 && gaps.get(last).end() == begin) {
            gaps.set(last, new LeafRange(gaps.get(last).begin(), end));
        } else {
            gaps.add(new LeafRange(begin, end));
        }
    }
}
