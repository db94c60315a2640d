package io.convoy.engine.race;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.exchange.LocalExchange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.train.ReplicaPool;
import io.convoy.engine.train.StepReport;
import io.convoy.engine.train.TrainingPlan;

/** Convoy's training as {@link io.convoy.engine.train.LocalTrainer} does it, reading the images included. */
final class ConvoyTraining implements Contestant {
    private final TrainingPlan plan;
    private final InputPipeline data;
    private final ReplicaPool pool;
    private LocalExchange exchange;
    private long step;

    ConvoyTraining(Race race, int microBatch, int cores) {
        this.plan = race.plan(microBatch);
        this.data = race.data();
        this.pool = new ReplicaPool(plan, data, cores);
        this.exchange = start();
    }

    private LocalExchange start() {
        ModelState state = plan.initialState();
        pool.load(state);
        step = 0;
        return new LocalExchange(plan.parameters(), plan.statistics(), plan.rule(), state);
    }

    @Override
    public long run(long nanos) {
        long end = System.nanoTime() + nanos;
        long samples = 0;
        do {
            samples += step().samples();
        } while (System.nanoTime() < end);
        return samples;
    }

    StepReport step() {
        StepPlan next = plan.step(step++, data.dataset().size());
        return pool.step(next, next.tree().root(), exchange);
    }

    @Override
    public double[] check(int steps, int microBatch) {
        if (microBatch != plan.microBatch()) {
            throw new IllegalArgumentException("ConvoyTraining expects the micro-batch that it is compiled for, "
                    + plan.microBatch() + ", but it got " + microBatch + ".");
        }
        exchange.close();
        exchange = start();
        double[] losses = new double[steps];
        for (int i = 0; i < steps; i++) {
            StepReport report = step();
            double sum = report.leafLosses().stream()
                    .mapToDouble(leaf -> leaf.get(0))
                    .sum();
            losses[i] = sum / report.normalizers().get(0);
        }
        return losses;
    }

    @Override
    public void close() {
        exchange.close();
        pool.close();
    }
}
