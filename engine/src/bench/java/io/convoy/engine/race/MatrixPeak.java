package io.convoy.engine.race;

import io.convoy.engine.kernel.OneDnn;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.tensor.NativeLibraries;
import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;

/** What the machine reaches in the product of two matrices of {@value #SIZE} × {@value #SIZE}, one on every core at the same time. */
final class MatrixPeak {
    private static final int SIZE = 1536;
    private static final long NANOS = 1_000_000_000L;
    private static final int ROUNDS = 3;

    private final dnnl_primitive primitive = new dnnl_primitive();
    private final dnnl_stream stream = new dnnl_stream();
    private final dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(3);

    private MatrixPeak(int dataType) {
        dnnl_engine engine = OneDnn.engine();
        dnnl_memory_desc plain = description(dataType, dnnl.dnnl_ab);
        dnnl_primitive_desc descriptor = new dnnl_primitive_desc();
        check(dnnl.dnnl_matmul_primitive_desc_create(
                descriptor,
                engine,
                plain,
                description(dataType, dnnl.dnnl_format_tag_any),
                null,
                description(dnnl.dnnl_f32, dnnl.dnnl_ab),
                (dnnl_primitive_attr) null));
        check(dnnl.dnnl_primitive_create(primitive, descriptor));
        check(dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags));
        argument(0, dnnl.DNNL_ARG_SRC, plain, engine);
        argument(1, dnnl.DNNL_ARG_WEIGHTS, dnnl.dnnl_primitive_desc_query_md(descriptor, dnnl.dnnl_query_weights_md, 0), engine);
        argument(2, dnnl.DNNL_ARG_DST, description(dnnl.dnnl_f32, dnnl.dnnl_ab), engine);
    }

    private static dnnl_memory_desc description(int dataType, int tag) {
        dnnl_memory_desc description = new dnnl_memory_desc();
        check(dnnl.dnnl_memory_desc_create_with_tag(description, 2, new long[] {SIZE, SIZE}, dataType, tag));
        return description;
    }

    private void argument(int position, int name, dnnl_memory_desc description, dnnl_engine engine) {
        dnnl_memory memory = new dnnl_memory();
        FloatPointer data = new FloatPointer(dnnl.dnnl_memory_desc_get_size(description) / Float.BYTES);
        for (long i = 0; i < data.limit(); i++) {
            data.put(i, 1);
        }
        check(dnnl.dnnl_memory_create(memory, description, engine, data));
        arguments.getPointer(position).arg(name).memory(memory);
    }

    private static void check(int status) {
        if (status != dnnl.dnnl_success) {
            throw new IllegalStateException("oneDNN expects a product of matrices to work, but its status is " + status + ".");
        }
    }

    private void execute() {
        check(dnnl.dnnl_primitive_execute(primitive, stream, 3, arguments));
        check(dnnl.dnnl_stream_wait(stream));
    }

    /** Floating-point operations a second on all cores, the best of some rounds; what it allocates lives as long as the process. */
    static double measure(Precision precision, int cores) {
        NativeLibraries.prepare();
        int dataType = precision == Precision.BFLOAT16 ? dnnl.dnnl_bf16 : dnnl.dnnl_f32;
        MatrixPeak[] products = new MatrixPeak[cores];
        Arrays.setAll(products, i -> new MatrixPeak(dataType));
        double best = 0;
        try (Crowd crowd = new Crowd(cores)) {
            crowd.each(i -> products[i].execute());
            for (int round = 0; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                long count = crowd.batches(NANOS, 1, i -> products[i].execute());
                best = Math.max(best, 2.0 * SIZE * SIZE * SIZE * count / ((System.nanoTime() - begin) / 1e9));
            }
        }
        return best;
    }
}
