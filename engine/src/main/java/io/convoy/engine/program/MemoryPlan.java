package io.convoy.engine.program;

import io.convoy.engine.kernel.Buffer;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places the buffers of a program in one slab of memory: two may overlap if no operation lies between the first and the last
 * use of both. Largest first, each at the lowest place that is free during its life.
 */
final class MemoryPlan {
    /** A buffer's life: the operations, by number, that touch it first and last; and its place. */
    private static final class Tenant {
        private final Buffer buffer;
        private final int first;
        private int last;
        private long offset;

        private Tenant(Buffer buffer, int first) {
            this.buffer = buffer;
            this.first = first;
            this.last = first;
        }

        private boolean meets(Tenant other) {
            return first <= other.last && other.first <= last;
        }

        private long end() {
            return offset + buffer.bytes();
        }
    }

    private final List<Tenant> tenants = new ArrayList<>();
    private final long bytes;

    MemoryPlan(List<Operation> operations) {
        Map<Buffer, Tenant> lives = new HashMap<>();
        for (int i = 0; i < operations.size(); i++) {
            for (Value value : operations.get(i).touches()) {
                if (value.buffer().isPlanned()) {
                    int now = i;
                    Tenant tenant = lives.computeIfAbsent(value.buffer(), buffer -> add(new Tenant(buffer, now)));
                    tenant.last = i;
                }
            }
        }
        List<Tenant> placed = new ArrayList<>();
        long end = 0;
        for (Tenant tenant : tenants.stream()
                .sorted(Comparator.comparingLong((Tenant t) -> -t.buffer.bytes())
                        .thenComparingInt(t -> t.first))
                .toList()) {
            tenant.offset = lowest(tenant, placed);
            placed.add(tenant);
            placed.sort(Comparator.comparingLong(t -> t.offset));
            end = Math.max(end, tenant.end());
        }
        this.bytes = end;
    }

    private Tenant add(Tenant tenant) {
        tenants.add(tenant);
        return tenant;
    }

    private static long lowest(Tenant tenant, List<Tenant> placed) {
        long offset = 0;
        for (Tenant other : placed) {
            if (other.meets(tenant)) {
                if (offset + tenant.buffer.bytes() <= other.offset) {
                    break;
                }
                offset = Math.max(offset, align(other.end()));
            }
        }
        return offset;
    }

    private static long align(long offset) {
        return (offset + Arena.ALIGNMENT_BYTES - 1) & -Arena.ALIGNMENT_BYTES;
    }

    /** The size of the slab. */
    long bytes() {
        return bytes;
    }

    /** Gives every buffer its address in a slab that begins at {@code address}. */
    void place(long address) {
        for (Tenant tenant : tenants) {
            tenant.buffer.place(address + tenant.offset);
        }
    }
}
