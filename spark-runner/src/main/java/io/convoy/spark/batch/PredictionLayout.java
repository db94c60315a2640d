package io.convoy.spark.batch;

import io.convoy.engine.serve.Head;
import java.util.ArrayList;
import java.util.List;

/**
 * What is written of every prediction.
 *
 * @param names what the {@link Prediction#names} are called; those of a table are its columns
 * @param heads of the model
 * @param topK how many of the likeliest classes are told beside the first, 0 for none
 * @param withScores whether all scores are told
 * @param withEmbedding whether an embedding is
 */
record PredictionLayout(List<String> names, List<Head> heads, int topK, boolean withScores, boolean withEmbedding) {
    PredictionLayout {
        names = List.copyOf(names);
        heads = List.copyOf(heads);
    }

    /** The first head. */
    Head head() {
        return heads.get(0);
    }

    boolean classifies() {
        return head().kind() == Head.Kind.CLASSES;
    }

    /** The other heads. */
    List<Head> further() {
        return heads.subList(1, heads.size());
    }

    /** Where the scores of {@code head} begin. */
    int offset(Head head) {
        return heads.subList(0, heads.indexOf(head)).stream()
                .mapToInt(Head::size)
                .sum();
    }

    /** Whether the scores are told under their own name: because they were asked for, or because there is nothing else. */
    boolean tellsScores() {
        return withScores || !classifies();
    }

    /** The scores' names in a table of text. */
    List<String> scoreNames() {
        List<String> all = new ArrayList<>();
        for (Head head : heads) {
            for (int i = 0; i < head.size(); i++) {
                all.add("score." + (head.equals(head()) ? "" : head.name() + ".") + head.label(i));
            }
        }
        return all;
    }
}
