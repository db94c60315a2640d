package io.convoy.engine.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which places of an input the places of an output look at, along one axis that has neither begin nor end:
 *
 * <pre>seen(p) = pattern[p mod period] + shift · ⌊p / period⌋</pre>
 *
 * A pattern is a set of whole numbers, one for each phase of the period. That is all that convolutions, pools, dilation and
 * transposed convolutions need, and it is closed under composition and union: what a place of a deep layer sees of the image is
 * the union, over the places that its layer looks at, of what those see. So it is exact where formulas for window sizes (Araujo,
 * Norris and Sim, "Computing receptive fields of convolutional neural networks", 2019) assume windows without gaps and one phase.
 */
public final class AxisReach {
    /** Each place looks at its own. */
    public static final AxisReach SAME = window(1, 1, 0, 1);

    /** Each place looks at all of them: global pooling, attention, fully connected layers. */
    public static final AxisReach WHOLE = new AxisReach(0, List.of(new Places(new int[0])), true);

    /** No place looks at any. */
    public static final AxisReach NOTHING = new AxisReach(0, List.of(new Places(new int[0])), false);

    /** Longer periods than any network's are taken for the whole. */
    private static final long LONGEST_PERIOD = 1 << 16;

    /** Whole numbers as runs: first, last, first, last, …, each run behind the one before it and not touching it. */
    private static final class Places {
        private final int[] runs;

        private Places(int[] runs) {
            this.runs = runs;
        }

        boolean isEmpty() {
            return runs.length == 0;
        }

        int first() {
            return runs[0];
        }

        int last() {
            return runs[runs.length - 1];
        }

        Places plus(int distance) {
            return new Places(Arrays.stream(runs)
                    .map(place -> Math.addExact(place, distance))
                    .toArray());
        }

        static Places union(List<Places> parts) {
            List<int[]> all = new ArrayList<>();
            for (Places part : parts) {
                for (int i = 0; i < part.runs.length; i += 2) {
                    all.add(new int[] {part.runs[i], part.runs[i + 1]});
                }
            }
            all.sort(Comparator.comparingInt(run -> run[0]));
            int[] merged = new int[2 * all.size()];
            int length = 0;
            for (int[] run : all) {
                if (length > 0 && run[0] <= merged[length - 1] + 1) {
                    merged[length - 1] = Math.max(merged[length - 1], run[1]);
                } else {
                    merged[length++] = run[0];
                    merged[length++] = run[1];
                }
            }
            return new Places(Arrays.copyOf(merged, length));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Places places && Arrays.equals(runs, places.runs);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(runs);
        }
    }

    private final int shift;
    private final List<Places> pattern;
    private final boolean whole;

    private AxisReach(int shift, List<Places> pattern, boolean whole) {
        this.shift = shift;
        this.pattern = pattern;
        this.whole = whole;
    }

    /** A sliding window: p looks at p · stride + i · dilation − padding for i from 0 to below {@code kernel}. */
    public static AxisReach window(int kernel, int stride, int padding, int dilation) {
        int[] places = new int[kernel];
        for (int i = 0; i < kernel; i++) {
            places[i] = i * dilation - padding;
        }
        return periodic(stride, List.of(places));
    }

    /** A window laid over the output: p looks at each q with p = q · stride + i · dilation − padding. */
    public static AxisReach transposed(int kernel, int stride, int padding, int dilation) {
        List<int[]> seen = new ArrayList<>();
        for (int p = 0; p < stride; p++) {
            int[] places = new int[kernel];
            int count = 0;
            for (int i = 0; i < kernel; i++) {
                int at = p + padding - i * dilation;
                if (Math.floorMod(at, stride) == 0) {
                    places[count++] = Math.floorDiv(at, stride);
                }
            }
            seen.add(Arrays.copyOf(places, count));
        }
        return periodic(1, seen);
    }

    /**
     * Any pattern.
     *
     * @param shift places of the input from one period to the next
     * @param seen for each phase the places that it looks at, in any order; as many phases as the period has places
     */
    public static AxisReach periodic(int shift, List<int[]> seen) {
        if (seen.isEmpty() || shift < 0) {
            throw new IllegalArgumentException("AxisReach expects a period and a shift of at least 0, but it got "
                    + seen.size() + " phases and " + shift + ".");
        }
        return reduced(
                shift,
                seen.stream()
                        .map(places -> Places.union(Arrays.stream(places)
                                .mapToObj(place -> new Places(new int[] {place, place}))
                                .toList()))
                        .toList());
    }

    /** The same with the shortest period. */
    private static AxisReach reduced(int shift, List<Places> pattern) {
        int period = pattern.size();
        if (pattern.stream().allMatch(Places::isEmpty)) {
            return NOTHING;
        }
        for (int shorter = 1; shorter <= period / 2; shorter++) {
            if (period % shorter == 0
                    && (long) shift * shorter % period == 0
                    && repeats(pattern, shorter, (int) ((long) shift * shorter / period))) {
                return new AxisReach(
                        (int) ((long) shift * shorter / period), List.copyOf(pattern.subList(0, shorter)), false);
            }
        }
        return new AxisReach(shift, List.copyOf(pattern), false);
    }

    private static boolean repeats(List<Places> pattern, int period, int shift) {
        for (int i = period; i < pattern.size(); i++) {
            if (!pattern.get(i).equals(pattern.get(i - period).plus(shift))) {
                return false;
            }
        }
        return true;
    }

    /** Whether each place sees all of the input. */
    public boolean isWhole() {
        return whole;
    }

    /** Whether no place sees anything. */
    public boolean isNothing() {
        return !whole && pattern.stream().allMatch(Places::isEmpty);
    }

    /** What this reach sees of what lies behind its input: {@code before} tells what the places of the input see. */
    public AxisReach after(AxisReach before) {
        if (isNothing() || before.isNothing()) {
            return NOTHING;
        }
        if (whole || before.whole) {
            return WHOLE;
        }
        int common = shift == 0 ? before.pattern.size() : gcd(before.pattern.size(), shift);
        long period = (long) pattern.size() * (before.pattern.size() / common);
        if (period > LONGEST_PERIOD) {
            return WHOLE;
        }
        List<Places> seen = new ArrayList<>();
        for (int p = 0; p < period; p++) {
            Places mine = at(p);
            List<Places> parts = new ArrayList<>();
            for (int i = 0; i < mine.runs.length; i += 2) {
                for (int q = mine.runs[i]; q <= mine.runs[i + 1]; q++) {
                    parts.add(before.at(q));
                }
            }
            seen.add(Places.union(parts));
        }
        return reduced(Math.multiplyExact(before.shift, shift / common), seen);
    }

    /**
     * What is seen by this or by the other. Where their strides differ, no window moves over the input any more, and the union is
     * taken for the whole.
     */
    public AxisReach or(AxisReach other) {
        if (other.isNothing()) {
            return this;
        }
        if (isNothing()) {
            return other;
        }
        int period = pattern.size();
        int otherPeriod = other.pattern.size();
        long common = (long) period / gcd(period, otherPeriod) * otherPeriod;
        if (whole
                || other.whole
                || (long) shift * otherPeriod != (long) other.shift * period
                || common > LONGEST_PERIOD) {
            return WHOLE;
        }
        List<Places> seen = new ArrayList<>();
        for (int p = 0; p < common; p++) {
            seen.add(Places.union(List.of(at(p), other.at(p))));
        }
        return reduced((int) (shift * (common / period)), seen);
    }

    private Places at(int p) {
        Places phase = pattern.get(Math.floorMod(p, pattern.size()));
        return phase.plus(Math.multiplyExact(shift, Math.floorDiv(p, pattern.size())));
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /**
     * The places that p looks at, in increasing order, whether or not an image has them.
     *
     * @throws IllegalStateException if that is the whole, which has no numbers
     */
    public int[] seenFrom(int p) {
        requireNumbers();
        Places places = at(p);
        int[] all = new int[0];
        for (int i = 0; i < places.runs.length; i += 2) {
            int from = places.runs[i];
            int count = places.runs[i + 1] - from + 1;
            int length = all.length;
            all = Arrays.copyOf(all, length + count);
            for (int j = 0; j < count; j++) {
                all[length + j] = from + j;
            }
        }
        return all;
    }

    /**
     * From the first to the last place that is seen, at the phase that sees most.
     *
     * @throws IllegalStateException if that is the whole, whose size is the input's
     */
    public int size() {
        requireNumbers();
        return pattern.stream()
                .mapToInt(places -> places.isEmpty() ? 0 : places.last() - places.first() + 1)
                .max()
                .orElse(0);
    }

    /** Places of the input from one place of the output to the next, on average; below 1 where the output is finer; 0 for the whole. */
    public double stride() {
        return (double) shift / pattern.size();
    }

    /**
     * The middle of what place 0 sees, or the first place behind it that sees anything; 0 is the middle of the input's first place.
     *
     * @throws IllegalStateException if that is the whole, or nothing
     */
    public double offset() {
        requireNumbers();
        return pattern.stream()
                .filter(places -> !places.isEmpty())
                .findFirst()
                .map(places -> (places.first() + places.last()) / 2.0)
                .orElseThrow(
                        () -> new IllegalStateException("AxisReach expects to see something, but it sees nothing."));
    }

    private void requireNumbers() {
        if (whole) {
            throw new IllegalStateException("AxisReach expects a length of the input, but it is the whole.");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AxisReach reach
                && shift == reach.shift
                && whole == reach.whole
                && pattern.equals(reach.pattern);
    }

    @Override
    public int hashCode() {
        return 31 * pattern.hashCode() + shift + (whole ? 1 : 0);
    }

    @Override
    public String toString() {
        return whole
                ? "whole"
                : isNothing() ? "nothing" : "size " + size() + ", stride " + stride() + ", offset " + offset();
    }
}
