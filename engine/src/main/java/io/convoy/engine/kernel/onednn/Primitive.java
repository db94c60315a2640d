package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Assembly;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.OneDnn;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A oneDNN primitive with its arguments; they are put together once, since that costs more than a small primitive. */
final class Primitive implements Operation {
    private static final Logger LOG = LoggerFactory.getLogger(Primitive.class);

    private record Argument(int id, Value value) {}

    private final Handles handles;
    private final String what;
    private final List<Argument> arguments = new ArrayList<>();
    private final dnnl_primitive primitive;
    private final dnnl_stream stream;
    private final dnnl_exec_arg_t bound;

    private Primitive(Assembly assembly, String what, PrimitiveDescriptor descriptor, int arguments) {
        this.handles = assembly.handles();
        this.what = what;
        this.primitive = new dnnl_primitive();
        OneDnn.check(dnnl.dnnl_primitive_create(primitive, descriptor.descriptor()), what);
        handles.own(primitive, () -> dnnl.dnnl_primitive_destroy(primitive));
        this.stream = assembly.stream();
        this.bound = new dnnl_exec_arg_t(arguments + 1L);
        handles.own(bound, bound::deallocate);
    }

    /** Starts a primitive; add its arguments with {@link Building#with}, then {@link Building#emit}. */
    static Building of(Assembly assembly, String what, PrimitiveDescriptor descriptor) {
        return new Building(assembly, what, descriptor);
    }

    /** A primitive whose arguments are being named. */
    static final class Building {
        private final Assembly assembly;
        private final String what;
        private final PrimitiveDescriptor descriptor;
        private final List<Argument> arguments = new ArrayList<>();

        private Building(Assembly assembly, String what, PrimitiveDescriptor descriptor) {
            this.assembly = assembly;
            this.what = what;
            this.descriptor = descriptor;
        }

        /** Names the tensor of oneDNN's execution argument {@code id}. */
        Building with(int id, Value value) {
            arguments.add(new Argument(id, value));
            return this;
        }

        /** The same, where there is such a tensor. */
        Building withOptional(int id, @Nullable Value value) {
            return value == null ? this : with(id, value);
        }

        /** Adds it to the program, with a scratchpad if it needs one. */
        void emit() {
            long scratchpad = descriptor.bytes(dnnl.DNNL_ARG_SCRATCHPAD);
            if (scratchpad > 0) {
                MemoryLayout layout = descriptor.layout(dnnl.DNNL_ARG_SCRATCHPAD, Shape.of());
                with(dnnl.DNNL_ARG_SCRATCHPAD, assembly.value(layout));
            }
            if (descriptor.isReference()) {
                LOG.warn(
                        "{} runs on {}, oneDNN's slow reference. Maybe other channels or groups are faster.",
                        what,
                        descriptor.implementation());
            }
            Primitive primitive = new Primitive(assembly, what, descriptor, arguments.size());
            primitive.arguments.addAll(arguments);
            assembly.emit(primitive);
        }
    }

    @Override
    public List<Value> touches() {
        return arguments.stream().map(Argument::value).toList();
    }

    @Override
    public void bind(Memory memory) {
        for (int i = 0; i < arguments.size(); i++) {
            Value value = arguments.get(i).value();
            dnnl_memory argument = new dnnl_memory();
            OneDnn.check(
                    dnnl.dnnl_memory_create(
                            argument,
                            value.layout().descriptor(),
                            OneDnn.engine(),
                            new At(value.buffer().address())),
                    "memory of " + what);
            handles.own(argument, () -> dnnl.dnnl_memory_destroy(argument));
            bound.position(i).arg(arguments.get(i).id()).memory(argument);
        }
        bound.position(0);
    }

    @Override
    public void run() {
        int status = dnnl.dnnl_primitive_execute(primitive, stream, arguments.size(), bound);
        if (status != dnnl.dnnl_success) {
            OneDnn.check(status, what);
        }
    }

    @Override
    public String toString() {
        return what;
    }

    private static final class At extends Pointer {
        At(long address) {
            super();
            this.address = address;
        }
    }
}
