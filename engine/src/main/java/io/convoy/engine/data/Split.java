package io.convoy.engine.data;

import io.convoy.engine.rng.Seed;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A data set cut in two, class by class: of each class the same share, drawn at random, is learned from, and the rest is tested
 * on. It is a pure function of the seed and, for each class, of the order of its samples: other classes don't matter.
 *
 * @param train what is learned from
 * @param test the rest
 */
public record Split(Dataset train, Dataset test) {
    /**
     * Splits {@code whole}.
     *
     * @param share of each class that is learned from, above 0 and below 1, rounded to whole samples, but so that neither part is
     *     left without a class that has two samples or more
     * @throws DataException if nothing is left to test on
     */
    public static Split stratified(Dataset whole, double share, Seed seed) {
        if (!(share > 0 && share < 1)) {
            throw new DataException("Split expects a share above 0 and below 1, but it got " + share + ".");
        }
        int[] counts = new int[whole.classes()];
        for (int i = 0; i < whole.size(); i++) {
            counts[whole.label(i)]++;
        }
        int[][] members = new int[counts.length][];
        Arrays.setAll(members, label -> new int[counts[label]]);
        for (int i = whole.size() - 1; i >= 0; i--) {
            int label = whole.label(i);
            members[label][--counts[label]] = i;
        }
        BitSet learned = new BitSet(whole.size());
        for (int label = 0; label < members.length; label++) {
            int[] ofClass = members[label];
            drawn(seed.child("split"), whole, label).stream().shuffle(ofClass);
            long wanted = Math.round(share * ofClass.length);
            long kept = ofClass.length < 2 ? ofClass.length : Math.min(Math.max(wanted, 1), ofClass.length - 1);
            for (int i = 0; i < kept; i++) {
                learned.set(ofClass[i]);
            }
        }
        BitSet rest = new BitSet(whole.size());
        rest.set(0, whole.size());
        rest.andNot(learned);
        if (rest.isEmpty()) {
            throw new DataException("Split expects a class of at least 2 samples, but " + whole.name() + " has none.");
        }
        return new Split(
                new Subset(
                        whole.name() + ", to learn from",
                        whole,
                        learned.stream().toArray()),
                new Subset(whole.name() + ", to test on", whole, rest.stream().toArray()));
    }

    private static Seed drawn(Seed seed, Dataset whole, int label) {
        return whole.classNames().isEmpty()
                ? seed.child(label)
                : seed.child(whole.classNames().get(label));
    }
}
