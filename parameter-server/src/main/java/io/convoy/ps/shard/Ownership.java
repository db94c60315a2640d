package io.convoy.ps.shard;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import java.util.List;

/**
 * Which slot owns which virtual shard: shard i belongs to slot i mod N. The running statistics belong to shard 0. A pure
 * function, so that everybody knows it without asking; no result depends on it.
 *
 * @param shards S, at least 1
 * @param members N, at least 1
 */
public record Ownership(int shards, int members) {
    public Ownership {
        if (shards < 1 || members < 1) {
            throw new IllegalArgumentException("Ownership expects at least 1 shard and 1 member, but it got " + shards
                    + " shards and " + members + " members.");
        }
    }

    /** The slot that owns {@code shard}. */
    public int owner(int shard) {
        if (shard < 0 || shard >= shards) {
            throw new IllegalArgumentException(
                    "Ownership of " + shards + " shards expects one of them, but it got shard " + shard + ".");
        }
        return shard % members;
    }

    /** The slot that owns the running statistics. */
    public int statisticsOwner() {
        return owner(0);
    }

    /** The parts of {@code slot}, in order of their offset; none if there are fewer shards than slots. */
    public List<Part> parts(ParameterLayout layout, int slot) {
        return layout.parts().stream()
                .filter(part -> owner(part.shard()) == slot)
                .toList();
    }
}
