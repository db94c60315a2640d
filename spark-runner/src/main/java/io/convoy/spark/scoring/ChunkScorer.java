package io.convoy.spark.scoring;

import io.convoy.engine.data.image.ImageException;
import io.convoy.engine.program.Inference;
import io.convoy.engine.serve.ImageInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scores items of any kind, {@link #CHUNK} at once. An item that can't be used keeps its place, with the
 * reason. For one thread; its memory is that of one batch.
 *
 * @param <T> what is scored: a row, a file
 */
public final class ChunkScorer<T> {
    /** How many items are best scored at once. */
    public static final int CHUNK = Inference.LARGEST_BATCH;

    /**
     * How an item becomes an input.
     *
     * @param <T> what is scored
     */
    @FunctionalInterface
    public interface Reader<T> {
        /**
         * Overwrites the floats of one input from {@code offset} on.
         *
         * @throws ImageException if the item can't be used; its message is the reason
         */
        void read(T item, ImageInput input, float[] into, int offset);
    }

    /**
     * What became of an item.
     *
     * @param item the item
     * @param reason why it could not be used, a clause; none if it was scored
     * @param scores of all heads; empty if it was not scored
     * @param embedding the values of the node that was asked for; empty if none was, or it was not scored
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Scored<T>(T item, Optional<String> reason, float[] scores, float[] embedding) {}

    private final SharedModel model;
    private final @Nullable SharedModel embedding;
    private final Reader<T> reader;
    private final ImageInput input;
    private final float[] images;

    /**
     * A scorer that uses models until they are closed, which is somebody else's business.
     *
     * @param model what scores
     * @param embedding the same model up to a node, whose values are told as well; or nothing
     * @param reader how items are read
     */
    public ChunkScorer(SharedModel model, Optional<SharedModel> embedding, Reader<T> reader) {
        this.model = model;
        this.embedding = embedding.orElse(null);
        this.reader = reader;
        this.input = model.input();
        this.images = new float[Math.multiplyExact(CHUNK, input.floats())];
    }

    /** What became of each of {@code items}, in their order. */
    public List<Scored<T>> score(List<T> items) {
        List<Scored<T>> scored = new ArrayList<>(items.size());
        for (int first = 0; first < items.size(); first += CHUNK) {
            scoreChunk(items.subList(first, Math.min(first + CHUNK, items.size())), scored);
        }
        return scored;
    }

    private void scoreChunk(List<T> items, List<Scored<T>> scored) {
        List<Optional<String>> reasons = new ArrayList<>(items.size());
        int usable = 0;
        for (T item : items) {
            try {
                reader.read(item, input, images, usable * input.floats());
                reasons.add(Optional.empty());
                usable++;
            } catch (ImageException e) {
                reasons.add(Optional.of(String.valueOf(e.getMessage())));
            }
        }
        float[] scores = model.scorer().scores(images, usable);
        float[] values = embedding == null ? new float[0] : embedding.scorer().scores(images, usable);
        int next = 0;
        for (int i = 0; i < items.size(); i++) {
            if (reasons.get(i).isPresent()) {
                scored.add(new Scored<>(items.get(i), reasons.get(i), new float[0], new float[0]));
            } else {
                scored.add(new Scored<>(
                        items.get(i), reasons.get(i), part(scores, next, usable), part(values, next, usable)));
                next++;
            }
        }
    }

    /** Part {@code index} of {@code count} equal ones. */
    private static float[] part(float[] values, int index, int count) {
        float[] part = new float[values.length / count];
        System.arraycopy(values, index * part.length, part, 0, part.length);
        return part;
    }
}
