package io.convoy.ps.wire;

/**
 * A slot that takes part in a run.
 *
 * @param slot its number, from 0
 * @param attempt the how-manieth time this slot was started, from 0; the latest attempt holds the slot's lease
 * @param address where its shard server listens
 * @param cores how many replicas it runs, at least 1: its weight when leaves are dealt
 * @param fingerprint what its arithmetic depends on: CPU model, instruction set, oneDNN version
 * @param description how a person finds it, e.g. {@code executor 3}
 */
public record Member(int slot, int attempt, Address address, int cores, String fingerprint, String description) {
    public Member {
        if (slot < 0 || attempt < 0 || cores < 1) {
            throw new IllegalArgumentException("Member expects slot ≥ 0, attempt ≥ 0 and cores ≥ 1, but it got slot "
                    + slot + ", attempt " + attempt + ", cores " + cores + ".");
        }
    }

    /** E.g. {@code slot 2 (executor 3, 10.0.0.7:4041)}. */
    public String label() {
        return "slot " + slot + " (" + description + ", " + address + ")";
    }
}
