package io.convoy.engine.exchange;

import io.convoy.engine.optim.UpdateRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects, for one step after the other, the sums over blocks that the parts' owners measure, and adds them up over whole
 * tensors: block after block in the order of the flat vector, in float64, so that nothing depends on who owns what. Not for
 * use by two threads at once.
 */
public final class PartialSums {
    private final ParameterLayout layout;
    private final UpdateRule rule;
    private final double[] @Nullable [][] received;
    private final int[] missing;
    private long step;

    /** Begins with step {@code step}. */
    public PartialSums(ParameterLayout layout, UpdateRule rule, long step) {
        this.layout = layout;
        this.rule = rule;
        this.step = step;
        this.received = new double[rule.rounds()][layout.parts().size()][];
        this.missing = new int[rule.rounds()];
        clear();
    }

    private void clear() {
        for (int round = 0; round < missing.length; round++) {
            received[round] = new double[layout.parts().size()][];
            missing[round] = layout.parts().size();
        }
    }

    /** The step that is collected. */
    public long step() {
        return step;
    }

    /** How many numbers a part has in a round. */
    public int length(int round, Part part) {
        return layout.blocks(part) * rule.sums(round);
    }

    /** Adds what a part has, {@link #length} numbers; the array is kept. Returns whether it was missing. */
    public boolean add(int round, Part part, double[] sums) {
        if (received[round][part.index()] != null) {
            return false;
        }
        received[round][part.index()] = sums;
        missing[round]--;
        return true;
    }

    public boolean isComplete(int round) {
        return missing[round] == 0;
    }

    /** The parts whose sums are missing, in order. */
    public List<Part> missing(int round) {
        return layout.parts().stream()
                .filter(part -> received[round][part.index()] == null)
                .toList();
    }

    /** The sums over whole tensors, when all are there. */
    public TensorSums totals(int round) {
        int width = rule.sums(round);
        double[][] totals = new double[layout.entries().size()][width];
        for (Part part : layout.parts()) {
            double[] sums = received[round][part.index()];
            if (sums == null) {
                throw new IllegalStateException("Sums over tensors expect those of part " + part.index() + ".");
            }
            int at = 0;
            for (ParameterLayout.Piece piece : layout.pieces(part)) {
                double[] total = totals[piece.tensor()];
                for (int block = 0; block < piece.blocks(); block++) {
                    for (int i = 0; i < width; i++) {
                        total[i] += sums[at++];
                    }
                }
            }
        }
        return new TensorSums(totals);
    }

    /** Forgets everything and begins with the next step. */
    public void next() {
        step++;
        clear();
    }
}
