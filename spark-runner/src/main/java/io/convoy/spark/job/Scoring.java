package io.convoy.spark.job;

import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.TaskScore;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.OneShot;
import io.convoy.engine.train.Evaluation;
import io.convoy.engine.train.TaskTally;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.DataConfig;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.data.HadoopModelFolder;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Scores a data set with a trained model, in this process. */
public final class Scoring {
    private Scoring() {}

    /** Reads the model in the folder {@code path}. */
    public static Model read(HadoopFiles files, String path) {
        return new HadoopModelFolder(files, files.absolute(path)).read();
    }

    /**
     * Tests a model that embeds images by one-shot classification, as a configuration asks.
     *
     * @param precision what the model computes in
     * @throws InvalidInputException if the model doesn't embed images, or the configuration doesn't ask for it
     */
    public static OneShot.Result oneShot(Model model, DataConfig config, Dataset data, Precision precision) {
        Head head = model.card().head();
        if (head.kind() != Head.Kind.VALUES) {
            throw new InvalidInputException(
                    "Model " + model.card().name() + " expects to be asked for its " + head.name()
                            + ", but the configuration compares images, which asks for an embedding. Maybe it belongs to another"
                            + " configuration.");
        }
        return Recipe.oneShot(config)
                .orElseThrow(() -> new InvalidInputException("data.compare.oneShot is expected to say how model "
                        + model.card().name() + ", which embeds images, is tested, but it is missing. Maybe add"
                        + " oneShot: { ways: 20 }."))
                .evaluate(model, data, precision);
    }

    /**
     * Compares the model's predictions with the data set's labels: for each of its heads how good they are. The one head of a
     * classifier is a task of that name.
     *
     * @param precision what the model computes in; in float32 the scores are those of evaluation during training
     * @throws InvalidInputException if the model was trained on other images or tasks
     */
    public static List<TaskScore> scores(Model model, Dataset data, Precision precision) {
        ModelCard card = model.card();
        List<TaskTarget> tasks = tasks(card, data);
        InputPipeline.Reader reader = new InputPipeline(data, card.preprocessing(), List.of(), new Seed(0)).reader();
        int floats = Math.toIntExact(card.image().count());
        float[] images = new float[Evaluation.BATCH * floats];
        float[] targets = new float[tasks.size()];
        TaskTally tally = new TaskTally(tasks);
        try (InferenceModel scorer = InferenceModel.of(model, precision)) {
            // The batches of evaluation in training, so that sums are the same.
            for (int first = 0; first < data.size(); first += Evaluation.BATCH) {
                int n = Math.min(Evaluation.BATCH, data.size() - first);
                for (int i = 0; i < n; i++) {
                    reader.fillPlain(first + i, images, i * floats);
                }
                float[] scores = scorer.scores(images, n);
                for (int i = 0; i < n; i++) {
                    data.readTarget(first + i, targets, 0);
                    int at = i * card.width();
                    for (int t = 0; t < targets.length; t++) {
                        tally.add(t, targets[t], scores, at);
                        at += tasks.get(t).outputs();
                    }
                }
                tally.end(n);
            }
        }
        return tally.scores();
    }

    /** The same for a classifier, class by class, in float32. */
    public static ConfusionMatrix confusion(Model model, Dataset data) {
        TaskScore first = scores(model, data, Precision.FLOAT32).get(0);
        if (first instanceof TaskScore.Classes classes) {
            return classes.confusion();
        }
        throw toldValues(model.card());
    }

    private static InvalidInputException toldValues(ModelCard card) {
        return new InvalidInputException("Model " + card.name() + " expects to be asked for its "
                + card.head().name() + ", as it tells no classes, but its accuracy was asked for.");
    }

    /** The heads of a network that was trained for these tasks. */
    static List<Head> heads(List<TaskTarget> tasks) {
        return tasks.stream()
                .map(task -> new Head(
                        task.name(),
                        task.isNumber() ? Head.Kind.VALUES : Head.Kind.CLASSES,
                        task.outputs(),
                        task.classNames()))
                .toList();
    }

    /** What the model tells and the data set knows. */
    private static List<TaskTarget> tasks(ModelCard card, Dataset data) {
        Head head = card.head();
        if (data.tasks().isEmpty() && head.kind() != Head.Kind.CLASSES) {
            throw toldValues(card);
        }
        boolean fits = data.tasks().isEmpty()
                ? card.heads().size() == 1 && data.classes() == head.size()
                : card.heads().equals(heads(data.tasks()));
        if (!fits || !data.sampleShape().equals(card.image())) {
            List<Head> asked = data.tasks().isEmpty()
                    ? List.of(Head.classes(data.classes(), data.classNames()))
                    : heads(data.tasks());
            throw new InvalidInputException("Model " + card.name() + " expects images of " + card.image() + " in "
                    + told(card.heads()) + ", but those of " + data.name() + " are " + data.sampleShape() + " in "
                    + told(asked) + "."
                    + (told(card.heads()).equals(told(asked))
                                    && data.sampleShape().equals(card.image())
                            ? " Maybe the classes have other names."
                            : ""));
        }
        return data.tasks().isEmpty()
                ? List.of(new TaskTarget(
                        head.name(),
                        IntStream.range(0, head.size()).mapToObj(head::label).toList()))
                : data.tasks();
    }

    /** "10 classes", or for several heads "alphabet (5 classes), age (1 value)". */
    private static String told(List<Head> heads) {
        if (heads.size() == 1 && heads.get(0).kind() == Head.Kind.CLASSES) {
            return heads.get(0).size() + " classes";
        }
        return heads.stream()
                .map(head -> head.name() + " (" + head.size()
                        + (head.kind() == Head.Kind.CLASSES ? " classes)" : head.size() == 1 ? " value)" : " values)"))
                .collect(Collectors.joining(", "));
    }
}
