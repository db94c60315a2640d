package io.convoy.spark.config;

import io.convoy.engine.kernel.Precision;
import org.jspecify.annotations.Nullable;

/**
 * A stream of images out of Kafka and of predictions back into it, for Spark's job and for the light worker alike. Read from YAML
 * by {@link ConfigReader#readStream}.
 *
 * @param name what the user calls the stream; of letters, digits, dots, underscores and hyphens, since Kafka's names are made of it
 * @param model the folder of the trained model, on any Hadoop path; another version that is written there is taken up while the
 *     stream runs
 * @param precision what every model keeps feature maps and reads weights in while it scores: float32, the
 *     default, or bfloat16, which is faster on CPUs with AVX512-BF16 and refused by others. Scores have other bits then
 * @param abTest a second model that scores a share of the keys; none if absent
 * @param kafka the settings of every Kafka client
 * @param input where images come from
 * @param output where predictions go
 * @param deadLetters where messages go that can't be scored
 * @param checkpoints the folder of how far the stream has come, on any Hadoop path; a stream that starts with it goes on there
 * @param mode whether Spark forms micro-batches or hands on each message at once; default throughput
 * @param delivery what holds when processes are killed; default exactlyOnce
 * @param batching how many images are computed together; default of each
 * @param maxOffsetsPerTrigger messages of one micro-batch over all partitions at most, at least 1 and no fewer than there are
 *     partitions: it bounds how long a micro-batch takes, for how long a new version of the model has to wait, and what is repeated
 *     after a failure; default 20,000
 * @param startingOffsets where a stream without a checkpoint begins; default latest
 * @param onExpiredOffsets what to do when Kafka has deleted messages before they were read; default fail
 * @param metrics the endpoint of measurements; none if absent
 * @param spark where the job runs
 */
public record StreamConfig(
        @Circumstance String name,
        String model,
        @Default("float32") Precision precision,
        @Nullable AbTestConfig abTest,
        KafkaConfig kafka,
        StreamInputConfig input,
        StreamOutputConfig output,
        DeadLettersConfig deadLetters,
        String checkpoints,
        @Default("throughput") Mode mode,
        @Default("exactlyOnce") Delivery delivery,
        @Default("{}") BatchingConfig batching,
        @Default("20000") long maxOffsetsPerTrigger,
        @Default("latest") StartingOffsets startingOffsets,
        @Default("fail") ExpiredOffsets onExpiredOffsets,
        @Nullable MetricsConfig metrics,
        @Default("{}") StreamSparkConfig spark) {
    /** What the job is made for. */
    public enum Mode {
        /** Micro-batches. */
        THROUGHPUT,
        /** Each message as soon as it is there, by Spark's real-time mode. */
        LATENCY
    }

    /** What holds when processes are killed. Nothing is ever lost. */
    public enum Delivery {
        /**
         * A message may have more than one prediction, with the same identity and, from the same model in the same precision, the same
         * bits.
         */
        AT_LEAST_ONCE("atLeastOnce"),
        /** A consumer that reads committed messages sees one prediction of each message. */
        EXACTLY_ONCE("exactlyOnce");

        private final String text;

        Delivery(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Where a stream without a checkpoint begins. */
    public enum StartingOffsets {
        /** With what comes from then on. */
        LATEST,
        /** With the oldest message that is there. */
        EARLIEST
    }

    /** What to do when Kafka has deleted messages before they were read. */
    public enum ExpiredOffsets {
        /** Stop. */
        FAIL,
        /** Log it, and go on with the oldest message that is there. */
        EARLIEST
    }

    /** Checks the names and that no topic is read that is also written. */
    public StreamConfig {
        Expect.that(
                name.matches("[A-Za-z0-9._-]{1,100}"),
                "name",
                "expects at most 100 letters, digits, dots, underscores and hyphens, but it got " + name + ".");
        Expect.text("model", model);
        Expect.text("checkpoints", checkpoints);
        Expect.atLeast("maxOffsetsPerTrigger", maxOffsetsPerTrigger, 1);
        Expect.that(
                !input.topics().contains(output.topic()),
                "output",
                "expects a topic that is not read, but " + output.topic() + " is in input.topics.");
        Expect.that(
                !input.topics().contains(deadLetters.topic()),
                "deadLetters",
                "expects a topic that is not read, but " + deadLetters.topic() + " is in input.topics.");
        Expect.that(
                !output.topic().equals(deadLetters.topic()),
                "deadLetters",
                "expects another topic than the predictions', but both are " + deadLetters.topic() + ".");
    }
}
