package io.convoy.ps.wire;

import java.util.List;

/**
 * Everybody who takes part in a run.
 *
 * @param generation the number that every frame of this membership carries, at least 1
 * @param members slot i at index i
 */
public record Roster(int generation, List<Member> members) {
    public Roster {
        members = List.copyOf(members);
        if (generation < 1 || members.isEmpty()) {
            throw new IllegalArgumentException("Roster expects generation ≥ 1 and at least 1 member, but it got"
                    + " generation " + generation + " and " + members.size() + " members.");
        }
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).slot() != i) {
                throw new IllegalArgumentException("Roster expects slot " + i + " at index " + i + ", but it got slot "
                        + members.get(i).slot() + ".");
            }
        }
    }

    public int size() {
        return members.size();
    }

    public Member member(int slot) {
        return members.get(slot);
    }

    /** Each slot's cores: the weights by which a {@link io.convoy.engine.exchange.CanonicalTree} deals its leaves. */
    public List<Integer> weights() {
        return members.stream().map(Member::cores).toList();
    }
}
