package io.convoy.engine.metric;

import java.util.ArrayList;
import java.util.List;

/** How good predictions are at one of several tasks. */
public sealed interface TaskScore {
    /** What the task is called. */
    String name();

    /** This and the predictions that follow, of the same task. */
    TaskScore plus(TaskScore next);

    /**
     * Of a task with classes.
     *
     * @param confusion of them
     */
    record Classes(String name, ConfusionMatrix confusion) implements TaskScore {
        @Override
        public Classes plus(TaskScore next) {
            ConfusionMatrix both = new ConfusionMatrix(confusion.classes());
            both.merge(confusion);
            both.merge(((Classes) next).confusion);
            return new Classes(name, both);
        }
    }

    /**
     * Of a task that asks for a number.
     *
     * @param batchErrors the sum of the absolute errors of each batch, in order
     * @param count of all predictions
     */
    record Numbers(String name, List<Double> batchErrors, long count) implements TaskScore {
        public Numbers {
            batchErrors = List.copyOf(batchErrors);
        }

        @Override
        public Numbers plus(TaskScore next) {
            Numbers other = (Numbers) next;
            List<Double> all = new ArrayList<>(batchErrors);
            all.addAll(other.batchErrors);
            return new Numbers(name, all, count + other.count);
        }

        /** Σ |prediction − number| / count, summed in order; NaN of no predictions. */
        public double meanAbsoluteError() {
            double sum = 0;
            for (double error : batchErrors) {
                sum += error;
            }
            return sum / count;
        }
    }
}
