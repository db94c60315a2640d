package io.convoy.spark.batch;

import io.convoy.engine.data.FileTree;
import io.convoy.engine.data.ImageFiles;
import io.convoy.engine.data.image.ImageException;
import io.convoy.engine.serve.ImageInput;
import io.convoy.spark.scoring.ChunkScorer;
import io.convoy.spark.scoring.ChunkScorer.Scored;
import io.convoy.spark.scoring.Inputs;
import io.convoy.spark.scoring.SharedModel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Scores images with several threads and tells of them in the order in which they came. Files are read and decoded by the threads that
 * score; no more than a few chunks are in memory.
 */
final class FileScoring implements AutoCloseable {
    /** Who is told. */
    @FunctionalInterface
    interface Listener {
        void predicted(Prediction prediction) throws IOException;
    }

    /** An image to come. */
    private record Item(Object name, FileTree.Content content, boolean isFile) {}

    private static final int MAX_FILE_BYTES = ImageFiles.Limits.defaults().fileBytes();

    private final SharedModel model;
    private final Optional<SharedModel> embedding;
    private final Listener listener;
    private final int threads;
    private final ExecutorService pool;
    private final Queue<ChunkScorer<Item>> idle = new ConcurrentLinkedQueue<>();
    private final Queue<Future<List<Scored<Item>>>> running = new ArrayDeque<>();
    private List<Item> chunk = new ArrayList<>();

    FileScoring(SharedModel model, Optional<SharedModel> embedding, int threads, Listener listener) {
        this.model = model;
        this.embedding = embedding;
        this.threads = threads;
        this.listener = listener;
        this.pool = Executors.newFixedThreadPool(threads);
    }

    /** Adds an image file. */
    void file(String path, FileTree.Content content) throws IOException {
        add(new Item(path, content, true));
    }

    /** Adds pixels, [C, H, W]. */
    void pixels(int index, byte[] pixels) throws IOException {
        add(new Item(index, most -> pixels, false));
    }

    private void add(Item item) throws IOException {
        chunk.add(item);
        if (chunk.size() == ChunkScorer.CHUNK) {
            submit();
        }
    }

    private void submit() throws IOException {
        if (chunk.isEmpty()) {
            return;
        }
        if (running.size() > threads) {
            tell();
        }
        List<Item> items = chunk;
        chunk = new ArrayList<>();
        running.add(pool.submit(() -> {
            ChunkScorer<Item> known = idle.poll();
            ChunkScorer<Item> scorer = known == null ? new ChunkScorer<>(model, embedding, FileScoring::read) : known;
            List<Scored<Item>> scored = scorer.score(items);
            idle.add(scorer);
            return scored;
        }));
    }

    private static void read(Item item, ImageInput input, float[] into, int offset) {
        byte[] bytes;
        try {
            bytes = item.content().read(MAX_FILE_BYTES);
        } catch (IOException e) {
            throw new ImageException("it can't be read: " + e.getMessage(), e);
        }
        if (!item.isFile()) {
            Inputs.pixels(bytes, input, into, offset);
        } else if (bytes.length > MAX_FILE_BYTES) {
            throw new ImageException(
                    String.format(Locale.ROOT, "it has more than the limit of %,d bytes", MAX_FILE_BYTES));
        } else {
            Inputs.file(bytes, input, into, offset);
        }
    }

    private void tell() throws IOException {
        Future<List<Scored<Item>>> first = running.remove();
        try {
            for (Scored<Item> one : first.get()) {
                listener.predicted(
                        new Prediction(List.of(one.item().name()), one.reason(), one.scores(), one.embedding()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Scoring was interrupted.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Waits for what is still being scored, and tells of it. */
    void finish() throws IOException {
        submit();
        while (!running.isEmpty()) {
            tell();
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
