package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import java.util.Arrays;

/**
 * Shows samples together with others, for networks that learn how alike images are: each sample once an epoch as the first one,
 * the others drawn anew in every epoch, by class. Of the classes that may be shown beside the first one's, and of the samples in
 * them, each is equally likely. They are all other classes, or those of the same group, such as other letters of one alphabet, which
 * are harder to tell apart.
 */
public final class Comparison {
    /** What is shown together. */
    public enum Kind {
        /** A sample, and as often one of its class as one of another class; the target says which. */
        PAIR(2),
        /** A sample, another one of its class, and one of another class. */
        TRIPLET(3),
        /** As a triplet, and one of a third class. */
        QUADRUPLET(4);

        private final int views;

        Kind(int views) {
            this.views = views;
        }

        /** How many samples are shown together. */
        public int views() {
            return views;
        }
    }

    private final Kind kind;
    private final float alike;
    private final float different;
    private final int[] labels;
    private final int[] places;
    private final int[][] members;
    private final int[] groups;
    private final int[] ranks;
    private final int[][] peers;

    private Comparison(Dataset dataset, Kind kind, float alike, float different, ClassGroups grouped) {
        this.kind = kind;
        this.alike = alike;
        this.different = different;
        labels = new int[dataset.size()];
        places = new int[dataset.size()];
        int[] counts = new int[dataset.classes()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = dataset.label(i);
            places[i] = counts[labels[i]]++;
        }
        members = new int[counts.length][];
        Arrays.setAll(members, label -> new int[counts[label]]);
        for (int i = 0; i < labels.length; i++) {
            members[labels[i]][places[i]] = i;
        }
        for (int label = 0; label < counts.length; label++) {
            if (counts[label] < 2) {
                throw new DataException("Comparison expects at least 2 samples in every class, but " + dataset.name()
                        + " has " + counts[label] + " in class " + label + ".");
            }
        }
        groups = new int[counts.length];
        ranks = new int[counts.length];
        peers = new int[grouped.classes().size()][];
        for (int group = 0; group < peers.length; group++) {
            peers[group] = grouped.classes().get(group).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int rank = 0; rank < peers[group].length; rank++) {
                groups[peers[group][rank]] = group;
                ranks[peers[group][rank]] = rank;
            }
            requirePeers(dataset, grouped, group);
        }
    }

    private void requirePeers(Dataset dataset, ClassGroups grouped, int group) {
        int least = kind == Kind.QUADRUPLET ? 3 : 2;
        if (peers[group].length < least) {
            throw new DataException("Comparison expects at least " + least + " classes for a " + kind + ", but "
                    + (grouped.names().get(group).isEmpty()
                            ? ""
                            : grouped.names().get(group) + " of ")
                    + dataset.name() + " has " + peers[group].length + "."
                    + (peers.length > 1 ? " Maybe let the others come from all classes." : ""));
        }
    }

    /** Pairs for {@link io.convoy.engine.loss.Contrastive}: the target is 0 if the two are of one class, else 1. */
    public static Comparison pairs(Dataset dataset) {
        return pairs(dataset, 0, 1);
    }

    /**
     * Pairs.
     *
     * @param alike the target of two samples of one class; 1 for {@link io.convoy.engine.loss.CosineEmbedding}
     * @param different the target of others; −1 for that loss
     * @throws DataException if there are too few classes, or samples in one
     */
    public static Comparison pairs(Dataset dataset, float alike, float different) {
        return pairs(dataset, alike, different, ClassGroups.single(dataset));
    }

    /** As above, where another class is one of the same group. */
    public static Comparison pairs(Dataset dataset, float alike, float different, ClassGroups groups) {
        return new Comparison(dataset, Kind.PAIR, alike, different, groups);
    }

    /** Triplets for {@link io.convoy.engine.loss.TripletMargin}; they have no target. */
    public static Comparison triplets(Dataset dataset) {
        return triplets(dataset, ClassGroups.single(dataset));
    }

    /** As above, where other classes are of the same group. */
    public static Comparison triplets(Dataset dataset, ClassGroups groups) {
        return new Comparison(dataset, Kind.TRIPLET, 0, 0, groups);
    }

    /** Quadruplets for {@link io.convoy.engine.loss.Quadruplet}; they have no target. */
    public static Comparison quadruplets(Dataset dataset) {
        return quadruplets(dataset, ClassGroups.single(dataset));
    }

    /** As above, where other classes are of the same group. */
    public static Comparison quadruplets(Dataset dataset, ClassGroups groups) {
        return new Comparison(dataset, Kind.QUADRUPLET, 0, 0, groups);
    }

    /** What is shown together. */
    public Kind kind() {
        return kind;
    }

    /** The target of samples shown together; only pairs have one. */
    float target(int[] shown) {
        return labels[shown[0]] == labels[shown[1]] ? alike : different;
    }

    /** The samples that are shown with {@code sample}, which is the first; a pure function of the seed and the sample. */
    int[] shown(Seed seed, int sample) {
        RandomStream random = seed.child(sample).stream();
        int[] shown = new int[kind.views];
        shown[0] = sample;
        int own = labels[sample];
        boolean another = kind == Kind.PAIR && random.nextInt(2) == 1;
        shown[1] = another ? ofAnotherClass(random, own, own) : ofTheSameClass(random, sample);
        if (kind.views > 2) {
            shown[2] = ofAnotherClass(random, own, own);
        }
        if (kind.views > 3) {
            shown[3] = ofAnotherClass(random, own, labels[shown[2]]);
        }
        return shown;
    }

    private int ofTheSameClass(RandomStream random, int sample) {
        int[] same = members[labels[sample]];
        int place = random.nextInt(same.length - 1);
        return same[place < places[sample] ? place : place + 1];
    }

    private int ofAnotherClass(RandomStream random, int one, int other) {
        int[] others = peers[groups[one]];
        int first = Math.min(ranks[one], ranks[other]);
        int second = Math.max(ranks[one], ranks[other]);
        int rank = random.nextInt(others.length - (first == second ? 1 : 2));
        // Over the gap of each class that is left out, the lower one first.
        rank += rank >= first ? 1 : 0;
        rank += first != second && rank >= second ? 1 : 0;
        int label = others[rank];
        return members[label][random.nextInt(members[label].length)];
    }
}
