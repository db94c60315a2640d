package io.convoy.engine.checkpoint;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.optim.ParameterGroup;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A network's parameters and BatchNorm buffers under PyTorch's names, as safetensors files hold them: {@code conv1.weight}, {@code
 * bn1.running_mean}, {@code bn1.running_var}, and the int64 {@code bn1.num_batches_tracked}.
 *
 * <p>F32 tensors are taken bit by bit, F64, F16 and BF16 ones as the nearest float32. Of {@code num_batches_tracked}, which old
 * files lack, the value is not used: a run counts its own steps.
 */
public final class StateDict {
    /** What becomes of tensors that the file and the network do not share. */
    public enum Mode {
        /** Every tensor of the network is in the file, and no others are. */
        STRICT,
        /** Tensors of equal name and shape are taken, at least one; the rest stays as it is. */
        PARTIAL,
        /** As {@link #STRICT} but for the network's head, which stays as it is whatever the file has in its place. */
        REPLACE_HEAD
    }

    /**
     * What a file gave.
     *
     * @param source what messages call the file
     * @param taken how many of the network's tensors came from it
     * @param expected how many tensors the network has, {@code num_batches_tracked} apart
     * @param missing names of tensors that the file lacks
     * @param misshaped what the file has in another shape or type
     * @param unexpected names of the file's tensors that the network doesn't have
     */
    public record Loaded(
            String source,
            int taken,
            int expected,
            List<String> missing,
            List<String> misshaped,
            List<String> unexpected) {
        public Loaded {
            missing = List.copyOf(missing);
            misshaped = List.copyOf(misshaped);
            unexpected = List.copyOf(unexpected);
        }

        /** One line for the user. */
        @Override
        public String toString() {
            String faults = faults(missing, misshaped, unexpected);
            return taken + " of " + expected + " tensors from " + source + (faults.isEmpty() ? "" : "; " + faults);
        }
    }

    private static final int MOST_NAMES = 10;

    private final String network;
    private final ParameterLayout parameters;
    private final StatisticsLayout statistics;

    /**
     * The state of a network.
     *
     * @param network what messages call it
     */
    public StateDict(String network, ParameterLayout parameters, StatisticsLayout statistics) {
        this.network = network;
        this.parameters = parameters;
        this.statistics = statistics;
    }

    /**
     * A file of all tensors; the vectors are read when it is written.
     *
     * @param weights the flat parameter vector
     * @param running the running statistics
     * @param batches what {@code num_batches_tracked} is, the steps done
     */
    public SafetensorsWriter writer(float[] weights, float[] running, long batches) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (ParameterLayout.Entry entry : parameters.entries()) {
            writer.add(entry.name(), entry.shape(), weights, entry.offset());
        }
        for (StatisticsLayout.Entry entry : statistics.entries()) {
            Shape shape = Shape.of(entry.channels());
            writer.add(entry.name() + ".running_mean", shape, running, entry.offset());
            writer.add(entry.name() + ".running_var", shape, running, entry.varianceOffset());
            writer.add(entry.name() + ".num_batches_tracked", Shape.of(), batches);
        }
        return writer;
    }

    /** A tensor's place in the statistics or else in the weights. */
    private record Place(Shape shape, boolean isStatistic, int offset) {}

    private Map<String, Place> places() {
        Map<String, Place> places = new LinkedHashMap<>();
        for (ParameterLayout.Entry entry : parameters.entries()) {
            places.put(entry.name(), new Place(entry.shape(), false, entry.offset()));
        }
        for (StatisticsLayout.Entry entry : statistics.entries()) {
            Shape shape = Shape.of(entry.channels());
            places.put(entry.name() + ".running_mean", new Place(shape, true, entry.offset()));
            places.put(entry.name() + ".running_var", new Place(shape, true, entry.varianceOffset()));
        }
        return places;
    }

    /** Overwrites both vectors with a file's tensors, {@link Mode#STRICT strictly}. */
    public Loaded load(SafetensorsReader file, float[] weights, float[] running) throws IOException {
        return load(file, Mode.STRICT, List.of(), weights, running);
    }

    /**
     * Overwrites both vectors with a file's tensors.
     *
     * @param head patterns of the names that {@link Mode#REPLACE_HEAD} leaves alone, where {@code *} stands for any characters;
     *     none at all is the last layer that has parameters
     * @throws CheckpointException if file and network don't fit as {@code mode} asks; the message counts and lists what is
     *     missing, unexpected, or of another shape. The vectors are untouched then
     */
    public Loaded load(SafetensorsReader file, Mode mode, List<String> head, float[] weights, float[] running)
            throws IOException {
        Map<String, Place> places = places();
        Set<String> counters = new TreeSet<>();
        statistics.entries().forEach(entry -> counters.add(entry.name() + ".num_batches_tracked"));
        List<ParameterGroup> replaced = mode == Mode.REPLACE_HEAD ? head(file, head, places.keySet()) : List.of();
        Set<String> missing = new TreeSet<>();
        Set<String> unexpected = new TreeSet<>();
        Map<String, String> misshaped = new TreeMap<>();
        List<String> fitting = new ArrayList<>();
        places.forEach((name, place) -> {
            if (isIn(replaced, name)) {
                return;
            }
            String form = DataType.F32 + "" + place.shape();
            if (!file.contains(name)) {
                missing.add(name + " " + form);
            } else if (!isFloat(file.tensor(name).type())
                    || !file.tensor(name).shape().equals(place.shape())) {
                misshaped.put(name, name + " is " + file.tensor(name).form() + " instead of " + form);
            } else {
                fitting.add(name);
            }
        });
        for (StoredTensor tensor : file.tensors()) {
            if (!places.containsKey(tensor.name())
                    && !counters.contains(tensor.name())
                    && !isIn(replaced, tensor.name())) {
                unexpected.add(tensor.name() + " " + tensor.form());
            }
        }
        Loaded loaded = new Loaded(
                file.source(),
                fitting.size(),
                places.size(),
                List.copyOf(missing),
                List.copyOf(misshaped.values()),
                List.copyOf(unexpected));
        String faults = faults(loaded.missing(), loaded.misshaped(), loaded.unexpected());
        boolean refused = mode == Mode.PARTIAL ? fitting.isEmpty() : !faults.isEmpty();
        if (refused) {
            throw new CheckpointException(file.source() + " expects "
                    + (mode == Mode.PARTIAL ? "at least one of the " : "the ") + places.size() + " tensors of "
                    + network
                    + (replaced.isEmpty() ? "" : " but for its head (" + names(replaced) + ")") + ", but "
                    + (faults.isEmpty() ? "it has none" : faults) + ". " + remedy(loaded));
        }
        for (String name : fitting) {
            Place place = places.get(name);
            if (place != null) {
                file.floats(name, place.shape(), place.isStatistic() ? running : weights, place.offset());
            }
        }
        return loaded;
    }

    private List<ParameterGroup> head(SafetensorsReader file, List<String> given, Set<String> own) {
        List<String> patterns = given;
        if (patterns.isEmpty()) {
            List<ParameterLayout.Entry> entries = parameters.entries();
            String last =
                    entries.isEmpty() ? "" : entries.get(entries.size() - 1).name();
            patterns = List.of(last.substring(0, last.lastIndexOf('.') + 1) + "*");
        }
        List<ParameterGroup> groups =
                patterns.stream().map(ParameterGroup::frozen).toList();
        for (ParameterGroup group : groups) {
            boolean matches = own.stream().anyMatch(group::matches)
                    || file.tensors().stream().anyMatch(tensor -> group.matches(tensor.name()));
            if (!matches) {
                throw new CheckpointException(
                        "The head of " + network + " expects patterns of its tensors' names, but \"" + group.names()
                                + "\" fits none of them, nor any in " + file.source() + ".");
            }
        }
        return groups;
    }

    private static boolean isIn(List<ParameterGroup> groups, String name) {
        return groups.stream().anyMatch(group -> group.matches(name));
    }

    private static String names(List<ParameterGroup> groups) {
        return String.join(", ", groups.stream().map(ParameterGroup::names).toList());
    }

    private static boolean isFloat(DataType type) {
        return type == DataType.F32 || type == DataType.F64 || type == DataType.F16 || type == DataType.BF16;
    }

    /** "1 is missing (a), 2 are unexpected (b, c) and 1 has another form (d is …)", or nothing. */
    private static String faults(List<String> missing, List<String> misshaped, List<String> unexpected) {
        List<String> parts = new ArrayList<>();
        add(parts, missing, " is missing", " are missing");
        add(parts, unexpected, " is unexpected", " are unexpected");
        add(parts, misshaped, " has another form", " have another form");
        int last = parts.size() - 1;
        return last < 1
                ? String.join("", parts)
                : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }

    private static void add(List<String> parts, List<String> names, String one, String more) {
        if (!names.isEmpty()) {
            int shown = Math.min(names.size(), MOST_NAMES);
            parts.add(names.size() + (names.size() == 1 ? one : more) + " ("
                    + String.join(", ", names.subList(0, shown))
                    + (names.size() > shown ? ", … " + (names.size() - shown) + " more" : "") + ")");
        }
    }

    /** Wrappers such as DataParallel put a word in front of every name. */
    private static String remedy(Loaded loaded) {
        if (!loaded.missing().isEmpty()) {
            String first = loaded.missing().get(0);
            for (String other : loaded.unexpected()) {
                String prefix = other.endsWith(first) ? other.substring(0, other.length() - first.length()) : "";
                if (prefix.endsWith(".")
                        && loaded.missing().stream()
                                .allMatch(name -> loaded.unexpected().contains(prefix + name))) {
                    return "Maybe take \"" + prefix + "\" off the front of its names.";
                }
            }
        }
        return "Maybe it belongs to another network.";
    }
}
