package io.convoy.spark.job;

import io.convoy.spark.Explanation;
import io.convoy.spark.RunFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.JobFailed;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.jspecify.annotations.Nullable;

/**
 * N slots, each a Spark job of its own with one task, so that the loss of one leaves the others' tasks alone until somebody
 * decides. Today's decision: the first slot that fails, or whose executor is lost, ends the run; the others are cancelled and
 * {@link #outcome()} says which slot it was, on which executor and host.
 *
 * <p>The truth about slots comes from Spark's listener bus: it tells the executor and the reason before a job's failure, whose
 * own message is a page of stack traces.
 */
public final class SlotJobs implements AutoCloseable {
    private static final String SLOT = "convoy.slot";
    private static final String INTERRUPT = "spark.job.interruptOnCancel";
    private static final String DESCRIPTION = "spark.job.description";
    private static final long RESULT_SECONDS = 30;

    private final JavaSparkContext spark;
    private final Slots slots;
    private final String remedy;
    private final String run = UUID.randomUUID().toString();
    private final Watcher watcher;
    private final List<JavaFutureAction<List<byte[]>>> jobs = new ArrayList<>();
    private final CompletableFuture<List<byte[]>> outcome = new CompletableFuture<>();

    private SlotJobs(JavaSparkContext spark, Slots slots, String remedy) {
        this.spark = spark;
        this.remedy = remedy;
        this.slots = slots;
        this.watcher = new Watcher();
    }

    /**
     * Submits one job for each slot and returns at once. The session's own settings stay as they are.
     *
     * @param startDeadline the longest wait until every slot runs; after it the run fails and says which setting to change
     */
    public static SlotJobs submit(JavaSparkContext spark, Slots slots, SlotBody body, Duration startDeadline) {
        SlotJobs started = new SlotJobs(spark, slots, body.remedy());
        started.start(new SlotTask(slots, body), startDeadline);
        return started;
    }

    /**
     * Completes with the slots' results in the order of the slots, or with the {@link RunFailedException} or
     * {@link io.convoy.spark.InvalidInputException} that ended the run.
     */
    public CompletableFuture<List<byte[]>> outcome() {
        return outcome.copy();
    }

    /** Waits until every slot has ended, or one has failed. */
    public List<byte[]> await() throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException failed) {
            throw Explanation.of(failed)
                    .orElseThrow(() -> new IllegalStateException("SlotJobs expects explained failures.", failed))
                    .asException(failed.getCause());
        }
    }

    /** Cancels what still runs, and lets go of the session. */
    @Override
    public void close() {
        fail(new RunFailedException("The run was ended while its slots were at work."));
        spark.sc().removeSparkListener(watcher);
    }

    private void start(SlotTask task, Duration startDeadline) {
        spark.sc().addSparkListener(watcher);
        Map<String, @Nullable String> before = new HashMap<>();
        for (String key : List.of(SLOT, INTERRUPT, DESCRIPTION)) {
            before.put(key, spark.getLocalProperty(key));
        }
        try {
            for (int slot = 0; slot < slots.count(); slot++) {
                spark.setLocalProperty(SLOT, run + "/" + slot);
                spark.setLocalProperty(INTERRUPT, "true");
                spark.setLocalProperty(DESCRIPTION, "Convoy slot " + slot + " of " + slots.count());
                jobs.add(spark.parallelize(List.of(slot), 1).mapPartitions(task).collectAsync());
            }
        } finally {
            before.forEach(spark::setLocalProperty);
        }
        CompletableFuture.delayedExecutor(startDeadline.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> watcher.requireAllStarted(startDeadline));
    }

    private void fail(RuntimeException failure) {
        if (outcome.completeExceptionally(failure)) {
            jobs.forEach(job -> job.cancel(true));
        }
    }

    private void succeed() {
        List<byte[]> results = new ArrayList<>();
        try {
            for (JavaFutureAction<List<byte[]>> job : jobs) {
                results.add(job.get(RESULT_SECONDS, TimeUnit.SECONDS).get(0));
            }
            outcome.complete(List.copyOf(results));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            fail(new RunFailedException("The run was interrupted while its results came in.", interrupted));
        } catch (ExecutionException | TimeoutException failed) {
            fail(new RunFailedException(
                    "The slots' results expect to come in within " + RESULT_SECONDS + " s, but one did not: "
                            + failed.getMessage() + ".",
                    failed));
        }
    }

    /** A slot as the listener bus tells it. */
    private static final class Place {
        private String executorId = "none yet";
        private String host = "no host yet";
        private boolean started;
        private boolean ended;

        boolean runsOn(String executor) {
            return started && !ended && executorId.equals(executor);
        }
    }

    private final class Watcher extends SparkListener {
        private final List<Place> places =
                IntStream.range(0, slots.count()).mapToObj(slot -> new Place()).toList();
        private final Map<Integer, Integer> slotOfStage = new HashMap<>();
        private final Map<Integer, Integer> slotOfJob = new HashMap<>();

        private int slotIn(@Nullable Properties properties) {
            String name = properties == null ? null : properties.getProperty(SLOT);
            return name != null && name.startsWith(run) ? Integer.parseInt(name.substring(run.length() + 1)) : -1;
        }

        @Override
        public synchronized void onJobStart(SparkListenerJobStart event) {
            int slot = slotIn(event.properties());
            if (slot >= 0) {
                slotOfJob.put(event.jobId(), slot);
            }
        }

        @Override
        public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
            int slot = slotIn(event.properties());
            if (slot >= 0) {
                slotOfStage.put(event.stageInfo().stageId(), slot);
            }
        }

        @Override
        public synchronized void onTaskStart(SparkListenerTaskStart event) {
            Integer slot = slotOfStage.get(event.stageId());
            if (slot != null) {
                Place place = places.get(slot);
                place.started = true;
                place.executorId = event.taskInfo().executorId();
                place.host = event.taskInfo().host();
            }
        }

        @Override
        public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
            Integer slot = slotOfStage.get(event.stageId());
            if (slot == null || !(event.reason() instanceof TaskFailedReason reason)) {
                return;
            }
            if (reason instanceof ExecutorLostFailure lost) {
                fail(lost(slot, lost.reason().isDefined() ? lost.reason().get() : lost.toErrorString()));
            } else if (reason instanceof ExceptionFailure failed) {
                Throwable thrown =
                        failed.exception().isDefined() ? failed.exception().get() : null;
                fail(Explanation.of(thrown)
                        .<RuntimeException>map(known -> known.asException(thrown))
                        .orElseGet(() -> new RunFailedException(
                                place(slot) + " expects to run to its end, but it failed: "
                                        + oneLine(failed.className() + ": " + failed.description()),
                                thrown)));
            } else if (!(reason instanceof TaskKilled)) {
                fail(new RunFailedException(
                        place(slot) + " expects to run to its end, but it failed: " + oneLine(reason.toErrorString())));
            }
        }

        @Override
        public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved event) {
            for (int slot = 0; slot < places.size(); slot++) {
                if (places.get(slot).runsOn(event.executorId())) {
                    fail(lost(slot, event.reason()));
                }
            }
        }

        @Override
        public void onJobEnd(SparkListenerJobEnd event) {
            if (ended(event)) {
                succeed();
            }
        }

        private synchronized boolean ended(SparkListenerJobEnd event) {
            Integer slot = slotOfJob.get(event.jobId());
            if (slot == null) {
                return false;
            }
            if (event.jobResult() instanceof JobFailed job) {
                String reason = String.valueOf(job.exception().getMessage())
                        .lines()
                        .findFirst()
                        .orElse("it has no reason");
                fail(new RunFailedException(
                        place(slot) + " expects to run to its end, but its Spark job failed: " + oneLine(reason),
                        job.exception()));
                return false;
            }
            places.get(slot).ended = true;
            return places.stream().allMatch(place -> place.ended);
        }

        @Override
        public synchronized void onApplicationEnd(SparkListenerApplicationEnd event) {
            fail(new RunFailedException("The run expects Spark to stay up, but its application ended."));
        }

        synchronized void requireAllStarted(Duration deadline) {
            List<Integer> waiting = IntStream.range(0, places.size())
                    .filter(slot -> !places.get(slot).started)
                    .boxed()
                    .toList();
            if (!waiting.isEmpty()) {
                int started = slots.count() - waiting.size();
                fail(new RunFailedException("The run expects its " + slots.count() + " slots of " + slots.coresEach()
                        + " core(s) to start within " + deadline.toSeconds() + " s, but " + started
                        + " did. Maybe set spark.slots to " + Math.max(1, started)
                        + ", or free cores: other jobs may hold them."));
            }
        }

        private RunFailedException lost(int slot, String reason) {
            return new RunFailedException(
                    place(slot) + " expects its executor to live until the run ends, but it was lost: "
                            + oneLine(reason)
                            + " Maybe its host ran out of memory or was stopped" + remedy + ".");
        }

        private String place(int slot) {
            Place place = places.get(slot);
            return "Slot " + slot + " (executor " + place.executorId + " on " + place.host + ")";
        }

        private static String oneLine(String text) {
            String line = text.strip().replaceAll("\\s+", " ");
            return line.endsWith(".") ? line : line + ".";
        }
    }
}
