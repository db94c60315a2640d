package io.convoy.engine.race;

import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.program.Inference;
import io.convoy.engine.program.Weights;
import io.convoy.engine.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Convoy's scoring: one {@link Inference} a core, as a scorer has them, each with batches of its own; laying the images out included. */
final class ConvoyScoring implements Contestant {
    private final Race race;
    private final Weights weights;
    private final List<Inference> forks = new ArrayList<>();
    private final Crowd crowd;
    private final float[] images;
    private final int floats;
    private final float[][] scores;

    ConvoyScoring(Race race, int cores) {
        this.race = race;
        TrainingPlan plan = race.plan(race.batch());
        InputPipeline data = race.data();
        this.images = Race.images(data, IntStream.range(0, race.batch()).boxed().toList());
        this.floats = images.length / race.batch();
        this.weights = new Weights(plan.parameters(), plan.statistics());
        ModelState state = plan.initialState();
        weights.flat().write(0, state.weights(), 0, state.weights().length);
        weights.statistics().write(0, state.statistics(), 0, state.statistics().length);
        weights.refresh();
        for (int i = 0; i < cores; i++) {
            forks.add(new Inference(plan.network(), weights, race.batch(), race.precision()));
        }
        this.crowd = new Crowd(cores);
        this.scores = new float[cores][race.batch() * race.classes()];
    }

    private void score(int fork) {
        Inference inference = forks.get(fork);
        for (int i = 0; i < race.batch(); i++) {
            inference.put(i, images, i * floats);
        }
        inference.run(race.batch(), scores[fork], 0);
    }

    @Override
    public long run(long nanos) {
        return crowd.batches(nanos, race.batch(), this::score);
    }

    @Override
    public double[] check(int steps, int microBatch) {
        score(0);
        return IntStream.range(0, scores[0].length).mapToDouble(i -> scores[0][i]).toArray();
    }

    @Override
    public void close() {
        crowd.close();
        forks.forEach(Inference::close);
        weights.close();
    }
}
