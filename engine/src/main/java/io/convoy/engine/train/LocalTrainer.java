package io.convoy.engine.train;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.LocalExchange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.schedule.Measurement;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains in one process, without Spark and without sockets. It gives the same bits as any cluster.
 *
 * @param plan what to do
 * @param train the training set
 * @param test evaluated after each epoch, with the average of the weights if one is kept
 * @param cores how many replicas
 */
public record LocalTrainer(TrainingPlan plan, InputPipeline train, InputPipeline test, int cores) {
    /**
     * Trains from {@code start}, the plan's {@link TrainingPlan#initialState()} or a state saved earlier, to the end.
     *
     * @return the state after the last step
     */
    public ModelState fit(ModelState start, Listener listener) {
        int size = train.dataset().size();
        return fit(start, plan.steps(size), listener);
    }

    /** Trains from {@code start} until {@code lastStep} updates have been done. */
    public ModelState fit(ModelState start, long lastStep, Listener listener) {
        return fit(start, List.of(), lastStep, listener);
    }

    /**
     * As above, for a schedule that depends on measurements.
     *
     * @param measurements what was measured before {@code start}: {@link Evaluation#measurement} of each evaluation
     */
    public ModelState fit(ModelState start, List<Measurement> measurements, long lastStep, Listener listener) {
        List<Measurement> measured = new ArrayList<>(measurements);
        int size = train.dataset().size();
        long stepsPerEpoch = plan.stepsPerEpoch(size);
        try (ReplicaPool pool = new ReplicaPool(plan, train, cores);
                LocalExchange exchange = new LocalExchange(plan.parameters(), plan.statistics(), plan.rule(), start)) {
            pool.load(start);
            for (long step = start.version(); step < lastStep; step++) {
                StepPlan stepPlan = plan.step(step, size, measured);
                listener.step(pool.step(stepPlan, stepPlan.tree().root(), exchange));
                if ((step + 1) % stepsPerEpoch == 0) {
                    int batches = ReplicaPool.evaluationBatches(test.dataset().size());
                    Evaluation evaluation =
                            pool.withAverages(exchange, () -> pool.evaluate(test, new LeafRange(0, batches)));
                    measured.add(evaluation.measurement((step + 1) / stepsPerEpoch));
                    listener.epoch(step / stepsPerEpoch, evaluation);
                }
            }
            return exchange.snapshot();
        }
    }
}
