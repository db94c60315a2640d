package io.convoy.engine.data;

import io.convoy.engine.rng.Seed;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A data set cut in two, class by class: of each class the same share, drawn at random, is learned from, and the rest is tested
 * on. It is a pure function of the seed and, for each class, of the order of its samples: other classes don't matter.
 *
 * @param train what is learned from
 * @param test the rest
 */
public record Split(Dataset train, Dataset test) {
    /**
     * Splits {@code whole}. Where it has several tasks, what has the same class in each of them counts as a class here, and
     * samples whose combination is theirs alone are drawn together.
     *
     * @param share of each class that is learned from, above 0 and below 1, rounded to whole samples, but so that neither part is
     *     left without a class that has two samples or more
     * @throws DataException if nothing is left to test on
     */
    public static Split stratified(Dataset whole, double share, Seed seed) {
        if (!(share > 0 && share < 1)) {
            throw new DataException("Split expects a share above 0 and below 1, but it got " + share + ".");
        }
        Seed draws = seed.child("split");
        List<Stratum> strata = whole.tasks().isEmpty() ? classes(whole, draws) : combinations(whole, draws);
        BitSet learned = new BitSet(whole.size());
        for (Stratum stratum : strata) {
            int[] members =
                    stratum.samples().stream().mapToInt(Integer::intValue).toArray();
            stratum.seed().stream().shuffle(members);
            long wanted = Math.round(share * members.length);
            long kept = members.length < 2 ? members.length : Math.min(Math.max(wanted, 1), members.length - 1);
            for (int i = 0; i < kept; i++) {
                learned.set(members[i]);
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

    /** Samples of which the same share is drawn. */
    private record Stratum(Seed seed, List<Integer> samples) {}

    private static List<Stratum> classes(Dataset whole, Seed seed) {
        List<String> names = whole.classNames();
        List<Stratum> strata = new ArrayList<>();
        for (int label = 0; label < whole.classes(); label++) {
            Seed own = names.isEmpty() ? seed.child(label) : seed.child(names.get(label));
            strata.add(new Stratum(own, new ArrayList<>()));
        }
        for (int i = 0; i < whole.size(); i++) {
            strata.get(whole.label(i)).samples().add(i);
        }
        return strata;
    }

    private static List<Stratum> combinations(Dataset whole, Seed seed) {
        List<TaskTarget> tasks = whole.tasks();
        Map<List<String>, List<Integer>> members = new LinkedHashMap<>();
        float[] target = new float[tasks.size()];
        for (int i = 0; i < whole.size(); i++) {
            whole.readTarget(i, target, 0);
            List<String> combination = new ArrayList<>();
            for (int t = 0; t < target.length; t++) {
                if (!tasks.get(t).isNumber()) {
                    combination.add(tasks.get(t).classNames().get((int) target[t]));
                }
            }
            members.computeIfAbsent(combination, none -> new ArrayList<>()).add(i);
        }
        List<Stratum> strata = new ArrayList<>();
        List<Integer> alone = new ArrayList<>();
        members.forEach((combination, samples) -> {
            if (samples.size() == 1) {
                alone.addAll(samples);
            } else {
                Seed own = seed;
                for (String name : combination) {
                    own = own.child(name);
                }
                strata.add(new Stratum(own, samples));
            }
        });
        strata.add(new Stratum(seed.child("alone"), alone));
        return strata;
    }
}
