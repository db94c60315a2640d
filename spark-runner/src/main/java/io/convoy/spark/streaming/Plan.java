package io.convoy.spark.streaming;

import io.convoy.engine.kernel.Precision;
import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.kafka.KafkaClients;
import io.convoy.spark.message.InputFormat;
import io.convoy.spark.message.OutputFormat;
import java.io.Serializable;

/**
 * What every task of a stream has to know.
 *
 * @param clients what Kafka's clients are set to, secrets among it
 * @param group the consumer group whose offsets tell what is written; transactional ids begin with it
 * @param exactlyOnce whether predictions are written in transactions
 * @param input what a message's value is
 * @param output what a prediction's value is
 * @param topK the classes that a prediction tells
 * @param predictions the topic of predictions
 * @param deadLetters the topic of dead letters
 * @param failFast whether a dead letter is a failure
 * @param precision what both models compute in
 * @param share of the keys that the second model scores, 0 without one
 * @param images that are scored together at most
 * @param commitMillis the longest that a prediction waits for being committed
 */
record Plan(
        KafkaClients clients,
        String group,
        boolean exactlyOnce,
        InputFormat input,
        OutputFormat output,
        int topK,
        String predictions,
        String deadLetters,
        boolean failFast,
        Precision precision,
        double share,
        int images,
        int commitMillis)
        implements Serializable {
    static Plan of(StreamConfig config, KafkaClients clients, String group) {
        return new Plan(
                clients,
                group,
                config.delivery() == StreamConfig.Delivery.EXACTLY_ONCE,
                InputFormat.valueOf(config.input().format().name()),
                OutputFormat.valueOf(config.output().format().name()),
                config.output().topK(),
                config.output().topic(),
                config.deadLetters().topic(),
                config.deadLetters().failFast(),
                config.precision(),
                config.abTest() == null ? 0 : config.abTest().share(),
                config.batching().images(),
                config.batching().commitMillis());
    }
}
