package io.convoy.engine.kernel;

import io.convoy.engine.tensor.NativeLibraries;
import java.io.IOException;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** oneDNN's CPU engine, one in a process, and what a run records of it. */
public final class OneDnn {
    private static final Start START = Start.now();

    private OneDnn() {}

    /** How loading went. A class that fails to initialise tells its reason to the first caller only; this tells it to all. */
    private record Start(
            @Nullable dnnl_engine engine, @Nullable KernelException failure) {
        static Start now() {
            NativeLibraries.prepare();
            try {
                requireOneThread(System.getenv("OMP_NUM_THREADS"));
                dnnl_engine engine = new dnnl_engine();
                check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "engine");
                return new Start(engine, null);
            } catch (KernelException e) {
                return new Start(null, e);
            } catch (LinkageError e) {
                return new Start(null, new KernelException(refused(e), e));
            }
        }

        dnnl_engine result() {
            if (failure != null) {
                throw new KernelException(String.valueOf(failure.getMessage()), failure);
            }
            return Objects.requireNonNull(engine);
        }
    }

    private static String refused(LinkageError failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        String reason = String.valueOf(root.getMessage()).strip().replaceAll("\\s+", " ");
        // The loader writes the library's path, twice, before its reason.
        String tail = reason.substring(reason.lastIndexOf(": ") + 1).strip();
        return "oneDNN expects to load its native libraries from " + cacheFolder() + ", but the system refuses: " + tail
                + (tail.endsWith(".") ? "" : ".")
                + " Maybe that folder can't be written or is mounted noexec: name another with"
                + " -Dorg.bytedeco.javacpp.cachedir=FOLDER, in CONVOY_JAVA_OPTIONS or, for executors, in"
                + " spark.executor.extraJavaOptions.";
    }

    private static String cacheFolder() {
        try {
            return Loader.getCacheDir().toString();
        } catch (IOException | LinkageError e) {
            return "a folder of its own";
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
     * The engine.
     *
     * @throws KernelException if the native libraries can't be loaded, or {@code OMP_NUM_THREADS} is not 1
     */
    public static dnnl_engine engine() {
        return START.result();
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
        START.result();
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
