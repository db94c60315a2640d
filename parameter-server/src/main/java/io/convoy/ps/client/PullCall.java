package io.convoy.ps.client;

import io.convoy.engine.exchange.LeafRange;
import io.convoy.ps.shard.Asker;
import io.convoy.ps.wire.Floats;
import io.convoy.ps.wire.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call of {@link ParameterClient#pull}: what it asked and what has come. Questions belong to the calling thread. */
final class PullCall {
    /** Not a span: somebody wants the caller to look up. */
    private static final int WAKE = Frame.STATISTICS - 1;

    /**
     * Floats that came.
     *
     * @param received whether the array came over a connection and is to be given back
     */
    record Arrival(int span, Floats values, boolean received) {}

    /** What was asked of whom. */
    record Question(int span, int owner, long request) {}

    private final long version;
    private final Map<Integer, Question> open = new LinkedHashMap<>();
    private final List<Long> requests = new ArrayList<>();
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Map<Integer, Frame.Waiting> explanations = new ConcurrentHashMap<>();

    PullCall(long version) {
        this.version = version;
    }

    long version() {
        return version;
    }

    void asked(int span, int owner, long request) {
        open.put(span, new Question(span, owner, request));
        requests.add(request);
    }

    List<Long> requests() {
        return requests;
    }

    boolean isComplete() {
        return open.isEmpty();
    }

    int open() {
        return open.size();
    }

    List<Question> questions() {
        return List.copyOf(open.values());
    }

    /** An open question, best one whose owner waits for somebody else than another owner, who waits in turn. */
    Question mostTelling() {
        for (Question question : open.values()) {
            Frame.Waiting why = explanation(question.span());
            if (why == null || why.owners().isEmpty()) {
                return question;
            }
        }
        return open.values().iterator().next();
    }

    /** The next floats that came, or null after {@code nanos}; with a negative span if it was woken. */
    @Nullable
    Arrival next(long nanos) throws InterruptedException {
        Arrival arrival = arrivals.poll(nanos, TimeUnit.NANOSECONDS);
        if (arrival != null) {
            open.remove(arrival.span());
        }
        return arrival;
    }

    void arrived(int span, Floats values, boolean received) {
        arrivals.add(new Arrival(span, values, received));
    }

    void wake() {
        arrivals.add(new Arrival(WAKE, new Floats(new float[0]), false));
    }

    void explained(int span, Frame.Waiting why) {
        explanations.put(span, why);
    }

    Frame.@Nullable Waiting explanation(int span) {
        return explanations.get(span);
    }

    /** Brings the answer of this slot's own shards, without a socket. */
    final class OwnAsker implements Asker {
        private final int span;

        OwnAsker(int span) {
            this.span = span;
        }

        @Override
        public void values(long made, float[] values) {
            arrived(span, new Floats(values), false);
        }

        @Override
        public void waiting(int leaves, List<LeafRange> missing, List<Integer> owners, List<Integer> absent) {
            explained(span, new Frame.Waiting(0, leaves, missing, owners, absent));
        }
    }
}
