package io.convoy.spark.streaming;

import io.convoy.engine.serve.ImageInput;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.message.DeadLetter;
import io.convoy.spark.message.KeySplit;
import io.convoy.spark.message.MessageReader;
import io.convoy.spark.message.MessageReader.Parsed;
import io.convoy.spark.message.PredictionWriter;
import io.convoy.spark.message.UnusableMessageException;
import io.convoy.spark.scoring.SharedModel;
import io.convoy.spark.scoring.SharedModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns messages into predictions and dead letters, some at a time. One thread; the models are the whole process's.
 */
final class RecordScorer implements AutoCloseable {
    /** One of the models and the images that wait for it. */
    private final class Lane implements AutoCloseable {
        private final SharedModel model;
        private final MessageReader reader;
        private final PredictionWriter writer;
        private final int floats;
        private float[] images = new float[0];
        private final List<Integer> places = new ArrayList<>();
        private final List<@Nullable String> ids = new ArrayList<>();

        Lane(BatchModels.Place place) {
            this.model = SharedModels.of(place.path(), place.version(), plan.precision());
            ImageInput input = model.input();
            this.reader = new MessageReader(input, plan.input());
            this.writer = new PredictionWriter(model.card(), place.version(), plan.topK(), plan.output());
            this.floats = input.floats();
        }

        void put(int place, Parsed parsed) {
            int at = places.size() * floats;
            if (at + floats > images.length) {
                images = Arrays.copyOf(
                        images, Math.max(at + floats, Math.min(2 * images.length, plan.images() * floats)));
            }
            System.arraycopy(parsed.input(), 0, images, at, floats);
            places.add(place);
            ids.add(parsed.id());
        }

        /** Replaces the waiting places of {@code outgoing}. */
        void score(List<Incoming> messages, @Nullable Outgoing[] outgoing) {
            if (places.isEmpty()) {
                return;
            }
            float[] scores = model.scorer().scores(images, places.size());
            long scored = System.currentTimeMillis();
            int width = model.scorer().width();
            for (int i = 0; i < places.size(); i++) {
                Incoming message = messages.get(places.get(i));
                try {
                    byte[] value = writer.write(message.source(), ids.get(i), scores, i * width, received, scored);
                    outgoing[places.get(i)] = new Outgoing(
                            message.source().offset(),
                            message.source().timestampMillis(),
                            plan.predictions(),
                            message.key(),
                            value,
                            message.source().headers(message.headers(), model.version()));
                } catch (UnusableMessageException unusable) {
                    outgoing[places.get(i)] = deadLetter(message, unusable.reason(), model.version());
                }
            }
            places.clear();
            ids.clear();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    private final Plan plan;
    private final Tally tally;
    private final Lane first;
    private final @Nullable Lane second;
    private long received;

    RecordScorer(Plan plan, BatchModels models, Tally tally) {
        this.plan = plan;
        this.tally = tally;
        this.first = new Lane(models.first());
        this.second = models.second() == null ? null : second(models.second());
    }

    private Lane second(BatchModels.Place place) {
        try {
            return new Lane(place);
        } catch (RuntimeException | Error failed) {
            first.close();
            throw failed;
        }
    }

    /**
     * Scores messages, at most {@link Plan#images} of them.
     *
     * @return what is to be written about each of them, in their order
     */
    List<Outgoing> score(List<Incoming> batch) {
        long begin = System.nanoTime();
        received = System.currentTimeMillis();
        @Nullable Outgoing[] outgoing = new @Nullable Outgoing[batch.size()];
        int dead = 0;
        for (int i = 0; i < batch.size(); i++) {
            Incoming message = batch.get(i);
            Lane lane = lane(message);
            try {
                lane.put(i, lane.reader.read(message.value()));
            } catch (UnusableMessageException unusable) {
                outgoing[i] = deadLetter(message, unusable.reason(), lane.model.version());
                dead++;
            }
        }
        long decoded = System.nanoTime();
        first.score(batch, outgoing);
        if (second != null) {
            second.score(batch, outgoing);
        }
        List<Outgoing> all = new ArrayList<>(outgoing.length);
        for (Outgoing one : outgoing) {
            if (one != null) {
                all.add(one);
            }
        }
        tally.scored(batch.size(), dead, decoded - begin, System.nanoTime() - decoded);
        return all;
    }

    private Lane lane(Incoming message) {
        if (second == null) {
            return first;
        }
        return new KeySplit(plan.share()).second(message.key(), message.source()) ? second : first;
    }

    private Outgoing deadLetter(Incoming message, String reason, String version) {
        if (plan.failFast()) {
            throw new RunFailedException("The message of " + message.source() + " expects to be scored, but " + reason
                    + ", and deadLetters.failFast is true.");
        }
        return new Outgoing(
                message.source().offset(),
                message.source().timestampMillis(),
                plan.deadLetters(),
                message.key(),
                message.value(),
                new DeadLetter(message.source(), reason, version).headers(message.headers()));
    }

    @Override
    public void close() {
        first.close();
        if (second != null) {
            second.close();
        }
    }
}
