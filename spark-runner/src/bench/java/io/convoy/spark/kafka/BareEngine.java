package io.convoy.spark.kafka;

import io.convoy.engine.program.Inference;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A model alone: as many threads as there are cores, each with its own program, score images that lie in memory. */
final class BareEngine implements AutoCloseable {
    private final List<InferenceModel> models = new ArrayList<>();
    private final ExecutorService threads;
    private final float[] images;

    BareEngine(Model model) {
        int cores = Runtime.getRuntime().availableProcessors();
        this.threads = Executors.newFixedThreadPool(cores);
        this.images =
                new float[Math.toIntExact(Inference.LARGEST_BATCH * model.card().image().count())];
        for (int i = 0; i < images.length; i++) {
            images[i] = (i % 255) / 128f - 1;
        }
        models.add(InferenceModel.of(model));
        while (models.size() < cores) {
            models.add(models.get(0).fork());
        }
    }

    /** How fast it scores, measured for so long. */
    double imagesPerSecond(double seconds) throws Exception {
        List<Future<Double>> rates = new ArrayList<>();
        for (InferenceModel model : models) {
            rates.add(threads.submit(() -> imagesPerSecond(model, seconds)));
        }
        double sum = 0;
        for (Future<Double> rate : rates) {
            sum += rate.get();
        }
        return sum;
    }

    private double imagesPerSecond(InferenceModel model, double seconds) {
        long begin = System.nanoTime();
        long count = 0;
        double elapsed = 0;
        while (elapsed < seconds) {
            float[] unused = model.scores(images, Inference.LARGEST_BATCH);
            count += Inference.LARGEST_BATCH;
            elapsed = (System.nanoTime() - begin) * 1e-9;
        }
        return count / elapsed;
    }

    @Override
    public void close() {
        threads.shutdown();
        models.forEach(InferenceModel::close);
    }
}
