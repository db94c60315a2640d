package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.convoy.engine.data.Augmentation;
import io.convoy.engine.data.EpochOrder;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.MemoryDataset;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.LocalExchange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.CifarResNet;
import io.convoy.engine.zoo.Lenet5;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaPoolTest {
    private static final Seed SEED = new Seed(7);
    private static final Shape IMAGE = Shape.of(1, 28, 28);
    private static final Network LENET = Lenet5.of(IMAGE, 10);
    private static final int SIZE = 20;

    private static TrainingPlan plan(Network network, int batch, int microBatch) {
        return new TrainingPlan(
                network,
                new CrossEntropy(),
                Sgd.withMomentum(0.9, 0),
                new Constant(0.1),
                batch,
                microBatch,
                1,
                2,
                SEED);
    }

    private static InputPipeline data(int size, Augmentation... augmentations) {
        return new InputPipeline(Strokes.train(SEED, size), Preprocessing.unit(1), List.of(augmentations), SEED);
    }

    private static LocalExchange exchange(TrainingPlan plan, ModelState state) {
        return new LocalExchange(plan.parameters(), plan.statistics(), plan.rule(), state);
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("convoy-replica-"))
                .toList();
    }

    @Test
    void aPoolHasAtLeastOneCore() {
        assertThatThrownBy(() -> new ReplicaPool(plan(LENET, 8, 4), data(SIZE), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ReplicaPool expects at least 1 core, but it got 0.");
    }

    @Test
    void imagesOfAnotherShapeAreRefusedBeforeTheFirstStep() {
        Network wide = Lenet5.of(Shape.of(3, 32, 32), 10);
        String message = "The network expects images of [3, 32, 32], but those of strokes-train are [1, 28, 28]. Maybe"
                + " the data set or the network is another.";
        assertThatThrownBy(() -> new ReplicaPool(plan(wide, 8, 4), data(SIZE), 1))
                .isInstanceOf(TrainingException.class)
                .hasMessage(message);
        InputPipeline small = new InputPipeline(
                MemoryDataset.of("tiny", Shape.of(1, 2, 2), 10, List.of(new byte[4]), List.of(3)),
                Preprocessing.unit(1),
                List.of(),
                SEED);
        try (ReplicaPool pool = new ReplicaPool(plan(LENET, 8, 4), data(SIZE), 1)) {
            assertThatThrownBy(() -> pool.evaluate(small, new LeafRange(0, 1)))
                    .isInstanceOf(TrainingException.class)
                    .hasMessage("The network expects images of [1, 28, 28], but those of tiny are [1, 2, 2]. Maybe the"
                            + " data set or the network is another.");
        }
    }

    /** NaN where the first pixel of {@code dataset}'s {@code sample} is. */
    private static Augmentation spoiling(InputPipeline data, int sample) {
        float[] image = new float[784];
        data.reader().fillPlain(sample, image, 0);
        return (values, shape, random) -> {
            if (Arrays.equals(values, image)) {
                values[0] = Float.NaN;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void aLossThatIsNotFiniteIsToldWithStepLeafAndSamples(int cores) {
        Network.Builder network = Network.builder();
        Port x = network.add("flatten", new Flatten(), network.input("image", IMAGE));
        Network linear =
                network.output(network.add("fc", Linear.of(784, 10), x)).build();
        TrainingPlan plan = plan(linear, 10, 3);
        EpochOrder order = EpochOrder.shuffled(SEED, 0, SIZE);
        // Leaf 2 of step 1 has the samples at positions 10 + 6, 10 + 7 and 10 + 8.
        InputPipeline plain = data(SIZE);
        InputPipeline spoiled = data(SIZE, spoiling(plain, order.sampleAt(17)));
        try (ReplicaPool pool = new ReplicaPool(plan, spoiled, cores);
                LocalExchange exchange = exchange(plan, plan.initialState())) {
            pool.load(plan.initialState());
            pool.step(0, new LeafRange(0, 4), exchange);
            assertThatThrownBy(() -> pool.step(1, new LeafRange(0, 4), exchange))
                    .isInstanceOf(TrainingException.class)
                    .hasMessage("Step 1 expects a finite loss, but that of leaf 2 is NaN; its samples are ["
                            + order.sampleAt(16) + ", " + order.sampleAt(17) + ", " + order.sampleAt(18)
                            + "]. Maybe the learning rate (0.1) is too high.");
        }
    }

    @Test
    void aGradientThatIsNotFiniteIsToldAlsoWhereAReluHidesItFromTheLoss() {
        TrainingPlan plan = plan(LENET, 10, 3);
        EpochOrder order = EpochOrder.shuffled(SEED, 0, SIZE);
        InputPipeline spoiled = data(SIZE, spoiling(data(SIZE), order.sampleAt(9)));
        try (ReplicaPool pool = new ReplicaPool(plan, spoiled, 2);
                LocalExchange exchange = exchange(plan, plan.initialState())) {
            pool.load(plan.initialState());
            assertThatThrownBy(() -> pool.step(0, new LeafRange(0, 4), exchange))
                    .isInstanceOf(TrainingException.class)
                    .hasMessage(
                            "Step 0 expects finite gradients, but that of conv1.weight in leaf 3 is NaN; its samples"
                                    + " are [" + order.sampleAt(9) + "]. Maybe the learning rate (0.1) is too high.");
        }
    }

    @Test
    void whatAnAugmentationThrowsReachesTheCaller() {
        IllegalStateException thrown = new IllegalStateException("no such pixel");
        TrainingPlan plan = plan(LENET, 10, 3);
        InputPipeline failing = data(SIZE, (values, shape, random) -> {
            throw thrown;
        });
        try (ReplicaPool pool = new ReplicaPool(plan, failing, 2);
                LocalExchange exchange = exchange(plan, plan.initialState())) {
            pool.load(plan.initialState());
            assertThatThrownBy(() -> pool.step(0, new LeafRange(0, 4), exchange))
                    .isSameAs(thrown);
            // The pool lives on: evaluation has no augmentation.
            assertThat(pool.evaluate(failing, new LeafRange(0, 1)).accuracy().count())
                    .isEqualTo(SIZE);
        }
    }

    @Test
    void aWorkerWithAnEmptyShareGetsTheWeightsOfTheOthers() {
        TrainingPlan plan = plan(CifarResNet.of(IMAGE, 10, 8), 10, 3);
        try (ReplicaPool busy = new ReplicaPool(plan, data(SIZE), 2);
                ReplicaPool idle = new ReplicaPool(plan, data(SIZE), 2);
                LocalExchange exchange = exchange(plan, plan.initialState())) {
            busy.load(plan.initialState());
            idle.load(plan.initialState());
            StepReport all = busy.step(0, new LeafRange(0, 4), exchange);
            StepReport none = idle.step(0, new LeafRange(4, 4), exchange);
            assertThat(all.samples()).isEqualTo(10);
            assertThat(all.leafLosses()).hasSize(4).allMatch(terms -> terms.get(0) > 0);
            assertThat(all.normalizers()).containsExactly(10.0);
            assertThat(none.normalizers()).containsExactly(10.0);
            assertThat(none.samples()).isZero();
            assertThat(none.leafLosses()).isEmpty();
            assertThat(idle.weights().flat().toArray())
                    .containsExactly(busy.weights().flat().toArray())
                    .isNotEqualTo(plan.initialState().weights());
            assertThat(idle.weights().statistics().toArray())
                    .containsExactly(busy.weights().statistics().toArray());
            // Their evaluations are the same, too: what is laid out for the kernels was renewed.
            assertThat(idle.evaluate(data(SIZE), new LeafRange(0, 1)).batchLosses())
                    .isEqualTo(busy.evaluate(data(SIZE), new LeafRange(0, 1)).batchLosses());
        }
    }

    @Test
    void twoWorkersTogetherDoWhatOneDoes() {
        TrainingPlan plan = plan(LENET, 20, 3);
        float[] alone;
        try (ReplicaPool pool = new ReplicaPool(plan, data(SIZE), 1);
                LocalExchange exchange = exchange(plan, plan.initialState())) {
            pool.load(plan.initialState());
            pool.step(0, new LeafRange(0, 7), exchange);
            alone = exchange.snapshot().weights();
        }
        try (ReplicaPool pool = new ReplicaPool(plan, data(SIZE), 2);
                LocalExchange exchange = exchange(plan, plan.initialState())) {
            pool.load(plan.initialState());
            // The first to come finds the step unfinished: in one process nobody waits.
            assertThatThrownBy(() -> pool.step(0, new LeafRange(3, 7), exchange))
                    .hasMessageContaining("was not pushed");
            pool.step(0, new LeafRange(0, 3), exchange);
            assertThat(exchange.snapshot().weights()).containsExactly(alone);
        }
    }

    @Test
    void aTestSetMayBeSmallerThanABatch() {
        TrainingPlan plan = plan(LENET, 10, 3);
        InputPipeline test = data(10);
        assertThat(ReplicaPool.evaluationBatches(10)).isOne();
        assertThat(ReplicaPool.evaluationBatches(64)).isOne();
        assertThat(ReplicaPool.evaluationBatches(65)).isEqualTo(2);
        try (ReplicaPool pool = new ReplicaPool(plan, data(SIZE), 3)) {
            pool.load(plan.initialState());
            Evaluation evaluation = pool.evaluate(test, new LeafRange(0, 1));
            assertThat(evaluation.accuracy().count()).isEqualTo(10);
            assertThat(evaluation.batchLosses()).hasSize(1);
            assertThat(evaluation.batchWeights()).containsExactly(List.of(10.0));
            // Ten classes, weights as drawn: about log 10 a sample.
            assertThat(evaluation.loss()).isBetween(2.2, 2.4);
            // The same ten in front of ninety others: what is behind them changes nothing.
            pool.evaluate(data(100), new LeafRange(0, 2));
            assertThat(pool.evaluate(test, new LeafRange(0, 1)).batchLosses()).isEqualTo(evaluation.batchLosses());
            Evaluation none = pool.evaluate(test, new LeafRange(1, 1));
            assertThat(none.batchLosses()).isEmpty();
            assertThat(none.accuracy().count()).isZero();
            assertThat(evaluation.plus(none)).isSameAs(evaluation);
            assertThat(none.plus(evaluation)).isSameAs(evaluation);
            assertThatThrownBy(() -> evaluation.plus(evaluation))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Evaluation of batches [0, 1) expects those that follow, but it got [0, 1).");
        }
    }

    @Test
    void threadsSayWhoseTheyAreAndAreGoneAfterwards() {
        int before = threads().size();
        TrainingPlan plan = plan(LENET, 10, 3);
        try (ReplicaPool pool = new ReplicaPool(plan, data(SIZE), 3);
                LocalExchange exchange = exchange(plan, plan.initialState())) {
            pool.load(plan.initialState());
            pool.step(0, new LeafRange(0, 4), exchange);
            // The caller is the third.
            assertThat(threads()).hasSize(before + 2).allMatch(Thread::isDaemon);
            assertThat(threads()).allMatch(thread -> thread.getName().matches("convoy-replica-\\d+-\\d+"));
        }
        assertThat(threads()).hasSize(before);
    }

    @Test
    @Timeout(60)
    void aPoolThatWasInterruptedFreesItsMemoryOnlyAfterItsThreads() throws Exception {
        CountDownLatch entered = new CountDownLatch(2);
        AtomicBoolean released = new AtomicBoolean();
        AtomicBoolean left = new AtomicBoolean();
        // Like native code, it doesn't listen to interrupts.
        InputPipeline slow = data(SIZE, (values, shape, random) -> {
            entered.countDown();
            boolean callers = Thread.currentThread().getName().equals("caller");
            while (!released.get() && !(callers && Thread.currentThread().isInterrupted())) {
                Thread.onSpinWait();
            }
            left.set(!callers);
        });
        TrainingPlan plan = plan(LENET, 10, 3);
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            try (LocalExchange exchange = exchange(plan, plan.initialState())) {
                ReplicaPool pool = new ReplicaPool(plan, slow, 2);
                pool.load(plan.initialState());
                assertThatThrownBy(() -> pool.step(0, new LeafRange(0, 4), exchange))
                        .isInstanceOf(TrainingException.class)
                        .hasMessage("Training was interrupted.");
                pool.close();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                return left.get();
            }
        });
        Thread caller = new Thread(task, "caller");
        caller.start();
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        // Once more when it waits for the pool's threads, or has not done so.
        while (!task.isDone() && !isClosing(caller)) {
            Thread.onSpinWait();
        }
        caller.interrupt();
        released.set(true);
        assertThat(task.get(30, TimeUnit.SECONDS)).as("the thread had ended").isTrue();
    }

    private static boolean isClosing(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("join"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void stepsAllocateLittleHeap(int cores) throws InterruptedException {
        ThreadMXBean counter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int size = 128 * 10;
        TrainingPlan plan = plan(LENET, 128, 64);
        InputPipeline data = new InputPipeline(
                MemoryDataset.copyOf(Strokes.train(SEED, size), 1), Preprocessing.unit(1), List.of(), SEED);
        try (ReplicaPool pool = new ReplicaPool(plan, data, cores);
                LocalExchange exchange = exchange(plan, plan.initialState())) {
            pool.load(plan.initialState());
            LeafRange all = new LeafRange(0, 2);
            int step = 0;
            // Two epochs: everything is compiled, every buffer was taken once.
            for (; step < 20; step++) {
                pool.step(step, all, exchange);
            }
            List<Thread> watched = new ArrayList<>(threads());
            watched.add(Thread.currentThread());
            long[] ids = watched.stream().mapToLong(Thread::getId).toArray();
            long before = Arrays.stream(counter.getThreadAllocatedBytes(ids)).sum();
            for (; step < 70; step++) {
                pool.step(step, all, exchange);
            }
            long bytes = (Arrays.stream(counter.getThreadAllocatedBytes(ids)).sum() - before) / 50;
            System.out.println("LeNet-5, batch 128, " + cores + " cores: " + bytes + " bytes of heap a step");
            // One gradient has 247 kB: not even one is allocated.
            assertThat(bytes).isLessThan(100_000);
        }
    }
}
