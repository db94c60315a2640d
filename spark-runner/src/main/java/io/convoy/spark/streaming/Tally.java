package io.convoy.spark.streaming;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.util.AccumulatorV2;

/**
 * What the tasks of a stream have done, summed up on the driver by Spark; tasks that failed don't count.
 *
 * <p>The time of a message from end to end goes from its timestamp to when its prediction was safe in Kafka. It is counted in classes that
 * are each 1/8 wider than the one before, so that a quantile is at most an eighth too high.
 */
final class Tally extends AccumulatorV2<Long, Tally> {
    private static final long serialVersionUID = 1L;
    private static final int CLASSES = 256;
    private static final double RATIO = 1.125;

    private long read;
    private long records;
    private long deadLetters;
    private long calls;
    private long decodeNanos;
    private long scoreNanos;
    private long[] latencies = new long[CLASSES];

    /** Known to the driver alone. */
    private transient volatile long behind;

    /** How many messages of the partition that is furthest behind are still to be read. */
    long behind() {
        return behind;
    }

    void behind(long messages) {
        behind = messages;
    }

    /** Messages that were read, whether or not there was anything left to do about them. */
    synchronized long read() {
        return read;
    }

    synchronized void read(long messages) {
        read += messages;
    }

    synchronized void scored(int messages, int dead, long decoding, long scoring) {
        records += messages;
        deadLetters += dead;
        calls++;
        decodeNanos += decoding;
        scoreNanos += scoring;
    }

    /** Takes note of the milliseconds that a message took from end to end. */
    @Override
    public synchronized void add(Long millis) {
        latencies[latencyClass(millis)]++;
    }

    private static int latencyClass(long millis) {
        return millis < 1 ? 0 : Math.min(CLASSES - 1, 1 + (int) (Math.log((double) millis) / Math.log(RATIO)));
    }

    /** The time that the share {@code quantile} of the messages was at most under way, in milliseconds; 0 without messages. */
    synchronized long latencyMillis(double quantile) {
        long all = Arrays.stream(latencies).sum();
        long below = 0;
        for (int i = 0; i < CLASSES && all > 0; i++) {
            below += latencies[i];
            if (below >= quantile * all) {
                return (long) Math.ceil(Math.pow(RATIO, i));
            }
        }
        return 0;
    }

    synchronized long records() {
        return records;
    }

    synchronized long deadLetters() {
        return deadLetters;
    }

    synchronized double messagesPerCall() {
        return calls == 0 ? 0 : (double) records / calls;
    }

    synchronized double decodeMillisPerMessage() {
        return records == 0 ? 0 : decodeNanos * 1e-6 / records;
    }

    synchronized double scoreMillisPerMessage() {
        return records == 0 ? 0 : scoreNanos * 1e-6 / records;
    }

    /** What came since {@code before}. */
    synchronized Tally since(Tally before) {
        Tally difference = copy();
        difference.read -= before.read;
        difference.records -= before.records;
        difference.deadLetters -= before.deadLetters;
        difference.calls -= before.calls;
        difference.decodeNanos -= before.decodeNanos;
        difference.scoreNanos -= before.scoreNanos;
        for (int i = 0; i < CLASSES; i++) {
            difference.latencies[i] -= before.latencies[i];
        }
        return difference;
    }

    @Override
    public synchronized boolean isZero() {
        return read == 0
                && records == 0
                && calls == 0
                && Arrays.stream(latencies).allMatch(count -> count == 0);
    }

    @Override
    public synchronized Tally copy() {
        Tally copy = new Tally();
        copy.merge(this);
        return copy;
    }

    @Override
    public synchronized void reset() {
        read = 0;
        records = 0;
        deadLetters = 0;
        calls = 0;
        decodeNanos = 0;
        scoreNanos = 0;
        latencies = new long[CLASSES];
    }

    @Override
    public synchronized void merge(AccumulatorV2<Long, Tally> other) {
        Tally tally = (Tally) other;
        read += tally.read;
        records += tally.records;
        deadLetters += tally.deadLetters;
        calls += tally.calls;
        decodeNanos += tally.decodeNanos;
        scoreNanos += tally.scoreNanos;
        for (int i = 0; i < CLASSES; i++) {
            latencies[i] += tally.latencies[i];
        }
    }

    @Override
    public Tally value() {
        return this;
    }

    @Override
    public synchronized String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %,d ms, p99 %,d ms, decode %.2f ms, score %.2f ms, %.0f at once, %,d dead letters",
                latencyMillis(0.5),
                latencyMillis(0.99),
                decodeMillisPerMessage(),
                scoreMillisPerMessage(),
                messagesPerCall(),
                deadLetters);
    }
}
