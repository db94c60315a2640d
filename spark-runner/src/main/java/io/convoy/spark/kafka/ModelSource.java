package io.convoy.spark.kafka;

import io.convoy.engine.checkpoint.CheckpointException;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.scoring.SharedModels;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The newest usable version of the model in a folder. {@link #refresh} looks whether there is another one and loads it while the
 * former serves on; one that can't be used is refused once, with a line, and not tried again.
 */
final class ModelSource implements AutoCloseable {
    private final String path;
    private final StreamConfig config;
    private final Consumer<String> log;
    private final HadoopFiles files = HadoopFiles.ofThisProcess();
    private ServedModel current;
    private @Nullable String refused;
    private boolean closed;

    /** Loads what is there. */
    ModelSource(String path, StreamConfig config, Consumer<String> log) {
        this.path = path;
        this.config = config;
        this.log = log;
        this.current = ServedModel.load(path, SharedModels.version(files, path), config);
    }

    /** The version that serves, held once more: whoever gets it releases it. */
    synchronized ServedModel acquire() {
        current.hold();
        return current;
    }

    synchronized String version() {
        return current.version();
    }

    /** Takes up another version, if there is one that can be used. For one thread. */
    void refresh() {
        String found;
        try {
            found = SharedModels.version(files, path);
        } catch (RuntimeException e) {
            refuse("unreadable", e);
            return;
        }
        if (found.equals(version())) {
            synchronized (this) {
                refused = null;
            }
            return;
        }
        synchronized (this) {
            if (found.equals(refused)) {
                return;
            }
        }
        ServedModel loaded;
        try {
            loaded = ServedModel.load(path, found, config);
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            refuse(found, e);
            return;
        }
        ServedModel former;
        synchronized (this) {
            if (closed) {
                loaded.release();
                return;
            }
            former = current;
            current = loaded;
            refused = null;
        }
        log.accept("model " + path + ": version " + found + " serves from now on, after " + former.version());
        former.release();
    }

    private synchronized void refuse(String found, Throwable e) {
        if (!found.equals(refused)) {
            refused = found;
            log.accept("model " + path + ": version " + found + " is refused, " + current.version() + " serves on. "
                    + reason(e));
        }
    }

    private static String reason(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CheckpointException) {
                return String.valueOf(cause.getMessage());
            }
        }
        return e instanceof RuntimeException && e.getMessage() != null ? e.getMessage() : e.toString();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            current.release();
        }
    }
}
