package io.convoy.engine.zoo;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The networks that a configuration can name. */
public final class Zoo {
    private interface Builder {
        Network build(Shape image, int classes);
    }

    private static final Map<String, Builder> NETWORKS = networks();

    private Zoo() {}

    private static Map<String, Builder> networks() {
        Map<String, Builder> networks = new LinkedHashMap<>();
        networks.put("lenet5", Lenet5::of);
        for (int depth : new int[] {8, 14, 20, 32, 56}) {
            networks.put("resnet" + depth, (image, classes) -> CifarResNet.of(image, classes, depth));
        }
        return networks;
    }

    /** The names, in order. */
    public static List<String> names() {
        return List.copyOf(NETWORKS.keySet());
    }

    /**
     * The network called {@code name}.
     *
     * @param image [C, H, W]
     * @param classes outputs, at least 1
     * @throws IllegalArgumentException if there is none of that name, or it can't take such images
     */
    public static Network network(String name, Shape image, int classes) {
        Builder builder = NETWORKS.get(name);
        if (builder == null) {
            throw new IllegalArgumentException("Zoo expects one of " + String.join(", ", NETWORKS.keySet())
                    + ", but it got \"" + name + "\"." + suggestion(name));
        }
        return builder.build(image, classes);
    }

    private static String suggestion(String name) {
        String word = name.toLowerCase(Locale.ROOT);
        return NETWORKS.keySet().stream()
                .min(Comparator.comparingInt(known -> distance(word, known)))
                .filter(known -> distance(word, known) <= Math.max(2, word.length() / 3))
                .map(known -> " Maybe you mean " + known + ".")
                .orElse("");
    }

    /** How many letters must be inserted, deleted or replaced (Levenshtein 1966). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
