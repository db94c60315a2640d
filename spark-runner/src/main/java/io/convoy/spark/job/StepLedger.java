package io.convoy.spark.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the slots' parts of each step together; the loss is summed in the order of the leaves, so it never depends on the slots. */
final class StepLedger {
    private final Map<Long, List<Command.StepProgress>> open = new HashMap<>();

    /**
     * A whole step.
     *
     * @param step updates done before it
     * @param epoch passes done before it
     * @param loss of the batch: the sum of its terms, each divided by its normaliser
     * @param samples in the batch
     * @param digests of the weights after it; empty unless asked for
     */
    record WholeStep(long step, long epoch, double loss, int samples, Map<String, String> digests) {}

    /** Takes one slot's part; gives the step once all its leaves are there. */
    Optional<WholeStep> add(Command.StepProgress part) {
        if (part.leafLosses().isEmpty()) {
            return Optional.empty();
        }
        List<Command.StepProgress> parts = open.computeIfAbsent(part.step(), step -> new ArrayList<>());
        parts.add(part);
        int leaves = parts.stream().mapToInt(one -> one.leafLosses().size()).sum();
        if (leaves < part.leaves()) {
            return Optional.empty();
        }
        open.remove(part.step());
        parts.sort(Comparator.comparingInt(Command.StepProgress::begin));
        double[] sums = new double[part.normalizers().size()];
        int samples = 0;
        Map<String, String> digests = Map.of();
        for (Command.StepProgress one : parts) {
            for (List<Double> leaf : one.leafLosses()) {
                for (int term = 0; term < sums.length; term++) {
                    sums[term] += leaf.get(term);
                }
            }
            samples += one.samples();
            if (!one.digests().isEmpty()) {
                digests = one.digests();
            }
        }
        double loss = 0;
        for (int term = 0; term < sums.length; term++) {
            loss += sums[term] / part.normalizers().get(term);
        }
        return Optional.of(new WholeStep(part.step(), part.epoch(), loss, samples, digests));
    }
}
