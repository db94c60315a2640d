package io.convoy.spark.streaming;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** Tells of each micro-batch in a line. */
final class ProgressListener extends StreamingQueryListener {
    private static final long serialVersionUID = 1L;

    private final Tally tally;
    private final transient PrintStream out;
    private final transient ConcurrentHashMap<Long, BatchModels> models = new ConcurrentHashMap<>();
    private final transient Runnable progressed;
    private Tally before = new Tally();

    /**
     * A listener.
     *
     * @param out gets the lines
     * @param progressed is run after each batch and after the query's end
     */
    ProgressListener(Tally tally, PrintStream out, Runnable progressed) {
        this.tally = tally;
        this.out = out;
        this.progressed = progressed;
    }

    /** What scores the batch {@code number}. */
    void models(long number, BatchModels chosen) {
        models.put(number, chosen);
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {}

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        StreamingQueryProgress progress = event.progress();
        progressed.run();
        BatchModels scored = models.remove(progress.batchId());
        tally.behind(behind(progress));
        if (progress.numInputRows() == 0) {
            return;
        }
        Tally now = tally.copy();
        Tally batch = now.since(before);
        before = now;
        out.printf(
                Locale.ROOT,
                "batch %d: %,d messages, %,.0f a second, %s, behind %,d%s%n",
                progress.batchId(),
                progress.numInputRows(),
                progress.processedRowsPerSecond(),
                batch,
                tally.behind(),
                scored == null ? "" : ", model " + scored);
        out.flush();
    }

    private static long behind(StreamingQueryProgress progress) {
        long most = 0;
        for (SourceProgress source : progress.sources()) {
            String behind = source.metrics().get("maxOffsetsBehindLatest");
            most = Math.max(most, behind == null ? 0 : Long.parseLong(behind));
        }
        return most;
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        progressed.run();
    }
}
