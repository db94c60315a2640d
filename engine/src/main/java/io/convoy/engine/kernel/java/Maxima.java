package io.convoy.engine.kernel.java;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The maximum over windows of feature maps whose channels are innermost, and where it lies: the first of the greatest in
 * row-major order, or the last that is not a number. The maximum down the columns is found first and then that along the rows,
 * so a k × k window costs 2k comparisons, and fewer where windows overlap.
 *
 * <p>Compilers find vector instructions for a maximum but none for a choice. So the place is the least of the places plus a
 * penalty, which is 0 where a value is the maximum. Only infinite values and NaN need a second look.
 */
final class Maxima {
    /** Places are counted in so small units that the difference of any two floats, times {@link #PENALTY}, is above them all. */
    private static final float UNIT = 0x1p-60f;

    private static final float PENALTY = 0x1p127f;

    /** What a window that sees nothing has for a place. */
    private static final float NOWHERE = -1;

    private final Taps rows;
    private final Taps columns;
    private final int lanes;
    private final boolean places;

    /** A row of the input and one of the output, in floats. */
    private final int inRow;

    private final int outRow;

    /** Down the columns: the rows that a window sees, their maximum, and the place of its row. */
    private final float[][] seen;

    private final float[] greatest;
    private final float[] greatestRow;

    /** Along the rows: for the i-th tap of all windows its values, its rows and its columns. */
    private final float[][] value;

    private final float[][] valueRow;
    private final float[][] column;
    private final List<int[]> copies;
    private final float[] maximum;
    private final float[] place;
    private final float[] odd;

    /**
     * For one thread.
     *
     * @param lanes channels that lie side by side
     * @param places whether to tell where the maxima lie
     */
    Maxima(Taps rows, Taps columns, int lanes, boolean places) {
        this.rows = rows;
        this.columns = columns;
        this.lanes = lanes;
        this.places = places;
        this.inRow = columns.in() * lanes;
        this.outRow = columns.out() * lanes;
        this.seen = new float[rows.most()][inRow];
        this.greatest = new float[inRow];
        this.greatestRow = new float[inRow];
        int taps = columns.most();
        this.value = new float[taps][outRow];
        this.valueRow = new float[taps][outRow];
        this.column = new float[taps][outRow];
        this.copies = new ArrayList<>();
        for (int tap = 0; tap < taps; tap++) {
            copies.add(copies(tap));
            for (int q = 0; q < columns.out(); q++) {
                Arrays.fill(column[tap], q * lanes, (q + 1) * lanes, columnOf(q, tap) * UNIT);
            }
        }
        this.maximum = new float[outRow];
        this.place = new float[outRow];
        this.odd = new float[outRow];
    }

    /** The column of a window's tap; a window with fewer ones sees its first one again. */
    private int columnOf(int q, int tap) {
        int count = columns.count(q);
        return count == 0 ? 0 : columns.at(q, tap < count ? tap : 0);
    }

    /** Runs of columns that lie side by side in the input as well as in the output: from, to, length, in floats. */
    private int[] copies(int tap) {
        int[] runs = new int[3 * columns.out()];
        int n = 0;
        for (int q = 0; q < columns.out(); q++) {
            if (n > 0 && runs[n - 3] + runs[n - 1] == columnOf(q, tap) * lanes) {
                runs[n - 1] += lanes;
            } else {
                runs[n++] = columnOf(q, tap) * lanes;
                runs[n++] = q * lanes;
                runs[n++] = lanes;
            }
        }
        return Arrays.copyOf(runs, n);
    }

    /** Overwrites y [out rows, out columns, lanes] and, if asked for, the places, each row · columns + column, from x. */
    void run(float[] x, float[] y, float[] where) {
        Arrays.fill(odd, 0);
        for (int p = 0; p < rows.out(); p++) {
            int to = p * outRow;
            if (rows.count(p) == 0 || value.length == 0) {
                Arrays.fill(y, to, to + outRow, Float.NEGATIVE_INFINITY);
                if (places) {
                    Arrays.fill(where, to, to + outRow, NOWHERE);
                }
                continue;
            }
            down(x, p);
            along();
            System.arraycopy(maximum, 0, y, to, outRow);
            if (places) {
                tell(where, to);
            }
            for (int q = 0; q < columns.out(); q++) {
                if (columns.count(q) == 0) {
                    int at = to + q * lanes;
                    Arrays.fill(y, at, at + lanes, Float.NEGATIVE_INFINITY);
                    if (places) {
                        Arrays.fill(where, at, at + lanes, NOWHERE);
                    }
                }
            }
        }
        if (places) {
            lookAgain(x, where);
        }
    }

    private void down(float[] x, int p) {
        int count = rows.count(p);
        for (int t = 0; t < count; t++) {
            System.arraycopy(x, rows.at(p, t) * inRow, seen[t], 0, inRow);
        }
        System.arraycopy(seen[0], 0, greatest, 0, inRow);
        for (int t = 1; t < count; t++) {
            raise(greatest, seen[t]);
        }
        if (places) {
            Arrays.fill(greatestRow, Float.MAX_VALUE);
            for (int t = 0; t < count; t++) {
                lower(greatestRow, greatest, seen[t], rows.at(p, t) * columns.in() * UNIT);
            }
        }
    }

    private void along() {
        for (int t = 0; t < value.length; t++) {
            copy(copies.get(t), greatest, value[t]);
        }
        System.arraycopy(value[0], 0, maximum, 0, outRow);
        for (int t = 1; t < value.length; t++) {
            raise(maximum, value[t]);
        }
        if (places) {
            Arrays.fill(place, Float.MAX_VALUE);
            for (int t = 0; t < value.length; t++) {
                copy(copies.get(t), greatestRow, valueRow[t]);
                lower(place, maximum, value[t], valueRow[t], column[t]);
            }
        }
    }

    private static void copy(int[] runs, float[] from, float[] to) {
        for (int i = 0; i < runs.length; i += 3) {
            System.arraycopy(from, runs[i], to, runs[i + 1], runs[i + 2]);
        }
    }

    private static void raise(float[] most, float[] values) {
        for (int i = 0; i < most.length; i++) {
            most[i] = Math.max(most[i], values[i]);
        }
    }

    private static void lower(float[] least, float[] most, float[] values, float row) {
        for (int i = 0; i < least.length; i++) {
            least[i] = Math.min(least[i], (most[i] - values[i]) * PENALTY + row);
        }
    }

    private static void lower(float[] least, float[] most, float[] values, float[] row, float[] column) {
        for (int i = 0; i < least.length; i++) {
            least[i] = Math.min(least[i], (most[i] - values[i]) * PENALTY + (row[i] + column[i]));
        }
    }

    /** Where equal infinities or NaN were subtracted from each other, no number comes out. */
    private void tell(float[] where, int to) {
        for (int i = 0; i < outRow; i++) {
            place[i] = place[i] * (1 / UNIT);
            odd[i] += place[i] * 0;
        }
        System.arraycopy(place, 0, where, to, outRow);
    }

    private void lookAgain(float[] x, float[] where) {
        for (int i = 0; i < outRow; i++) {
            if (Float.isNaN(odd[i])) {
                for (int p = 0; p < rows.out(); p++) {
                    int at = p * outRow + i;
                    if (Float.isNaN(where[at])) {
                        where[at] = search(x, p, i / lanes, i % lanes);
                    }
                }
            }
        }
    }

    private int search(float[] x, int p, int q, int lane) {
        int best = -1;
        float most = Float.NEGATIVE_INFINITY;
        for (int t = 0; t < rows.count(p); t++) {
            for (int u = 0; u < columns.count(q); u++) {
                int at = rows.at(p, t) * columns.in() + columns.at(q, u);
                float found = x[at * lanes + lane];
                if (best < 0 || found > most || Float.isNaN(found)) {
                    best = at;
                    most = found;
                }
            }
        }
        return best;
    }
}
