package io.convoy.engine.exchange;

/**
 * What a trainer asks of whoever sums gradients and applies rules. For every step, each worker adds the sums over the nodes
 * of the canonical tree that it computed, and then fetches the next version of the weights; version s is what step s
 * computes with, so after the pushes of step s come the weights of version s + 1.
 *
 * <p>All methods may be called by any thread; buffers are the caller's again when a method returns.
 */
public interface GradientExchange extends AutoCloseable {
    /**
     * Adds the summed gradient of {@code node}'s leaves for one part. Gradients are sums over samples of what the trainer
     * has already divided by the batch's normaliser: the exchange only adds.
     *
     * @param gradient at least {@code part.length()} floats, from index 0
     */
    void push(StepPlan plan, LeafRange node, Part part, float[] gradient);

    /**
     * Adds the merged BatchNorm statistics (mean and biased variance, laid out by {@link StatisticsLayout}) of
     * {@code node}'s leaves. Called once for each node of a network that has BatchNorm, never for another.
     */
    void pushStatistics(StepPlan plan, LeafRange node, float[] statistics);

    /**
     * Waits until version {@code version} of everything is there and hands it to {@code sink}, parts of the first layers
     * first as far as possible.
     *
     * @throws ExchangeException if a deadline passes; the message names who is waited for
     */
    void pull(long version, WeightSink sink);

    /**
     * The same with the running averages of the weights in their place, where the rule keeps them: what is evaluated and saved.
     * Only between two steps, when {@code version} has been pulled.
     */
    default void pullAverages(long version, WeightSink sink) {
        pull(version, sink);
    }

    /** Where pulled weights go. Arrays are lent for the call only. */
    interface WeightSink {
        /** Part {@code part} has these {@code part.length()} weights, from index 0. */
        void weights(Part part, float[] values);

        /** The running statistics, laid out by {@link StatisticsLayout}. */
        void statistics(float[] values);
    }

    @Override
    void close();
}
