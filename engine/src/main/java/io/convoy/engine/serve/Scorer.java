package io.convoy.engine.serve;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A model that any number of threads score with at once: as many compiled programs as there were threads at the same time, on one
 * copy of the weights. Scores have the bits of {@link InferenceModel}.
 */
public final class Scorer implements AutoCloseable {
    private final InferenceModel first;
    private final ConcurrentLinkedQueue<InferenceModel> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** A scorer that closes {@code first} with itself. */
    public Scorer(InferenceModel first) {
        this.first = first;
        idle.add(first);
    }

    public ModelCard card() {
        return first.card();
    }

    /** What the scores of an image are, one head behind the other. */
    public List<Head> heads() {
        return first.heads();
    }

    /** How many scores an image gets, over all heads. */
    public int width() {
        return first.width();
    }

    /** As {@link InferenceModel#scores}. */
    public float[] scores(float[] images, int n) {
        InferenceModel model = take();
        try {
            return model.scores(images, n);
        } finally {
            give(model);
        }
    }

    private synchronized InferenceModel take() {
        if (closed) {
            throw new IllegalStateException(
                    "The scorer of " + card().name() + " expects to be open, but it has been closed.");
        }
        InferenceModel model = idle.poll();
        return model == null ? first.fork() : model;
    }

    private synchronized void give(InferenceModel model) {
        if (closed) {
            model.close();
        } else {
            idle.add(model);
        }
    }

    /** Whoever is scoring still ends; then the memory is given back. */
    @Override
    public synchronized void close() {
        closed = true;
        for (InferenceModel model = idle.poll(); model != null; model = idle.poll()) {
            model.close();
        }
    }
}
