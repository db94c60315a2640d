package io.convoy.engine.exchange;

import io.convoy.engine.optim.Clipping;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.ParameterGroup;
import io.convoy.engine.optim.SquareSum;
import io.convoy.engine.optim.Update;
import io.convoy.engine.optim.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule for one part: which floats of it are in which group is found out once. */
final class PartRule {
    /** Floats of the part that are treated alike: not frozen, of one group, and for rules with sums of one tensor. */
    private record Run(int offset, int length, int tensor, ParameterGroup group) {
        int end() {
            return offset + length;
        }
    }

    private final UpdateRule rule;
    private final List<Run> runs;
    private final List<ParameterLayout.Piece> pieces;
    private final List<ParameterGroup> groupOfPiece;
    private final int partOffset;
    private final int blocks;

    PartRule(UpdateRule rule, ParameterLayout layout, Part part) {
        this.rule = rule;
        this.partOffset = part.offset();
        this.pieces = layout.pieces(part);
        this.blocks = layout.blocks(part);
        this.groupOfPiece = pieces.stream()
                .map(piece -> layout.entries().get(piece.tensor()))
                .map(entry -> rule.group(entry.name(), entry.normalization()))
                .toList();
        List<Run> cut = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            int begin = pieces.get(i).offset() - part.offset();
            // The gap behind a tensor goes with it: its zeros stay zeros, and runs can be joined.
            int end = i + 1 < pieces.size() ? pieces.get(i + 1).offset() - part.offset() : part.length();
            append(cut, new Run(begin, end - begin, pieces.get(i).tensor(), groupOfPiece.get(i)));
        }
        this.runs = cut.stream().filter(run -> !run.group().frozen()).toList();
    }

    private void append(List<Run> cut, Run run) {
        Run last = cut.isEmpty() ? null : cut.get(cut.size() - 1);
        boolean joins = last != null
                && last.end() == run.offset()
                && treats(last.group(), run.group())
                && (rule.optimizer().sums() == 0 || last.tensor() == run.tensor());
        if (last != null && joins) {
            cut.set(cut.size() - 1, new Run(last.offset(), last.length() + run.length(), last.tensor(), last.group()));
        } else {
            cut.add(run);
        }
    }

    private static boolean treats(ParameterGroup one, ParameterGroup other) {
        return one.rateFactor() == other.rateFactor()
                && one.decayFactor() == other.decayFactor()
                && one.frozen() == other.frozen();
    }

    UpdateRule rule() {
        return rule;
    }

    /** Overwrites the gradient with the one that clipping by norm, or the optimiser, begins with. */
    void prepare(float[] weights, float[] gradient) {
        for (Run run : runs) {
            rule.penalty().addTo(gradient, weights, run.group().decayFactor(), run.offset(), run.length());
            if (rule.clipping() instanceof Clipping.ByValue clipping) {
                clipping.clip(gradient, run.offset(), run.length());
            }
        }
    }

    /** This part's sums of a round: all of a block, and then those of the next; zeros where a tensor is frozen. */
    double[] measure(int round, StepPlan plan, float[] weights, float[] gradient, float[][] state) {
        int width = rule.sums(round);
        double[] all = new double[blocks * width];
        double[] sums = new double[width];
        int at = 0;
        for (int i = 0; i < pieces.size(); i++) {
            ParameterLayout.Piece piece = pieces.get(i);
            ParameterGroup group = groupOfPiece.get(i);
            if (group.frozen()) {
                at += piece.blocks() * width;
                continue;
            }
            Update update = update(plan, group);
            int begin = piece.offset() - partOffset;
            int end = begin + piece.length();
            for (int block = begin; block < end; block += ParameterLayout.BLOCK) {
                int length = Math.min(ParameterLayout.BLOCK, end - block);
                if (rule.isClippingRound(round)) {
                    sums[0] = SquareSum.of(gradient, block, length);
                } else {
                    rule.optimizer().measure(update, weights, gradient, state, block, length, sums);
                }
                System.arraycopy(sums, 0, all, at, width);
                at += width;
            }
        }
        return all;
    }

    /** Clips by the norm of the whole gradient. */
    void clip(TensorSums gradients, float[] gradient) {
        if (rule.clipping() instanceof Clipping.ByNorm clipping) {
            float factor = clipping.factor(gradients.ofAll());
            if (factor != 1) {
                for (Run run : runs) {
                    for (int i = run.offset(); i < run.end(); i++) {
                        gradient[i] *= factor;
                    }
                }
            }
        }
    }

    /** The optimiser's update, and the average's. */
    void apply(StepPlan plan, float[] weights, float[] gradient, float[][] state, @Nullable TensorSums sums) {
        Optimizer optimizer = rule.optimizer();
        for (Run run : runs) {
            Update update = update(plan, run.group());
            optimizer.update(
                    sums == null ? update : update.with(sums.of(run.tensor())),
                    weights,
                    gradient,
                    state,
                    run.offset(),
                    run.length());
        }
        rule.averaging().ifPresent(averaging -> averaging.update(plan.step(), state[state.length - 1], weights));
    }

    private static Update update(StepPlan plan, ParameterGroup group) {
        return new Update(
                plan.step(), plan.learningRate() * group.rateFactor(), plan.momentum(), group.decayFactor(), List.of());
    }
}
