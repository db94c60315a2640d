package io.convoy.spark.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.RunFailedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Local mode: the slots' bodies run in this JVM and may share statics with the test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class SlotJobsTest {
    private static final Slots TWO = new Slots(2, 1);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static volatile CyclicBarrier meeting = new CyclicBarrier(2);
    private static volatile CountDownLatch interrupted = new CountDownLatch(1);

    private JavaSparkContext spark;

    @BeforeAll
    void start() {
        spark = LocalSpark.start("local[2]", TWO);
    }

    @AfterAll
    void stop() {
        spark.close();
    }

    @BeforeEach
    void renew() {
        meeting = new CyclicBarrier(2);
        interrupted = new CountDownLatch(1);
    }

    private static void meet() throws Exception {
        meeting.await(20, TimeUnit.SECONDS);
    }

    private static byte[] holdUntilInterrupted() throws InterruptedException {
        try {
            new CountDownLatch(1).await();
            return new byte[0];
        } catch (InterruptedException cancelled) {
            interrupted.countDown();
            throw cancelled;
        }
    }

    @Test
    void slotsRunSideBySideAndTheirResultsComeInTheOrderOfSlots() throws Exception {
        try (SlotJobs jobs = SlotJobs.submit(
                spark,
                TWO,
                context -> {
                    meet();
                    return context.toString().getBytes(UTF_8);
                },
                SOON)) {
            List<String> places = jobs.await().stream()
                    .map(result -> new String(result, UTF_8))
                    .toList();
            String host = spark.sc().env().blockManager().blockManagerId().host();
            assertThat(places)
                    .containsExactly(
                            "SlotContext[slot=0, slots=2, cores=1, host=" + host + ", executorId=driver, attempt=0]",
                            "SlotContext[slot=1, slots=2, cores=1, host=" + host + ", executorId=driver, attempt=0]");
        }
    }

    @Test
    void whenOneSlotFailsTheOthersAreCancelledAndItIsNamed() throws Exception {
        try (SlotJobs jobs = SlotJobs.submit(
                spark,
                TWO,
                context -> {
                    meet();
                    if (context.slot() == 1) {
                        throw new IllegalStateException("the disk is full");
                    }
                    return holdUntilInterrupted();
                },
                SOON)) {
            assertThatThrownBy(jobs::await)
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageMatching("Slot 1 \\(executor driver on \\S+\\) expects to run to its end, but it failed:"
                            + " java\\.lang\\.IllegalStateException: the disk is full\\.");
            assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aLineWrittenForTheUserComesThroughUnchanged() throws Exception {
        try (SlotJobs jobs = SlotJobs.submit(
                spark,
                TWO,
                context -> {
                    meet();
                    if (context.slot() == 0) {
                        throw new InvalidInputException("labels.gz expects 10 labels, but it has 9.");
                    }
                    return holdUntilInterrupted();
                },
                SOON)) {
            assertThatThrownBy(jobs::await)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("labels.gz expects 10 labels, but it has 9.");
        }
    }

    @Test
    void slotsThatFindNoCoreInTimeEndTheRun() throws Exception {
        Slots three = new Slots(3, 1);
        try (SlotJobs jobs = SlotJobs.submit(spark, three, context -> holdUntilInterrupted(), Duration.ofSeconds(3))) {
            assertThatThrownBy(jobs::await)
                    .isInstanceOf(RunFailedException.class)
                    .hasMessage("The run expects its 3 slots of 1 core(s) to start within 3 s, but 2 did. Maybe set"
                            + " spark.slots to 2, or free cores: other jobs may hold them.");
            assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingCancelsTheSlotsThatStillRun() throws Exception {
        SlotJobs jobs = SlotJobs.submit(
                spark,
                TWO,
                context -> {
                    meet();
                    return holdUntilInterrupted();
                },
                SOON);
        while (spark.statusTracker().getActiveJobIds().length < 2 || meeting.getNumberWaiting() > 0) {
            Thread.onSpinWait();
        }
        jobs.close();
        assertThatThrownBy(jobs::await)
                .isInstanceOf(RunFailedException.class)
                .hasMessage("The run was ended while its slots were at work.");
    }

    @Test
    void theSessionsOwnPropertiesStayAsTheyWere() throws Exception {
        spark.setLocalProperty("spark.job.description", "somebody else's");
        try (SlotJobs jobs = SlotJobs.submit(spark, TWO, context -> new byte[] {(byte) context.slot()}, SOON)) {
            assertThat(jobs.await()).containsExactly(new byte[] {0}, new byte[] {1});
        }
        assertThat(spark.getLocalProperty("spark.job.description")).isEqualTo("somebody else's");
        assertThat(spark.getLocalProperty("convoy.slot")).isNull();
        assertThat(spark.getLocalProperty("spark.job.interruptOnCancel")).isNull();
        spark.setLocalProperty("spark.job.description", null);
    }
}
