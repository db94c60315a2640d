package io.convoy.spark.scoring;

import io.convoy.engine.serve.ImageInput;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.Scorer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One user's hold on a model that the whole process shares; {@link SharedModels#of} gives it. For any number of threads. It is
 * closed when its user is done; the model stays in memory for the next one.
 */
public final class SharedModel implements AutoCloseable {
    private final Scorer scorer;
    private final String version;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    SharedModel(Scorer scorer, String version, Runnable release) {
        this.scorer = scorer;
        this.version = version;
        this.release = release;
    }

    /** What scores: one for the whole process, never to be closed by its users. */
    public Scorer scorer() {
        return scorer;
    }

    /** What the model says of itself. */
    public ModelCard card() {
        return scorer.card();
    }

    /** How files, pixels and values become the scorer's inputs. */
    public ImageInput input() {
        return new ImageInput(scorer.card());
    }

    /** The version that was asked for, and that this is. */
    public String version() {
        return version;
    }

    /** Gives it back; closing again does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }
}
