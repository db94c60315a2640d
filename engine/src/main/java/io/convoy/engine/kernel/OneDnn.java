package io.convoy.engine.kernel;

import io.convoy.engine.tensor.NativeLibraries;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/** oneDNN's CPU engine, one in a process, and what a run records of it. */
public final class OneDnn {
    private static @Nullable dnnl_engine engine;

    private OneDnn() {}

    private static dnnl_engine start() {
        NativeLibraries.prepare();
        requireOneThread(System.getenv("OMP_NUM_THREADS"));
        try {
            dnnl_engine engine = new dnnl_engine();
            check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "engine");
            return engine;
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new KernelException(
                    "oneDNN expects to load its native library, but the system refused it: " + e.getMessage()
                            + ". Maybe the folder it is unpacked to can't be written or is mounted noexec; set"
                            + " -Dorg.bytedeco.javacpp.cachedir to one that works.",
                    e);
        }
    }

    /** Parallelism is one replica a core; threads inside a primitive would change the bits and cost more than they give. */
    static void requireOneThread(@Nullable String setting) {
        if (!"1".equals(setting)) {
            throw new KernelException(
                    "oneDNN expects OMP_NUM_THREADS=1 in the environment, but it is "
                            + (setting == null ? "not set" : setting)
                            + ". Maybe the process was not started by convoy; on executors set spark.executorEnv.OMP_NUM_THREADS=1.");
        }
    }

    /**
     * The engine, started by whoever asks first.
     *
     * @throws KernelException if this process can't use oneDNN; asking again gives the same answer
     */
    public static synchronized dnnl_engine engine() {
        dnnl_engine started = engine;
        if (started == null) {
            started = start();
            engine = started;
        }
        return started;
    }

    /** A stream that lives as long as {@code handles}. */
    public static dnnl_stream stream(Handles handles) {
        dnnl_engine started = engine();
        dnnl_stream stream = new dnnl_stream();
        check(dnnl.dnnl_stream_create(stream, started, dnnl.dnnl_stream_default_flags), "stream");
        return handles.own(stream, () -> dnnl.dnnl_stream_destroy(stream));
    }

    /** oneDNN's version and the instruction set it uses here, e.g. {@code oneDNN 3.11.0, isa 0x1ff}. */
    public static String version() {
        engine();
        dnnl_version_t version = dnnl.dnnl_version();
        return "oneDNN " + version.major() + "." + version.minor() + "." + version.patch() + ", isa 0x"
                + Integer.toHexString(dnnl.dnnl_get_effective_cpu_isa());
    }

    public static void check(int status, String what) {
        if (status != dnnl.dnnl_success) {
            throw new KernelException(
                    "oneDNN expects to make a " + what + ", but it answered with status " + status + ".");
        }
    }
}
