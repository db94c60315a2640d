package io.convoy.spark.report;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * The live line of a run: epoch, step, loss, images a second, time left. On a terminal it is redrawn in place, a few times a
 * second; elsewhere a line is added every few seconds, so that log files stay short. Not for use by two threads.
 *
 * <p>The loss shown is the mean over the images since the last line, the speed is measured over the same time; the time left
 * follows the mean speed since the start.
 */
public final class ProgressLine {
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration ADD = Duration.ofSeconds(5);

    private final PrintStream out;
    private final boolean terminal;
    private final InstantSource clock;
    private final int epochs;
    private final long stepsPerEpoch;

    private final Instant begin;
    private Instant shown;
    private long imagesShown;
    private long imagesSeen;
    private double lossSum;
    private long stepsSeen;
    private int width;

    /**
     * @param out where lines go
     * @param terminal whether {@code out} is a terminal, on which a line can be redrawn
     * @param clock tells the time
     * @param epochs of the run
     * @param stepsPerEpoch the last, shorter one counted
     */
    public ProgressLine(PrintStream out, boolean terminal, InstantSource clock, int epochs, long stepsPerEpoch) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.epochs = epochs;
        this.stepsPerEpoch = stepsPerEpoch;
        this.begin = clock.instant();
        this.shown = begin;
    }

    /**
     * Takes note of a finished step, and shows it when it is time.
     *
     * @param epoch counted from 1
     * @param step of this epoch, counted from 1
     * @param meanLoss over the step's images
     * @param images in the step
     */
    public void step(int epoch, long step, double meanLoss, int images) {
        imagesSeen += images;
        imagesShown += images;
        lossSum += meanLoss * images;
        stepsSeen++;
        Instant now = clock.instant();
        Duration since = Duration.between(shown, now);
        boolean last = epoch == epochs && step == stepsPerEpoch;
        if (since.compareTo(terminal ? REDRAW : ADD) >= 0 || last) {
            double seconds = Math.max(1e-9, since.toNanos() * 1e-9);
            long ahead = (epochs - epoch) * stepsPerEpoch + stepsPerEpoch - step;
            Duration left = Duration.between(begin, now).dividedBy(stepsSeen).multipliedBy(ahead);
            show(format(epoch, step, lossSum / imagesShown, imagesShown / seconds, left));
            shown = now;
            imagesShown = 0;
            lossSum = 0;
        }
    }

    /** Ends the live line with a line that stays, e.g. an epoch's test accuracy. */
    public void message(String line) {
        if (terminal && width > 0) {
            out.print("\r" + " ".repeat(width) + "\r");
            width = 0;
        }
        out.println(line);
        out.flush();
    }

    /** Images trained on since the start. */
    public long images() {
        return imagesSeen;
    }

    private String format(int epoch, long step, double loss, double imagesPerSecond, Duration left) {
        return String.format(
                Locale.ROOT,
                "epoch %d/%d  step %d/%d  loss %.4f  %s images/s  %s left",
                epoch,
                epochs,
                step,
                stepsPerEpoch,
                loss,
                imagesPerSecond < 100
                        ? String.format(Locale.ROOT, "%.1f", imagesPerSecond)
                        : String.format(Locale.ROOT, "%,d", Math.round(imagesPerSecond)),
                duration(left));
    }

    /** 45 s, 3 min 05 s, 2 h 07 min. */
    static String duration(Duration time) {
        long seconds = Math.round(time.toMillis() * 1e-3);
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
    }

    private void show(String line) {
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            width = line.length();
        } else {
            out.println(line);
        }
        out.flush();
    }
}
