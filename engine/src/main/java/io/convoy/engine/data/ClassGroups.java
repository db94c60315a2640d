package io.convoy.engine.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The classes of a data set in groups: those whose folders lie in one folder, as the letters of an alphabet do. The class {@code
 * Greek/character07} is one of the group {@code Greek}; classes whose names have no {@code /}, and classes without names, are one
 * group together.
 *
 * @param names of the groups, in alphabetical order
 * @param classes of each group, ascending
 */
public record ClassGroups(List<String> names, List<List<Integer>> classes) {
    public ClassGroups {
        names = List.copyOf(names);
        classes = classes.stream().map(List::copyOf).toList();
        if (names.size() != classes.size()) {
            throw new DataException("ClassGroups expects a name for each group, but it got " + names.size()
                    + " names for " + classes.size() + " groups.");
        }
    }

    /** By the folders that the classes' folders lie in. */
    public static ClassGroups byFolder(Dataset dataset) {
        Map<String, List<Integer>> groups = new TreeMap<>();
        List<String> names = dataset.classNames();
        for (int label = 0; label < dataset.classes(); label++) {
            String name = names.isEmpty() ? "" : names.get(label);
            groups.computeIfAbsent(folder(name), folder -> new ArrayList<>()).add(label);
        }
        return new ClassGroups(List.copyOf(groups.keySet()), List.copyOf(groups.values()));
    }

    /** All classes in one group. */
    public static ClassGroups single(Dataset dataset) {
        List<Integer> all = new ArrayList<>();
        for (int label = 0; label < dataset.classes(); label++) {
            all.add(label);
        }
        return new ClassGroups(List.of(""), List.of(all));
    }

    /** The part of a class's name in front of the last {@code /}; empty if there is none. */
    static String folder(String name) {
        return name.substring(0, Math.max(name.lastIndexOf('/'), 0));
    }

    /** What messages call a group: its name, or all classes where there is but one without a name. */
    public String called(int group) {
        return names.get(group).isEmpty() ? "all classes" : names.get(group);
    }
}
