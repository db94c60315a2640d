package io.convoy.spark.kafka;

import io.convoy.spark.RunFailedException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** What is borne of Kafka before a stream is given up: failures that may pass, for a while. For one thread. */
final class Patience {
    private static final int SECONDS = 300;
    private static final int FENCED_AT_MOST = 3;

    private final String stream;
    private final String transactionalId;
    private final KafkaClients kafka;
    private long failingSinceNanos;
    private boolean failing;
    private int fenced;

    /**
     * For one stream.
     *
     * @param stream its name
     * @param transactionalId the one of its producer
     */
    Patience(String stream, String transactionalId, KafkaClients kafka) {
        this.stream = stream;
        this.transactionalId = transactionalId;
        this.kafka = kafka;
    }

    /** Something was committed. */
    void succeeded() {
        failing = false;
        fenced = 0;
    }

    /** Whether nothing has gone well for as long as is borne; to be asked whenever something fails. */
    boolean isExhausted() {
        if (!failing) {
            failing = true;
            failingSinceNanos = System.nanoTime();
        }
        return System.nanoTime() - failingSinceNanos > SECONDS * 1_000_000_000L;
    }

    /**
     * Returns normally if it is worth trying again.
     *
     * @throws RunFailedException otherwise
     */
    void requireMore(RuntimeException failed) {
        if (KafkaClients.isFinal(failed)) {
            throw new RunFailedException(kafka.untaken("The stream " + stream, failed), failed);
        }
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException && ++fenced > FENCED_AT_MOST) {
                throw new RunFailedException("The stream " + stream + " expects to be the only one with the"
                        + " transactional.id " + transactionalId
                        + ", but another producer takes it again and again. Maybe give each worker its own, or none.");
            }
        }
        if (isExhausted()) {
            throw new RunFailedException("The stream " + stream + " expects Kafka to take its predictions within "
                    + SECONDS + " s, but: " + kafka.reason(failed) + ".");
        }
    }
}
