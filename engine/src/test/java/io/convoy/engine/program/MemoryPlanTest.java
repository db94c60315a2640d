package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.Property;
import io.convoy.engine.kernel.Buffer;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Arena;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private static final long SLAB = 1L << 20;

    private final Handles handles = new Handles();
    private final MemoryLayout layout = MemoryLayout.plain(handles, Shape.of(1));

    @AfterEach
    void closeHandles() {
        handles.close();
    }

    private record Touch(List<Value> touches) implements Operation {
        @Override
        public void bind(Memory memory) {}

        @Override
        public void run() {}
    }

    private Value value(Buffer buffer) {
        return new Value(layout, buffer);
    }

    private Operation touch(Buffer... buffers) {
        List<Value> touches = new ArrayList<>();
        for (Buffer buffer : buffers) {
            touches.add(value(buffer));
        }
        return new Touch(touches);
    }

    @Test
    void noTwoLiveTenantsOverlap() {
        RandomStream random = Property.seed(MemoryPlanTest.class).stream();
        for (int round = 0; round < 300; round++) {
            int operations = 1 + random.nextInt(20);
            int count = 1 + random.nextInt(25);
            List<Buffer> buffers = new ArrayList<>();
            List<List<Value>> touches = new ArrayList<>();
            for (int i = 0; i < operations; i++) {
                touches.add(new ArrayList<>());
            }
            int[] first = new int[count];
            int[] last = new int[count];
            for (int b = 0; b < count; b++) {
                Buffer buffer = Buffer.planned(1 + random.nextInt(1 + random.nextInt(5000)));
                buffers.add(buffer);
                first[b] = random.nextInt(operations);
                last[b] = first[b] + random.nextInt(operations - first[b]);
                touches.get(first[b]).add(value(buffer));
                touches.get(last[b]).add(value(buffer));
            }
            List<Operation> program =
                    touches.stream().<Operation>map(Touch::new).toList();
            MemoryPlan plan = new MemoryPlan(program);
            plan.place(SLAB);
            long atOnce = 0;
            for (int now = 0; now < operations; now++) {
                long live = 0;
                for (int b = 0; b < count; b++) {
                    live += first[b] <= now && now <= last[b] ? buffers.get(b).bytes() : 0;
                }
                atOnce = Math.max(atOnce, live);
            }
            assertThat(plan.bytes()).isGreaterThanOrEqualTo(atOnce);
            for (int a = 0; a < count; a++) {
                Buffer one = buffers.get(a);
                assertThat(one.address() - SLAB).isBetween(0L, plan.bytes() - one.bytes());
                assertThat(one.address() % Arena.ALIGNMENT_BYTES).isZero();
                for (int b = 0; b < a; b++) {
                    Buffer other = buffers.get(b);
                    boolean bothLive = first[a] <= last[b] && first[b] <= last[a];
                    boolean apart = one.address() + one.bytes() <= other.address()
                            || other.address() + other.bytes() <= one.address();
                    assertThat(!bothLive || apart)
                            .as("buffers %s and %s of %s operations", a, b, operations)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void memoryIsUsedAgainOnceItsTenantIsGone() {
        Buffer first = Buffer.planned(640);
        Buffer second = Buffer.planned(640);
        Buffer third = Buffer.planned(640);
        MemoryPlan plan = new MemoryPlan(List.of(touch(first), touch(first, second), touch(second, third)));
        plan.place(SLAB);
        assertThat(plan.bytes()).isEqualTo(1280);
        assertThat(third.address()).isEqualTo(first.address()).isNotEqualTo(second.address());
    }

    @Test
    void memoryOutsideThePlanStaysWhereItIs() {
        Buffer outside = Buffer.at(4096, 100);
        MemoryPlan plan = new MemoryPlan(List.of(touch(outside)));
        plan.place(SLAB);
        assertThat(plan.bytes()).isZero();
        assertThat(outside.address()).isEqualTo(4096);
    }
}
