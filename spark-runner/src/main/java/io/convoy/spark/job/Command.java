package io.convoy.spark.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convoy.engine.checkpoint.StoredFile;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.TaskScore;
import io.convoy.engine.schedule.Measurement;
import io.convoy.engine.serve.OneShot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the driver asks of the slots, and what they answer; all of it travels as JSON. */
final class Command {
    /** Steps to train: {@link Steps}; progress is {@link StepProgress}, the answer is empty. */
    static final String TRAIN = "train";

    /** The test set to evaluate; the body is empty, the answer is {@link EvaluationPart}. */
    static final String EVALUATE = "evaluate";

    /** A checkpoint to write; the body is empty, the answer is {@link Saved}. */
    static final String SAVE = "save";

    /** The model to write, which the first slot does: {@link Finish}; the answer is {@link Finished}. */
    static final String FINISH = "finish";

    private static final JsonMapper JSON = new JsonMapper();

    private Command() {}

    /**
     * Steps to train.
     *
     * @param from the first
     * @param to one past the last
     * @param digests whether the first slot tells digests of the weights
     * @param measurements of the run so far, on which its rates may depend
     */
    record Steps(long from, long to, boolean digests, List<Measurement> measurements) {}

    /**
     * A slot's part of a step.
     *
     * @param step updates done before it
     * @param epoch passes done before it
     * @param begin the slot's first leaf
     * @param leafLosses for each of its leaves, in order, the sum of each of the loss's terms
     * @param leaves of the whole step
     * @param normalizers of the whole batch, one a term
     * @param samples in the slot's leaves
     * @param computeNanos computing
     * @param waitNanos waiting for the next weights
     * @param digests of the weights after the step by tensor; empty unless asked for
     */
    record StepProgress(
            long step,
            long epoch,
            int begin,
            List<List<Double>> leafLosses,
            int leaves,
            List<Double> normalizers,
            int samples,
            long computeNanos,
            long waitNanos,
            Map<String, String> digests) {}

    /**
     * A slot's part of an evaluation.
     *
     * @param begin its first batch
     * @param batchLosses for each of its batches, in order, the sum of each of the loss's terms
     * @param batchWeights for each of its batches, in order, what the samples weigh in each term
     * @param confusion [target][predicted]; empty where the network doesn't score classes
     * @param tasks where the data have several
     */
    record EvaluationPart(
            int begin,
            List<List<Double>> batchLosses,
            List<List<Double>> batchWeights,
            List<List<Long>> confusion,
            List<TaskPart> tasks) {}

    /**
     * How good the network is at a task.
     *
     * @param confusion of its classes; empty where it asks for a number
     * @param batchErrors where it does, for each batch, in order, the sum of the absolute errors
     * @param count of all predictions of numbers
     */
    record TaskPart(String name, List<List<Long>> confusion, List<Double> batchErrors, long count) {
        static TaskPart of(TaskScore score) {
            if (score instanceof TaskScore.Classes classes) {
                return new TaskPart(classes.name(), rows(classes.confusion()), List.of(), 0);
            }
            TaskScore.Numbers numbers = (TaskScore.Numbers) score;
            return new TaskPart(numbers.name(), List.of(), numbers.batchErrors(), numbers.count());
        }

        TaskScore score() {
            return confusion.isEmpty()
                    ? new TaskScore.Numbers(name, batchErrors, count)
                    : new TaskScore.Classes(name, ConfusionMatrix.of(confusion));
        }
    }

    /** [target][predicted] of a confusion matrix. */
    static List<List<Long>> rows(ConfusionMatrix confusion) {
        return Arrays.stream(confusion.toArray())
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList();
    }

    /** The files that a slot wrote. */
    record Saved(List<StoredFile> files, String fingerprint) {}

    /**
     * The model to write.
     *
     * @param step updates done
     * @param epoch passes done
     * @param correct right predictions of the last evaluation
     * @param count all of its predictions
     */
    record Finish(long step, long epoch, long correct, long count) {}

    /**
     * What the first slot found of the model that it wrote.
     *
     * @param oneShot one, if the configuration asks for it; none, and none from other slots
     */
    record Finished(List<OneShot.Result> oneShot) {}

    static String encode(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A command expects to be written as JSON.", e);
        }
    }

    static <T> T decode(String body, Class<T> type) {
        try {
            return JSON.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "A command expects a body of the form " + type.getSimpleName() + ", but it is another.", e);
        }
    }
}
