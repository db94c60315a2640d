package io.convoy.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CrewTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void everyNumberIsDoneOnceARoundAndNumber0ByTheCaller(int size) {
        AtomicIntegerArray done = new AtomicIntegerArray(size);
        Thread caller = Thread.currentThread();
        try (Crew crew = new Crew(size)) {
            for (int round = 1; round <= 1000; round++) {
                crew.run(number -> {
                    assertThat(Thread.currentThread() == caller).isEqualTo(number == 0);
                    done.incrementAndGet(number);
                });
                for (int number = 0; number < size; number++) {
                    assertThat(done.get(number)).isEqualTo(round);
                }
            }
        }
    }

    @Test
    void whoFellAsleepIsWoken() throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        try (Crew crew = new Crew(3)) {
            for (int round = 0; round < 20; round++) {
                // Longer than anybody looks out.
                TimeUnit.MILLISECONDS.sleep(3);
                crew.run(number -> done.incrementAndGet());
            }
        }
        assertThat(done).hasValue(60);
    }

    @Test
    void aCallerThatFellAsleepIsWoken() {
        try (Crew crew = new Crew(2)) {
            AtomicInteger done = new AtomicInteger();
            crew.run(number -> {
                if (number == 1) {
                    sleep(5);
                }
                done.incrementAndGet();
            });
            assertThat(done).hasValue(2);
        }
    }

    @Test
    void theyWorkAtTheSameTime() {
        CyclicBarrier all = new CyclicBarrier(4);
        try (Crew crew = new Crew(4)) {
            crew.run(number -> {
                try {
                    all.await(30, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    @Test
    void theFailureOfTheLowestNumberReachesTheCallerWhenAllAreDone() {
        AtomicInteger done = new AtomicInteger();
        try (Crew crew = new Crew(3)) {
            assertThatThrownBy(() -> crew.run(number -> {
                        if (number == 0) {
                            sleep(5);
                        }
                        done.incrementAndGet();
                        if (number > 0) {
                            throw new IllegalStateException("number " + number);
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("number 1");
            assertThat(done).hasValue(3);
            assertThatThrownBy(() -> crew.run(number -> {
                        throw new StackOverflowError();
                    }))
                    .isInstanceOf(StackOverflowError.class);
            crew.run(number -> done.incrementAndGet());
            assertThat(done).hasValue(6);
        }
    }

    @Test
    void anInterruptedRoundEndsBeforeTheNextOneBegins() {
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger interrupted = new AtomicInteger();
        try (Crew crew = new Crew(3)) {
            assertThatThrownBy(() -> crew.run(number -> {
                        if (number == 0) {
                            Thread.currentThread().interrupt();
                            return;
                        }
                        atWork.incrementAndGet();
                        try {
                            TimeUnit.SECONDS.sleep(30);
                        } catch (InterruptedException e) {
                            interrupted.incrementAndGet();
                            sleep(20);
                        }
                        atWork.decrementAndGet();
                    }))
                    .isInstanceOf(TrainingException.class)
                    .hasMessage("Training was interrupted.");
            assertThat(Thread.interrupted()).isTrue();
            crew.run(number -> assertThat(atWork).hasValue(0));
            assertThat(interrupted).hasValue(2);
        }
    }

    @Test
    void closingEndsTheThreadsAndLeavesTheCallersInterruptStanding() {
        Crew crew = new Crew(3);
        crew.run(number -> {});
        Thread.currentThread().interrupt();
        crew.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().contains("Crew$Member")));
    }

    private static void sleep(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
