package io.convoy.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What kernels stand on: layouts, handles, oneDNN's engine. */
class KernelTest {
    private final Handles handles = new Handles();

    @AfterEach
    void closeHandles() {
        handles.close();
    }

    @Test
    void plainLayoutsTakeFourBytesAValue() {
        Shape shape = Shape.of(2, 20, 3, 5);
        MemoryLayout plain = MemoryLayout.plain(handles, shape);
        assertThat(plain.shape()).isEqualTo(shape);
        assertThat(plain.bytes()).isEqualTo(shape.count() * Float.BYTES);
        assertThat(MemoryLayout.plain(handles, Shape.of(7)).bytes()).isEqualTo(28);
    }

    @Test
    void blockedLayoutsFillChannelsUpToSixteen() {
        MemoryLayout blocked = MemoryLayout.blocked(handles, Shape.of(2, 20, 3, 5));
        assertThat(blocked.bytes()).isEqualTo(2 * 32 * 3 * 5 * Float.BYTES);
    }

    @Test
    void layoutsMatchIfTheyLieAlike() {
        Shape shape = Shape.of(2, 32, 3, 5);
        MemoryLayout plain = MemoryLayout.plain(handles, shape);
        MemoryLayout blocked = MemoryLayout.blocked(handles, shape);
        assertThat(plain.matches(MemoryLayout.plain(handles, shape))).isTrue();
        assertThat(plain.matches(blocked)).isFalse();
        assertThat(plain.matches(MemoryLayout.plain(handles, Shape.of(2, 32, 5, 3))))
                .isFalse();
        Handles others = new Handles();
        MemoryLayout copy = MemoryLayout.copyOf(
                handles, shape, MemoryLayout.blocked(others, shape).descriptor());
        others.close();
        assertThat(copy.matches(blocked)).isTrue();
    }

    @Test
    void handlesAreDestroyedOnceNewestFirst() {
        List<String> destroyed = new ArrayList<>();
        Handles some = new Handles();
        assertThat(some.own("first", () -> destroyed.add("first"))).isEqualTo("first");
        some.own("second", () -> destroyed.add("second"));
        assertThat(destroyed).isEmpty();
        some.close();
        some.close();
        assertThat(destroyed).containsExactly("second", "first");
    }

    @Test
    void moreThanOneThreadInAPrimitiveIsRefused() {
        OneDnn.requireOneThread("1");
        assertThatThrownBy(() -> OneDnn.requireOneThread(null))
                .isInstanceOf(KernelException.class)
                .hasMessage(
                        "oneDNN expects OMP_NUM_THREADS=1 in the environment, but it is not set. Maybe the process was"
                                + " not started by convoy; on executors set spark.executorEnv.OMP_NUM_THREADS=1.");
        assertThatThrownBy(() -> OneDnn.requireOneThread("4"))
                .isInstanceOf(KernelException.class)
                .hasMessage(
                        "oneDNN expects OMP_NUM_THREADS=1 in the environment, but it is 4. Maybe the process was not"
                                + " started by convoy; on executors set spark.executorEnv.OMP_NUM_THREADS=1.");
    }

    @Test
    void oneDnnSaysItsVersionAndHasOneEngine() {
        assertThat(OneDnn.version()).matches("oneDNN 3\\.\\d+\\.\\d+, isa 0x[0-9a-f]+");
        assertThat(OneDnn.engine()).isSameAs(OneDnn.engine());
    }

    @Test
    void refusalsOfOneDnnAreToldWithTheirStatus() {
        OneDnn.check(dnnl.dnnl_success, "engine");
        assertThatThrownBy(() -> OneDnn.check(dnnl.dnnl_unimplemented, "pooling"))
                .isInstanceOf(KernelException.class)
                .hasMessage("oneDNN expects to make a pooling, but it answered with status " + dnnl.dnnl_unimplemented
                        + ".");
    }

    @Test
    void plannedBuffersGetTheirAddressLater() {
        Buffer planned = Buffer.planned(64);
        assertThat(planned.isPlanned()).isTrue();
        planned.place(4096);
        assertThat(planned.address()).isEqualTo(4096);
        Buffer fixed = Buffer.at(128, 8);
        assertThat(fixed.isPlanned()).isFalse();
        assertThat(List.of(fixed.address(), fixed.bytes())).containsExactly(128L, 8L);
    }
}
