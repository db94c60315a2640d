package io.convoy.spark.job;

import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.Ranking;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.data.HadoopModelFolder;
import java.util.List;

/** Scores a data set with a trained model, in this process. */
public final class Scoring {
    private static final int CHUNK = 1024;

    private Scoring() {}

    /** Reads the model in the folder {@code path}. */
    public static Model read(HadoopFiles files, String path) {
        return new HadoopModelFolder(files, files.absolute(path)).read();
    }

    /**
     * Compares the model's predictions with the data set's labels.
     *
     * @throws InvalidInputException if the model was trained on other images
     */
    public static ConfusionMatrix confusion(Model model, Dataset data) {
        ModelCard card = model.card();
        Head head = card.head();
        if (head.kind() != Head.Kind.CLASSES) {
            throw new InvalidInputException("Model " + card.name() + " expects to be asked for its " + head.name()
                    + ", as it tells no classes, but its accuracy was asked for.");
        }
        if (!data.sampleShape().equals(card.image()) || data.classes() != head.size()) {
            throw new InvalidInputException("Model " + card.name() + " expects images of " + card.image() + " in "
                    + head.size() + " classes, but those of " + data.name() + " are " + data.sampleShape() + " in "
                    + data.classes() + " classes.");
        }
        InputPipeline.Reader reader = new InputPipeline(data, card.preprocessing(), List.of(), new Seed(0)).reader();
        int floats = Math.toIntExact(card.image().count());
        float[] images = new float[CHUNK * floats];
        ConfusionMatrix confusion = new ConfusionMatrix(head.size());
        try (InferenceModel scorer = InferenceModel.of(model)) {
            for (int first = 0; first < data.size(); first += CHUNK) {
                int n = Math.min(CHUNK, data.size() - first);
                for (int i = 0; i < n; i++) {
                    reader.fillPlain(first + i, images, i * floats);
                }
                float[] scores = scorer.scores(images, n);
                for (int i = 0; i < n; i++) {
                    confusion.add(data.label(first + i), Ranking.best(scores, i * card.width(), head.size()));
                }
            }
        }
        return confusion;
    }
}
