package io.convoy.engine.serve;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.network.Network;
import io.convoy.engine.program.Inference;
import io.convoy.engine.program.Weights;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model that scores. It is compiled once, for one batch that is filled up where there are fewer images: an image's scores have
 * the same bits at every position, beside any neighbours, and in float32, the default, as in the evaluation during training. What
 * only outputs need that are no head of the card, such as an auxiliary classifier, is not computed.
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

    private final ModelCard card;
    private final Shared shared;
    private final Inference inference;
    private final Network network;
    private final List<Head> heads;
    private final int width;
    private final int imageFloats;
    private boolean closed;

    private InferenceModel(
            ModelCard card, Network network, List<Head> heads, Shared shared, int batch, Precision precision) {
        this.card = card;
        this.shared = shared;
        this.network = network;
        this.heads = heads;
        this.width = heads.stream().mapToInt(Head::size).sum();
        this.imageFloats = Math.toIntExact(card.image().count());
        shared.users().incrementAndGet();
        try {
            this.inference = new Inference(network, shared.weights(), batch, precision);
        } catch (RuntimeException | Error e) {
            shared.release();
            throw e;
        }
    }

    /** Compiles {@code model} in float32, as evaluation does. */
    public static InferenceModel of(Model model) {
        return of(model, Precision.FLOAT32);
    }

    /**
     * Compiles {@code model} for batches of {@link Inference#batch}.
     *
     * @param precision what feature maps are kept and weights read in; another one gives other bits
     * @throws io.convoy.engine.kernel.KernelException if this CPU doesn't compute in that precision
     */
    public static InferenceModel of(Model model, Precision precision) {
        return of(model, Inference.batch(model.network()), precision);
    }

    /**
     * Compiles {@code model} for batches of another size.
     *
     * @param batch images that are computed at once, at least 1; another batch may give other bits
     * @param precision what feature maps are kept and weights read in; another one gives other bits
     * @throws io.convoy.engine.kernel.KernelException if this CPU doesn't compute in that precision
     */
    public static InferenceModel of(Model model, int batch, Precision precision) {
        return of(
                model,
                model.network().firstOutputs(model.card().heads().size()),
                model.card().heads(),
                batch,
                precision);
    }

    /**
     * Compiles {@code model} up to the node called {@code node}, whose values, [n, …], row-major, take the place of the scores: an
     * embedding of images.
     *
     * @throws IllegalArgumentException if the network has no such node
     * @throws io.convoy.engine.kernel.KernelException if this CPU doesn't compute in that precision
     */
    public static InferenceModel of(Model model, Precision precision, String node) {
        Network network = model.network().upTo(node);
        int values = Math.toIntExact(network.outputSample(0).count());
        return of(
                model,
                network,
                List.of(new Head(node, Head.Kind.VALUES, values, List.of())),
                Inference.batch(network),
                precision);
    }

    private static InferenceModel of(Model model, Network network, List<Head> heads, int batch, Precision precision) {
        return new InferenceModel(
                model.card(), network, heads, new Shared(model.load(), new AtomicInteger()), batch, precision);
    }

    /**
     * Another one for another thread, with the same bits, on the same weights. Both are closed, in any order; the last one frees
     * the weights.
     */
    public InferenceModel fork() {
        requireOpen();
        return new InferenceModel(card, network, heads, shared, inference.batch(), inference.precision());
    }

    /** Images that are computed at once. */
    public int batch() {
        return inference.batch();
    }

    public ModelCard card() {
        return card;
    }

    /** What the scores of an image are, one head behind the other. */
    public List<Head> heads() {
        return heads;
    }

    /** How many scores an image gets, over all heads. */
    public int width() {
        return width;
    }

    /**
     * The scores of some images, before any softmax: [n, {@link #width}], row-major, those of an image one head behind the other.
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
        float[] scores = new float[Math.multiplyExact(n, width)];
        for (int first = 0; first < n; first += inference.batch()) {
            int samples = Math.min(inference.batch(), n - first);
            for (int i = 0; i < samples; i++) {
                inference.put(i, images, (first + i) * imageFloats);
            }
            if (heads.size() == 1) {
                inference.run(samples, scores, first * width);
            } else {
                runHeads(samples, scores, first * width);
            }
        }
        return scores;
    }

    private void runHeads(int samples, float[] scores, int offset) {
        float[] head = new float[samples * width];
        inference.run(samples, head, 0);
        int column = 0;
        for (int index = 0; index < heads.size(); index++) {
            int size = heads.get(index).size();
            inference.read(index, samples, head, 0);
            for (int i = 0; i < samples; i++) {
                System.arraycopy(head, i * size, scores, offset + i * width + column, size);
            }
            column += size;
        }
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
