package io.convoy.engine.serve;

import io.convoy.engine.program.Inference;
import io.convoy.engine.program.Weights;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model that scores. It is compiled once, for one batch that is filled up where there are fewer images: an image's scores have
 * the same bits at every position, beside any neighbours, and as in the evaluation during training. What only other outputs than
 * the first need, such as an auxiliary head, is not computed.
 *
 * <p>One thread at a time; {@link #fork()} gives another thread one of its own, on the same weights.
 */
public final class InferenceModel implements AutoCloseable {
    /** The weights, and how many models use them. */
    private record Shared(Weights weights, AtomicInteger users) {
        void release() {
            if (users.decrementAndGet() == 0) {
                weights.close();
            }
        }
    }

    private final Model model;
    private final Shared shared;
    private final Inference inference;
    private final int imageFloats;
    private boolean closed;

    private InferenceModel(Model model, Shared shared, int batch) {
        this.model = model;
        this.shared = shared;
        this.imageFloats = Math.toIntExact(model.card().image().count());
        shared.users().incrementAndGet();
        try {
            this.inference = new Inference(model.network().upTo(0), shared.weights(), batch);
        } catch (RuntimeException | Error e) {
            shared.release();
            throw e;
        }
    }

    /** Compiles {@code model} for batches of {@link Inference#BATCH}, as evaluation does. */
    public static InferenceModel of(Model model) {
        return of(model, Inference.BATCH);
    }

    /**
     * Compiles {@code model}.
     *
     * @param batch images that are computed at once, at least 1; another batch may give other bits
     */
    public static InferenceModel of(Model model, int batch) {
        return new InferenceModel(model, new Shared(model.load(), new AtomicInteger()), batch);
    }

    /**
     * Another one for another thread, with the same bits, on the same weights. Both are closed, in any order; the last one frees
     * the weights.
     */
    public InferenceModel fork() {
        requireOpen();
        return new InferenceModel(model, shared, inference.batch());
    }

    public ModelCard card() {
        return model.card();
    }

    /**
     * The scores of some images, before any softmax: [n, classes], row-major.
     *
     * @param images at least n images of the card's shape, row-major, as the card's preprocessing gives them
     * @param n how many, at least 0
     */
    public float[] scores(float[] images, int n) {
        requireOpen();
        if (n < 0 || images.length / imageFloats < n) {
            throw new IllegalArgumentException("Model " + card().name() + " expects n ≥ 0 images of "
                    + card().image() + ", " + imageFloats + " floats each, but n is " + n + " and it got "
                    + images.length + " floats.");
        }
        int classes = card().classes();
        float[] scores = new float[Math.multiplyExact(n, classes)];
        for (int first = 0; first < n; first += inference.batch()) {
            int samples = Math.min(inference.batch(), n - first);
            for (int i = 0; i < samples; i++) {
                inference.put(i, images, (first + i) * imageFloats);
            }
            inference.run(samples, scores, first * classes);
        }
        return scores;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Model " + card().name() + " expects to be open, but it has been closed.");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            inference.close();
            shared.release();
        }
    }
}
