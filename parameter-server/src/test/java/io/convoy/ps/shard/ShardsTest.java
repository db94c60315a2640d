package io.convoy.ps.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.PartialSums;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.optim.Averaging;
import io.convoy.engine.optim.Lamb;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.rng.Seed;
import io.convoy.ps.Work;
import io.convoy.ps.wire.Floats;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One owner of two, driven by hand. */
class ShardsTest {
    private static final Origin FIRST = new Origin(42, 3, 0);
    private static final Origin SECOND = new Origin(42, 3, 1);
    private static final StepPlan PLAN = new StepPlan(0, 9, 3, 1);

    private final Work work = new Work(new Seed(1), Sgd.withMomentum(0, 0), 3, 3, 2);
    private final Shards shards = new Shards(
            FIRST,
            new Ownership(2, 2),
            work.layout(),
            work.statisticsLayout(),
            work.rule(),
            work.initial(),
            new FloatBuffers());
    private final Part part = new Ownership(2, 2).parts(work.layout(), 0).get(0);
    private final List<String> heard = new ArrayList<>();

    private void push(Origin from, StepPlan plan, int begin, int end, float each) {
        float[] values = new float[part.length()];
        Arrays.fill(values, each);
        shards.push(from, plan, part.index(), new LeafRange(begin, end), values);
    }

    private void pull(Origin from, long request, long version) {
        shards.pull(from, request, part.index(), version, new Asker() {
            @Override
            public void values(long made, float[] values) {
                heard.add(request + " version " + made + " moved by "
                        + Math.round(work.initial().weights()[part.offset()] - values[0]));
            }

            @Override
            public void waiting(int leaves, List<LeafRange> missing, List<Integer> owners, List<Integer> absent) {
                heard.add(request + " waits of " + leaves + " for " + missing + " and " + absent);
            }
        });
    }

    @Test
    void aVersionIsMadeWhenEveryLeafIsInAndEveryWorkerIsDone() {
        pull(FIRST, 1, 0);
        pull(FIRST, 2, 1);
        push(FIRST, PLAN, 0, 2, 10);
        push(FIRST, PLAN, 2, 3, 100);
        assertThat(heard).containsExactly("1 version 0 moved by 0");
        pull(FIRST, 2, 1);
        assertThat(heard).endsWith("2 waits of 3 for [] and [1]");
        pull(SECOND, 7, 1);
        assertThat(heard)
                .endsWith("2 version 1 moved by 110", "7 version 1 moved by 110")
                .hasSize(4);
    }

    @Test
    void theSameLeavesAgainChangeNothing() {
        push(FIRST, PLAN, 0, 1, 1);
        push(FIRST, PLAN, 0, 1, 50);
        push(SECOND, PLAN, 1, 2, 10);
        push(FIRST, PLAN, 0, 1, 50);
        push(SECOND, PLAN, 2, 3, 100);
        // Step 0 is over: these come late.
        push(FIRST, PLAN, 0, 1, 50);
        push(SECOND, PLAN, 2, 3, 50);
        pull(FIRST, 1, 1);
        assertThat(heard).containsExactly("1 version 1 moved by 111");
        push(FIRST, new StepPlan(1, 3, 3, 1), 0, 1, 1000);
        pull(FIRST, 2, 2);
        pull(SECOND, 2, 2);
        assertThat(heard).endsWith("2 version 2 moved by 1111", "2 version 2 moved by 1111");
    }

    @Test
    void aQuestionAskedTwiceIsAnsweredOnceAndMeanwhileExplained() {
        pull(FIRST, 1, 1);
        pull(FIRST, 1, 1);
        assertThat(heard).containsExactly("1 waits of 0 for [] and [1]");
        push(SECOND, PLAN, 0, 2, 1);
        pull(FIRST, 1, 1);
        assertThat(heard).endsWith("1 waits of 3 for [[2, 3)] and []");
        push(SECOND, PLAN, 2, 3, 1);
        assertThat(heard).hasSize(3).endsWith("1 version 1 moved by 2");
        // A copy that was long on its way asks for what has been answered.
        pull(FIRST, 1, 0);
        assertThat(heard).hasSize(3);
    }

    @Test
    void whatBelongsToAnotherRunOrGenerationIsRefused() {
        assertRefused(
                () -> push(new Origin(41, 3, 1), PLAN, 0, 1, 1),
                "Slot 0 expects what belongs to its run, but slot 1 of another run sent something.");
        assertRefused(
                () -> push(new Origin(42, 2, 1), PLAN, 0, 1, 1),
                "Slot 0 expects generation 3, but slot 1 sent generation 2. Maybe it is an earlier attempt that was replaced.");
        assertRefused(
                () -> pull(new Origin(42, 4, 1), 1, 0),
                "Slot 0 expects generation 3, but slot 1 sent generation 4. Maybe it is an earlier attempt that was replaced.");
        assertRefused(
                () -> pull(new Origin(42, 3, 2), 1, 0), "Slot 0 expects workers 0 to 1, but worker 2 sent something.");
        assertRefused(
                () -> shards.pull(SECOND, 1, 99, 0, noAsker()),
                "Slot 0 expects to be asked for what it owns, but slot 1 asked for part 99. Maybe the slots have different"
                        + " configurations.");
    }

    @Test
    void whatCanNotFollowFromTheVersionIsRefused() {
        String owner = "The owner of part " + part.index() + " at version 0 expects ";
        assertRefused(
                () -> push(SECOND, new StepPlan(1, 9, 3, 1), 0, 1, 1),
                owner + "a sum of step 0, but it got one of step 1 from slot 1. Maybe the slots started from different"
                        + " checkpoints.");
        assertRefused(
                () -> pull(SECOND, 1, 2),
                owner + "to be asked for version 0 or the next, but it got slot 1 asking for version 2. Maybe the slots"
                        + " started from different checkpoints.");
        assertRefused(
                () -> push(SECOND, PLAN, 1, 3, 1),
                owner + "nodes of the tree of 3 leaves, but it got leaves [1, 3) from slot 1.");
        push(FIRST, PLAN, 0, 1, 1);
        assertRefused(
                () -> push(SECOND, new StepPlan(0, 9, 3, 0.5), 1, 2, 1),
                owner
                        + "all sums of a step to have one plan, StepPlan[step=0, samples=9, microBatch=3, learningRate=1.0,"
                        + " momentum=NaN], but it got StepPlan[step=0, samples=9, microBatch=3, learningRate=0.5, momentum=NaN] from slot 1.");
        assertRefused(
                () -> push(SECOND, PLAN, 0, 2, 1),
                owner
                        + "every leaf once, but it got leaves [0, 2) from slot 1, of which only some are in. Maybe two slots"
                        + " were dealt the same leaf.");
        assertRefused(
                () -> shards.push(SECOND, PLAN, part.index(), new LeafRange(1, 2), new float[3]),
                owner + part.length() + " floats, but it got 3 floats from slot 1.");
    }

    private static void assertRefused(Runnable what, String message) {
        assertThatThrownBy(what::run).isInstanceOf(RefusedException.class).hasMessage(message);
    }

    private static Asker noAsker() {
        return new Asker() {
            @Override
            public void values(long version, float[] values) {
                throw new AssertionError("answered");
            }

            @Override
            public void waiting(int leaves, List<LeafRange> missing, List<Integer> owners, List<Integer> absent) {
                throw new AssertionError("told to wait");
            }
        };
    }

    @Test
    void aSnapshotInTheMiddleOfAStepIsRefusedAndOtherwiseACopy() {
        ShardSnapshot before = shards.snapshot();
        assertThat(before.statistics()).isNotNull();
        push(FIRST, PLAN, 0, 2, 10);
        push(SECOND, PLAN, 2, 3, 1);
        assertThat(before.parts().get(0).weights())
                .isEqualTo(new Floats(Arrays.copyOfRange(work.initial().weights(), part.offset(), part.end())));
        assertThatThrownBy(shards::snapshot)
                .isInstanceOf(ExchangeException.class)
                .hasMessage(
                        "A snapshot of version 1 expects everything at that version, but part 1 is at version 0. Maybe it"
                                + " was taken in the middle of a step.");
        assertThatThrownBy(() -> ShardSnapshot.assemble(work.layout(), 0, new float[0], List.of(before)))
                .hasMessage("A model expects all of its "
                        + work.layout().parts().size() + " parts, but part 2 is in no slot's share.");
    }

    @Test
    void theStatisticsBelongToTheOwnerOfShardZeroAlone() {
        assertThat(new Ownership(3, 2).statisticsOwner()).isZero();
        Shards other = new Shards(
                SECOND,
                new Ownership(2, 2),
                work.layout(),
                work.statisticsLayout(),
                work.rule(),
                work.initial(),
                new FloatBuffers());
        assertThat(other.snapshot().statistics()).isNull();
        assertRefused(
                () -> other.pull(FIRST, 1, Frame.STATISTICS, 0, noAsker()),
                "Slot 1 expects to be asked for what it owns, but slot 0 asked for the running statistics. Maybe the slots"
                        + " have different configurations.");
    }

    @Test
    void everyShardHasOneOwnerAndEveryPartIsInOneShare() {
        for (int members = 1; members < 6; members++) {
            Ownership ownership = new Ownership(3, members);
            List<Part> all = new ArrayList<>();
            Work three = new Work(new Seed(1), Sgd.withMomentum(0, 0), 3, 3, 3);
            IntStream.range(0, members).forEach(slot -> all.addAll(ownership.parts(three.layout(), slot)));
            assertThat(all).containsExactlyInAnyOrderElementsOf(three.layout().parts());
        }
        assertThatThrownBy(() -> new Ownership(3, 2).owner(3))
                .hasMessage("Ownership of 3 shards expects one of them, but it got shard 3.");
        assertThatThrownBy(() -> new Ownership(0, 2))
                .hasMessage("Ownership expects at least 1 shard and 1 member, but it got 0 shards and 2 members.");
    }

    /** Slot 0 of two with a rule that needs one round of sums. */
    private final class WithNorms {
        private final Work lamb = new Work(new Seed(1), Lamb.defaults(), 3, 3, 2);
        private final Ownership ownership = new Ownership(2, 2);
        private final List<Part> mine = ownership.parts(lamb.layout(), 0);
        private final List<Part> theirs = ownership.parts(lamb.layout(), 1);
        private final PartialSums sizes = new PartialSums(lamb.layout(), lamb.rule(), 0);
        private final List<String> told = new ArrayList<>();
        private final Shards owner = new Shards(
                FIRST,
                ownership,
                lamb.layout(),
                lamb.statisticsLayout(),
                lamb.rule(),
                lamb.initial(),
                new FloatBuffers());

        private void pushAll() {
            for (Part one : mine) {
                owner.push(FIRST, PLAN, one.index(), new LeafRange(0, 2), new float[one.length()]);
                owner.push(SECOND, PLAN, one.index(), new LeafRange(2, 3), new float[one.length()]);
            }
        }

        private void take(Part one) {
            owner.sums(SECOND, 0, one.index(), 0, new double[sizes.length(0, one)]);
        }

        private void ask(long request) {
            owner.pull(FIRST, request, mine.get(0).index(), 1, new Asker() {
                @Override
                public void values(long made, float[] values) {
                    heard.add(request + " version " + made);
                }

                @Override
                public void waiting(int leaves, List<LeafRange> missing, List<Integer> owners, List<Integer> absent) {
                    heard.add(request + " waits for " + missing + ", " + owners + " and " + absent);
                }
            });
        }

        private void listen() {
            owner.announceTo((step, span, round, sums) ->
                    told.add("part " + span + " step " + step + " round " + round + ": " + sums));
        }
    }

    @Test
    void aVersionWaitsForTheSumsOfTheOtherOwnersAndNamesThem() {
        WithNorms norms = new WithNorms();
        assertThat(norms.owner.otherOwners()).containsExactly(1);
        norms.ask(1);
        norms.pushAll();
        norms.ask(1);
        assertThat(heard).containsExactly("1 waits for [], [1] and []");
        assertThatThrownBy(norms.owner::snapshot)
                .isInstanceOf(ExchangeException.class)
                .hasMessage("A snapshot of version 0 expects to be taken between steps, but part "
                        + norms.mine.get(0).index() + " waits for sums of step 0.");
        for (Part one : norms.theirs) {
            norms.take(one);
            norms.take(one);
        }
        assertThat(heard).containsExactly("1 waits for [], [1] and []", "1 version 1");
        norms.theirs.forEach(norms::take);
        norms.ask(2);
        assertThat(heard).endsWith("2 version 1");
    }

    @Test
    void sumsThatComeBeforeThisSlotsOwnCountAsWell() {
        WithNorms norms = new WithNorms();
        norms.theirs.forEach(norms::take);
        norms.ask(1);
        norms.pushAll();
        assertThat(heard).containsExactly("1 version 1");
    }

    @Test
    void sumsMeasuredBeforeAnybodyListensAreToldWhenSomebodyDoes() {
        WithNorms norms = new WithNorms();
        norms.pushAll();
        norms.listen();
        List<String> expected = norms.mine.stream()
                .map(one -> "part " + one.index() + " step 0 round 0: " + norms.sizes.length(0, one) + " doubles")
                .toList();
        assertThat(norms.told).isEqualTo(expected);
        // What has been told isn't told to the next listener.
        norms.listen();
        assertThat(norms.told).isEqualTo(expected);
        WithNorms listened = new WithNorms();
        listened.listen();
        listened.pushAll();
        assertThat(listened.told).isEqualTo(expected);
    }

    @Test
    void whoOwnsNoPartIsIndifferentToTheStep() {
        WithNorms norms = new WithNorms();
        Ownership three = new Ownership(2, 3);
        Shards idle = new Shards(
                new Origin(FIRST.run(), FIRST.generation(), 2),
                three,
                norms.lamb.layout(),
                norms.lamb.statisticsLayout(),
                norms.lamb.rule(),
                norms.lamb.initial(),
                new FloatBuffers());
        Part one = three.parts(norms.lamb.layout(), 1).get(0);
        int count = norms.sizes.length(0, one);
        // Its own count of steps stands still, since it waits for nobody's sums.
        assertThatCode(() -> idle.sums(SECOND, 7, one.index(), 0, new double[count]))
                .doesNotThrowAnyException();
    }

    @Test
    void sumsThatCanNotBeMeantAreRefused() {
        WithNorms norms = new WithNorms();
        Part theirs = norms.theirs.get(0);
        int count = norms.sizes.length(0, theirs);
        assertRefused(
                () -> norms.owner.sums(SECOND, 1, theirs.index(), 0, new double[count]),
                "Slot 0 expects sums of step 0, but it got those of part " + theirs.index()
                        + " of step 1. Maybe the slots started from different checkpoints.");
        assertRefused(
                () -> norms.owner.sums(SECOND, 0, theirs.index(), 1, new double[count]),
                "Slot 0 expects sums of 1 rounds, but it got round 1 from slot 1. Maybe the slots have different"
                        + " configurations.");
        assertRefused(
                () -> norms.owner.sums(SECOND, 0, theirs.index(), 0, new double[count + 1]),
                "Slot 0 expects " + count + " sums of part " + theirs.index() + " in round 0, but it got " + (count + 1)
                        + " from slot 1. Maybe the slots have different configurations.");
        for (int span : new int[] {norms.mine.get(0).index(), 77}) {
            assertRefused(
                    () -> norms.owner.sums(SECOND, 0, span, 0, new double[count]),
                    "Slot 0 expects sums of parts from their owners, but it got those of part " + span
                            + " from slot 1.");
        }
        assertRefused(
                () -> norms.owner.sums(new Origin(42, 2, 1), 0, theirs.index(), 0, new double[count]),
                "Slot 0 expects generation 3, but slot 1 sent generation 2. Maybe it is an earlier attempt that was"
                        + " replaced.");
        assertRefused(
                () -> norms.owner.sums(new Origin(41, 3, 1), 0, theirs.index(), 0, new double[count]),
                "Slot 0 expects what belongs to its run, but slot 1 of another run sent something.");
        assertRefused(
                () -> shards.sums(SECOND, 0, theirs.index(), 0, new double[count]),
                "Slot 0 expects sums of 0 rounds, but it got round 0 from slot 1. Maybe the slots have different"
                        + " configurations.");
        assertThat(shards.otherOwners()).isEmpty();
    }

    @Test
    void averagesAreThoseOfTheVersionThereIs() {
        Work averaged =
                new Work(new Seed(1), UpdateRule.of(Sgd.withMomentum(0, 0)).with(new Averaging(0.5)), 3, 3, 2);
        Shards owner = new Shards(
                FIRST,
                new Ownership(2, 2),
                averaged.layout(),
                averaged.statisticsLayout(),
                averaged.rule(),
                averaged.initial(),
                new FloatBuffers());
        int parts = averaged.layout().parts().size();
        int span = parts + part.index();
        List<Float> first = new ArrayList<>();
        Asker asker = new Asker() {
            @Override
            public void values(long version, float[] values) {
                first.add(values[0]);
            }

            @Override
            public void waiting(int leaves, List<LeafRange> missing, List<Integer> owners, List<Integer> absent) {
                throw new AssertionError("told to wait");
            }
        };
        owner.pull(SECOND, 1, span, 0, asker);
        assertThat(first).containsExactly(averaged.initial().weights()[part.offset()]);
        assertRefused(
                () -> owner.pull(SECOND, 2, span, 1, asker),
                "The owner of part " + part.index() + " at version 0 expects to be asked for averages of its version,"
                        + " between steps, but it got slot 1 asking for those of version 1.");
        assertRefused(
                () -> owner.pull(SECOND, 3, 2 * parts, 0, asker),
                "Slot 0 expects to be asked for what it owns, but slot 1 asked for part " + 2 * parts
                        + ". Maybe the slots have different configurations.");
        assertRefused(
                () -> shards.pull(SECOND, 4, span, 0, asker),
                "Slot 0 expects to be asked for what it owns, but slot 1 asked for part " + span
                        + ". Maybe the slots have different configurations.");
    }
}
