package io.convoy.ps.wire;

import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.optim.UpdateRule;
import java.util.List;

/**
 * One message. {@link FrameCodec} knows its bytes.
 *
 * <p>Spans of floats are named by the index of their {@link io.convoy.engine.exchange.Part}, or by {@link #STATISTICS}; behind
 * the P parts, span P + i names the running average of part i.
 * An array in a received frame comes from the transport's {@link io.convoy.engine.exchange.FloatBuffers} and belongs to the
 * receiver; one in a sent frame is the sender's again when {@code send} returns.
 */
public sealed interface Frame {
    /** Names the running statistics where a frame names a part. */
    int STATISTICS = -1;

    /** The most sums over blocks of a part: its floats can be in so many tensors. */
    int MAX_DOUBLES = ParameterLayout.MAX_PART / ParameterLayout.ALIGNMENT * UpdateRule.MOST_SUMS;

    /** The most characters of a text that a person reads. */
    int MAX_TEXT = 8192;

    /** What a worker asks of an owner. It may be sent again until it is answered: the owner is idempotent. */
    sealed interface Request extends Frame {
        /** The worker's number for this request, echoed by every answer; the same when it is sent again. */
        long request();

        Origin origin();

        /** Which floats: see {@link Frame}. */
        int span();
    }

    /** What an owner answers. */
    sealed interface Reply extends Frame {
        long request();
    }

    /** What the coordinator and its members tell each other. */
    sealed interface Control extends Frame {}

    /**
     * The sum over {@code leaves}, a node of the step's canonical tree, of one span's gradients, or of the batch statistics.
     */
    record Push(long request, Origin origin, StepPlan plan, int span, LeafRange leaves, Floats values)
            implements Request {
        private static final int MOST_SAMPLES = 1 << 30;

        public Push {
            requireSpan(span);
            requireFloats(values);
            if (plan.samples() > MOST_SAMPLES || plan.microBatch() > MOST_SAMPLES) {
                throw new IllegalArgumentException("Push expects at most 2³⁰ samples, but it got " + plan.samples()
                        + " in leaves of " + plan.microBatch() + ".");
            }
            if (leaves.isEmpty() || leaves.end() > plan.leaves()) {
                throw new IllegalArgumentException(
                        "Push expects leaves of a step of " + plan.leaves() + ", but it got " + leaves + ".");
            }
            if (!Double.isFinite(plan.learningRate())) {
                throw new IllegalArgumentException(
                        "Push expects a finite learning rate, but it got " + plan.learningRate() + ".");
            }
        }
    }

    /** Asks for version {@code version} of a span as soon as it exists. */
    record Pull(long request, Origin origin, int span, long version) implements Request {
        public Pull {
            requireSpan(span);
            if (version < 0) {
                throw new IllegalArgumentException("Pull expects version ≥ 0, but it got " + version + ".");
            }
        }
    }

    /**
     * What the owner of a part tells the other owners when its rule needs sums over whole tensors: the sums over the blocks of
     * its part.
     *
     * @param step the step whose gradient was summed
     * @param span the part's index
     * @param round the rule's round, from 0
     * @param sums finite or not, as they were measured
     */
    record Sums(long request, Origin origin, long step, int span, int round, Doubles sums) implements Request {
        public Sums {
            if (span < 0 || step < 0 || round < 0) {
                throw new IllegalArgumentException("Sums expects a part, a step and a round from 0, but it got part "
                        + span + ", step " + step + " and round " + round + ".");
            }
            if (sums.length() > MAX_DOUBLES) {
                throw new IllegalArgumentException(
                        "Sums expects at most " + MAX_DOUBLES + " numbers, but it got " + sums.length() + ".");
            }
        }
    }

    /** The pushed leaves, or the sums, are in. */
    record Accepted(long request) implements Reply {}

    /** The pulled weights, or running statistics. */
    record Values(long request, int span, long version, Floats values) implements Reply {
        public Values {
            requireSpan(span);
            requireFloats(values);
        }
    }

    /**
     * The pulled version does not exist yet.
     *
     * @param leaves V of the step that is being summed; 0 if none of its leaves is in
     * @param missing leaves that are not in, the first few
     * @param owners workers whose sums over blocks are missing, if the leaves are in and the rule needs such sums
     * @param absent workers that have neither pushed in this step nor asked for the next version
     */
    record Waiting(long request, int leaves, List<LeafRange> missing, List<Integer> owners, List<Integer> absent)
            implements Reply {
        public Waiting {
            missing = List.copyOf(missing);
            owners = List.copyOf(owners);
            absent = List.copyOf(absent);
        }
    }

    /** The request can't be served now or ever; the text is for a person. */
    record Refused(long request, String reason) implements Reply {}

    /** A slot asks for its lease. */
    record Join(Member member) implements Control {}

    /** The slot has its lease; the roster follows once all are there. */
    record Welcome(int generation) implements Control {}

    /** All are there. */
    record Assembled(Roster roster) implements Control {}

    /** Do {@code name}; {@code body} is JSON, which only the two ends understand. */
    record Command(long sequence, String name, String body) implements Control {}

    /** Command {@code sequence} is under way. */
    record Progress(long sequence, String body) implements Control {}

    /** Command {@code sequence} is done. */
    record Done(long sequence, String body) implements Control {}

    /** Command {@code sequence} failed. */
    record Failed(long sequence, String message) implements Control {}

    /** The run is over, well or (with {@code failed}) not. */
    record Leave(boolean failed, String reason) implements Control {}

    /** Are you there? */
    record Ping(long number) implements Control {}

    /** Yes. */
    record Pong(long number) implements Control {}

    private static void requireSpan(int span) {
        if (span < STATISTICS) {
            throw new IllegalArgumentException(
                    "Frame expects a part from 0 or the statistics, but it got " + span + ".");
        }
    }

    private static void requireFloats(Floats values) {
        if (values.length() > ParameterLayout.MAX_PART) {
            throw new IllegalArgumentException("Frame expects at most " + ParameterLayout.MAX_PART
                    + " floats, but it got " + values.length() + ".");
        }
    }
}
