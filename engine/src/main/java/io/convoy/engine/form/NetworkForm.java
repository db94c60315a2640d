package io.convoy.engine.form;

import io.convoy.engine.block.Block;
import io.convoy.engine.form.Form.Entry;
import io.convoy.engine.form.Form.Items;
import io.convoy.engine.form.Form.Section;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.ParameterSpec;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.network.Suggestion;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Networks in files. A network is a section of
 *
 * <ul>
 *   <li>{@code inputs}: a list of {@code name} and {@code shape}, one sample's; where the data are known they may be left out,
 *       and the only input is then {@code image};
 *   <li>{@code nodes}: a list, each with {@code name}, {@code kind} (the layer's or block's record: {@code conv2d}, {@code
 *       squeezeExcitation}, or a class of one's own with its package) and its components, those that differ from their defaults.
 *       {@code inputs}, one name or a list, is what it reads, the node before if absent; {@code split:1} is the second output of
 *       {@code split}. {@code parameters} is the node whose parameters it shares. {@code in}, {@code channels} and {@code
 *       inputCount} follow from what it reads. A block is there as its nodes, {@code name.part}, and its name stands for what it
 *       gives;
 *   <li>{@code outputs}: one name or a list, the last node if absent;
 *   <li>{@code initializers}: how parameters are drawn otherwise than their layers say, by full name.
 * </ul>
 *
 * A node with {@code nodes} of its own is a group: they are called {@code group.node}; inside, a name is looked for in the group
 * first, and {@code input} is what the group reads. {@code repeat} adds it so many times, one after the other, as {@code group.0},
 * {@code group.1}, …; {@code parameters} gives all of it the parameters of another group, or one set for all repetitions.
 */
public final class NetworkForm {
    /** The most nodes that a file may make, groups repeated. */
    public static final int MOST_NODES = 10_000;

    /** What a network's section may have. */
    public static final List<String> KEYS = List.of("inputs", "nodes", "outputs", "initializers");

    private static final int DEEPEST_GROUP = 8;
    private static final String INPUT = "input";
    private static final List<String> OWN_KEYS =
            List.of("name", "kind", "inputs", "parameters", "initializers", "nodes", "repeat");
    private static final List<String> GROUP_KEYS = List.of("name", "repeat", "inputs", "parameters", "nodes");
    private static final Pattern PORT = Pattern.compile("(.+):([0-9]{1,9})", Pattern.DOTALL);

    /**
     * What the data say.
     *
     * @param image the shape of one sample
     * @param classes how many there are, what {@code classes} means as a number
     * @param tasks where there are several tasks, how many outputs each has by name: what {@code classes.name} means as a number
     */
    public record Data(Shape image, int classes, Map<String, Integer> tasks) {
        public Data {
            tasks = Map.copyOf(tasks);
        }

        /** Of data with one task. */
        public Data(Shape image, int classes) {
            this(image, classes, Map.of());
        }

        /** Of several tasks none is the one that {@code classes} alone could mean. */
        private Map<String, Integer> words() {
            if (tasks.isEmpty()) {
                return Map.of("classes", classes);
            }
            Map<String, Integer> words = new HashMap<>();
            tasks.forEach((name, outputs) -> words.put("classes." + name, outputs));
            return words;
        }
    }

    private NetworkForm() {}

    /**
     * The network of a form that has {@code inputs}.
     *
     * @param path what messages call it, e.g. {@code network}
     * @throws FormException with one line for the first thing that is wrong
     */
    public static Network read(Form form, String path) {
        return new Reading(path, null).network(form);
    }

    /** As above, for data that say what the form leaves open. */
    public static Network read(Form form, String path, Data data) {
        return new Reading(path, data).network(form);
    }

    /**
     * The network that {@link #write} wrote.
     *
     * @param source what messages call the file
     */
    public static Network parse(String source, byte[] json) {
        return read(Form.ofJson(source, json), "network");
    }

    /** A network that is being read. */
    private static final class Reading {
        private final String root;
        private final @Nullable Data data;
        private final RecordForm records;
        private final Network.Builder builder = Network.builder();
        private final Map<String, Port> ports = new HashMap<>();
        private final Map<Port, Shape> shapes = new HashMap<>();
        private final Map<String, String> scopes = new HashMap<>();
        private final Map<String, Set<String>> parameters = new LinkedHashMap<>();
        private int count;

        Reading(String root, @Nullable Data data) {
            this.root = root;
            this.data = data;
            this.records = new RecordForm(data == null ? Map.of() : data.words());
        }

        Network network(Form form) {
            Section section = RecordForm.section(root, form);
            Map<String, Entry> entries = RecordForm.entries(section, root);
            RecordForm.requireKnown(entries, KEYS, root);
            Port last = inputs(entries.get("inputs"), section);
            Entry nodes = entries.get("nodes");
            if (nodes == null) {
                throw RecordForm.error(section.place(), root + ".nodes expects a list of nodes, but it is missing.");
            }
            Group top = new Group("", "", null, null, 0);
            Port end = nodes(top, nodes.value(), root + ".nodes", last);
            outputs(entries.get("outputs"), top, end);
            Entry initializers = entries.get("initializers");
            if (initializers != null) {
                initializers("", initializers.value(), root + ".initializers");
            }
            return building(section.place(), root, builder::build);
        }

        /** Declares the inputs, and returns the only one; nothing if there are several. */
        private @Nullable Port inputs(@Nullable Entry entry, Section section) {
            String path = root + ".inputs";
            Data known = data;
            if (entry == null) {
                if (known == null) {
                    throw RecordForm.error(
                            section.place(), path + " expects a list of names and shapes, but it is missing.");
                }
                return input("image", known.image(), section.place(), path);
            }
            List<Port> all = new ArrayList<>();
            for (Form item : RecordForm.items(path, entry.value()).items()) {
                String below = path + "." + all.size();
                Map<String, Entry> keys = RecordForm.entries(RecordForm.section(below, item), below);
                RecordForm.requireKnown(keys, List.of("name", "shape"), below);
                String name = RecordForm.text(below + ".name", required(keys, "name", below, item));
                Form shape = required(keys, "shape", below, item);
                all.add(input(name, records.shape(below + ".shape", shape), item.place(), below));
            }
            if (all.isEmpty()) {
                throw RecordForm.error(
                        entry.value().place(), path + " expects a list of names and shapes, but it is empty.");
            }
            return all.size() == 1 ? all.get(0) : null;
        }

        private static Form required(Map<String, Entry> keys, String key, String path, Form section) {
            Entry entry = keys.get(key);
            if (entry == null) {
                throw RecordForm.error(section.place(), path + "." + key + " expects a value, but it is missing.");
            }
            return entry.value();
        }

        private Port input(String name, Shape sample, String place, String path) {
            Port port = building(place, path, () -> builder.input(name, sample));
            ports.put(name, port);
            shapes.put(port, sample.batched(1));
            return port;
        }

        private void outputs(@Nullable Entry entry, Group top, Port end) {
            if (entry == null) {
                builder.output(end);
                return;
            }
            String path = root + ".outputs";
            List<Form> items = entry.value() instanceof Items list ? list.items() : List.of(entry.value());
            if (items.isEmpty()) {
                throw RecordForm.error(entry.value().place(), path + " expects at least one name, but it is empty.");
            }
            for (Form item : items) {
                builder.output(resolve(top, item, path));
            }
        }

        /**
         * Where names are looked for.
         *
         * @param prefix of the nodes' names, with a dot behind it; empty for the whole network
         * @param scope of the nodes' parameters, with a dot behind it
         * @param input what the group reads
         * @param around the group that it is in
         * @param depth of groups
         */
        private record Group(
                String prefix,
                String scope,
                @Nullable Port input,
                @Nullable Group around,
                int depth) {}

        /** Adds nodes, and returns what the last one gives. */
        private Port nodes(Group group, Form form, String path, @Nullable Port before) {
            List<Form> items = RecordForm.items(path, form).items();
            if (items.isEmpty()) {
                throw RecordForm.error(form.place(), path + " expects at least one node, but it is empty.");
            }
            Port last = before;
            for (int i = 0; i < items.size(); i++) {
                last = node(group, items.get(i), path + "." + i, last);
            }
            if (last == null) {
                throw new IllegalStateException("A list of nodes has a last one.");
            }
            return last;
        }

        private Port node(Group group, Form form, String path, @Nullable Port before) {
            Section section = RecordForm.section(path, form);
            Map<String, Entry> entries = RecordForm.entries(section, path);
            String name = RecordForm.text(path + ".name", required(entries, "name", path, form));
            if (entries.containsKey("nodes")) {
                return group(group, section, entries, name, path, before);
            }
            Entry kind = entries.get("kind");
            if (kind == null) {
                throw RecordForm.error(
                        form.place(),
                        path + ".kind expects a layer or block, such as conv2d, relu or cbam, but it is missing.");
            }
            NodeKinds.Kind what = RecordForm.kind(path + ".kind", kind.value());
            List<String> partKeys = RecordForm.keys(what.type());
            for (String key : OWN_KEYS) {
                if (partKeys.contains(key)) {
                    throw RecordForm.error(
                            kind.value().place(),
                            path
                                    + ".kind expects a record whose components have other names than a node's own keys, but "
                                    + what.name() + " has one called " + key + ".");
                }
            }
            List<String> known = new ArrayList<>(List.of("name", "kind", "inputs", "parameters", "initializers"));
            known.addAll(partKeys);
            RecordForm.requireKnown(entries, known, path + " of kind " + what.name());
            Entry given = entries.get("inputs");
            List<Port> from = inputsOf(group, given, path, before);
            Map<String, Entry> own = new LinkedHashMap<>(entries);
            OWN_KEYS.forEach(own::remove);
            Record part = records.part(what, own, implied(from, what.isBlock()), path, form.place());
            int arity = part instanceof Layer layer ? layer.arity() : 1;
            if (given == null && from.size() != arity) {
                throw RecordForm.error(
                        form.place(),
                        path + ".inputs expects the " + (arity == 1 ? "node" : arity + " nodes")
                                + " that it reads, but it is missing.");
            }
            Entry sharing = entries.get("parameters");
            String scope = sharing == null
                    ? group.scope() + name
                    : scope(group, RecordForm.text(path + ".parameters", sharing.value()));
            String full = group.prefix() + name;
            Port added = part instanceof Block block
                    ? block(full, scope, block, from, form, path)
                    : add(full, scope, (Layer) part, from, form, path);
            Entry initializers = entries.get("initializers");
            if (initializers != null) {
                initializers(scope + ".", initializers.value(), path + ".initializers");
            }
            return added;
        }

        /** Adds what a block makes of a network of its own, with {@code scope} in place of the name in front of the parameters. */
        private Port block(String name, String scope, Block block, List<Port> from, Form form, String path) {
            Network.Builder apart = Network.builder();
            Map<Port, Port> known = new HashMap<>();
            List<Port> inside = new ArrayList<>();
            for (Port port : from) {
                Shape shape = shapes.get(port);
                if (shape == null) {
                    throw new IllegalStateException("Port " + port + " has no shape.");
                }
                Port input = apart.input(inside.size() + " of " + name, shape.sample());
                known.put(input, port);
                inside.add(input);
            }
            Port y = building(form.place(), path, () -> block.addTo(apart, name, inside));
            Network part = building(form.place(), path, () -> apart.output(y).build());
            UnaryOperator<String> shared = own -> own.startsWith(name) ? scope + own.substring(name.length()) : own;
            for (Network.Node node : part.nodes()) {
                List<Port> ports = node.inputs().stream()
                        .map(port -> known.getOrDefault(port, port))
                        .toList();
                add(node.name(), shared.apply(node.parameters()), node.layer(), ports, form, path);
            }
            part.initializers()
                    .forEach((parameter, initializer) -> builder.initialize(shared.apply(parameter), initializer));
            Port result = known.getOrDefault(y, y);
            if (!result.equals(ports.get(name))) {
                alias(name, result, form, path);
            }
            scopes.put(name, scope);
            return result;
        }

        private Port add(String name, String scope, Layer layer, List<Port> from, Form form, String path) {
            if (++count > MOST_NODES) {
                throw RecordForm.error(
                        form.place(),
                        path + " expects a network of at most " + MOST_NODES + " nodes, but here are more.");
            }
            if (ports.containsKey(name)) {
                throw RecordForm.error(
                        form.place(), path + ".name expects a new name, but " + name + " is there already.");
            }
            Port port = building(
                    form.place(), path, () -> builder.addSharing(name, scope, layer, from.toArray(Port[]::new)));
            List<Shape> read = new ArrayList<>();
            for (Port one : from) {
                Shape shape = shapes.get(one);
                if (shape != null) {
                    read.add(shape);
                }
            }
            List<Shape> outputs = building(form.place(), path, () -> layer.outputs(read));
            for (int i = 0; i < outputs.size(); i++) {
                shapes.put(new Port(name, i), outputs.get(i));
            }
            ports.put(name, port);
            scopes.put(name, scope);
            for (ParameterSpec spec : layer.parameters()) {
                parameters.computeIfAbsent(scope, unused -> new HashSet<>()).add(spec.name());
            }
            return port;
        }

        /** What the first thing that a node reads says about its layer or block. */
        private Map<String, Integer> implied(List<Port> from, boolean ofBlock) {
            Map<String, Integer> implied = new HashMap<>();
            implied.put("inputCount", from.size());
            Shape first = from.isEmpty() ? null : shapes.get(from.get(0));
            if (first != null && first.rank() >= 2) {
                // Blocks also read tokens, [N, T, C], and frames, [N, T, C, H, W].
                int channels = first.size(ofBlock && (first.rank() == 3 || first.rank() == 5) ? 2 : 1);
                implied.put("in", channels);
                implied.put("channels", channels);
            }
            return implied;
        }

        private List<Port> inputsOf(Group group, @Nullable Entry given, String path, @Nullable Port before) {
            if (given == null) {
                return before == null ? List.of() : List.of(before);
            }
            List<Form> items = given.value() instanceof Items list ? list.items() : List.of(given.value());
            return items.stream()
                    .map(item -> resolve(group, item, path + ".inputs"))
                    .toList();
        }

        /** The port of a name: in this group, or else around it. */
        private Port resolve(Group group, Form form, String path) {
            String text = RecordForm.text(path, form);
            Matcher numbered = PORT.matcher(text);
            Port first = numbered.matches() ? find(group, numbered.group(1)) : null;
            Port found =
                    first == null ? find(group, text) : new Port(first.node(), Integer.parseInt(numbered.group(2)));
            if (found == null) {
                Set<String> near = new HashSet<>(ports.keySet());
                ports.keySet().stream()
                        .filter(name -> name.startsWith(group.prefix()))
                        .forEach(name -> near.add(name.substring(group.prefix().length())));
                throw RecordForm.error(
                        form.place(),
                        path + " expects nodes or inputs above it, but there is no " + text + "."
                                + Suggestion.sentence(text, near));
            }
            if (!shapes.containsKey(found)) {
                Port wanted = found;
                long outputs = shapes.keySet().stream()
                        .filter(port -> port.node().equals(wanted.node()))
                        .count();
                throw RecordForm.error(
                        form.place(),
                        path + " expects an output from 0 to " + (outputs - 1) + " of " + wanted.node()
                                + ", but it got " + text + ".");
            }
            return found;
        }

        private @Nullable Port find(Group group, String text) {
            for (Group at = group; at != null; at = at.around()) {
                Port own = text.equals(INPUT) ? at.input() : null;
                Port found = own != null ? own : ports.get(at.prefix() + text);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }

        /** The scope of parameters that a name stands for: that of a node in this group, or around it, or the name itself. */
        private String scope(Group group, String text) {
            for (Group at = group; at.around() != null; at = at.around()) {
                String found = scopes.get(at.prefix() + text);
                if (found != null) {
                    return found;
                }
            }
            return text;
        }

        private Port group(
                Group around,
                Section section,
                Map<String, Entry> entries,
                String name,
                String path,
                @Nullable Port before) {
            RecordForm.requireKnown(entries, GROUP_KEYS, path + ", a group of nodes,");
            if (around.depth() == DEEPEST_GROUP) {
                throw RecordForm.error(
                        section.place(),
                        path + " expects groups in at most " + DEEPEST_GROUP + " groups, but it is deeper.");
            }
            List<Port> from = inputsOf(around, entries.get("inputs"), path, before);
            if (from.size() != 1) {
                throw RecordForm.error(
                        section.place(),
                        path + ".inputs expects the node that the group reads, but it got " + from.size() + ".");
            }
            Entry repeat = entries.get("repeat");
            int times = repeat == null ? 1 : records.whole(path + ".repeat", repeat.value());
            if (times < 1) {
                throw RecordForm.error(
                        section.place(),
                        path + ".repeat expects a whole number of at least 1, but it got " + times + ".");
            }
            Entry sharing = entries.get("parameters");
            String shared = sharing == null ? null : RecordForm.text(path + ".parameters", sharing.value());
            Form nodes = required(entries, "nodes", path, section);
            String full = around.prefix() + name;
            Port last = from.get(0);
            for (int i = 0; i < times; i++) {
                String suffix = repeat == null ? "" : "." + i;
                String scope = shared == null ? around.scope() + name + suffix : shared;
                Group copy = new Group(full + suffix + ".", scope + ".", last, around, around.depth() + 1);
                last = nodes(copy, nodes, path + ".nodes", last);
                alias(full + suffix, last, section, path);
            }
            if (repeat != null) {
                alias(full, last, section, path);
            }
            return last;
        }

        /** A group's name stands for what it gives. */
        private void alias(String name, Port port, Form form, String path) {
            if (ports.putIfAbsent(name, port) != null) {
                throw RecordForm.error(
                        form.place(), path + ".name expects a new name, but " + name + " is there already.");
            }
        }

        private void initializers(String prefix, Form form, String path) {
            for (Entry entry :
                    RecordForm.entries(RecordForm.section(path, form), path).values()) {
                String name = prefix + entry.key();
                String below = path + "." + entry.key();
                Set<String> known = new HashSet<>();
                parameters.forEach((scope, names) -> names.forEach(one -> known.add(scope + "." + one)));
                if (!known.contains(name)) {
                    Set<String> near = new HashSet<>();
                    known.stream()
                            .filter(one -> one.startsWith(prefix))
                            .forEach(one -> near.add(one.substring(prefix.length())));
                    throw RecordForm.error(
                            entry.place(),
                            path + " expects names of parameters, but there is no " + entry.key() + "."
                                    + Suggestion.sentence(entry.key(), near));
                }
                builder.initialize(name, records.variantOf(Initializer.class, below, entry.value()));
            }
        }

        private interface Step<T> {
            T run();
        }

        /** What the engine refuses is told with its place. */
        private static <T> T building(String place, String path, Step<T> step) {
            try {
                return step.run();
            } catch (FormException e) {
                throw e;
            } catch (ShapeException e) {
                throw RecordForm.error(place, path + ": " + e.getMessage(), e);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw RecordForm.error(place, path + ": " + e.getMessage(), e);
            }
        }
    }

    /** The form of a network: flat, with the inputs, without what is a default. It reads back to an equal network. */
    public static Form write(Network network) {
        List<Form> inputs = new ArrayList<>();
        for (Network.Input input : network.inputs()) {
            inputs.add(new Section(
                    List.of(
                            RecordForm.entry("name", RecordForm.textual(input.name())),
                            RecordForm.entry("shape", RecordForm.write("shape", input.sample()))),
                    ""));
        }
        Port last =
                network.inputs().size() == 1 ? new Port(network.inputs().get(0).name(), 0) : null;
        List<Form> nodes = new ArrayList<>();
        for (Network.Node node : network.nodes()) {
            List<Entry> entries = new ArrayList<>();
            entries.add(RecordForm.entry("name", RecordForm.textual(node.name())));
            List<Entry> layer = RecordForm.write(node.layer());
            entries.add(layer.get(0));
            if (last == null || !node.inputs().equals(List.of(last))) {
                entries.add(RecordForm.entry("inputs", ports(node.inputs())));
            }
            entries.addAll(layer.subList(1, layer.size()));
            if (!node.parameters().equals(node.name())) {
                entries.add(RecordForm.entry("parameters", RecordForm.textual(node.parameters())));
            }
            nodes.add(new Section(entries, ""));
            last = new Port(node.name(), 0);
        }
        List<Entry> entries = new ArrayList<>();
        entries.add(RecordForm.entry("inputs", new Items(inputs, "")));
        entries.add(RecordForm.entry("nodes", new Items(nodes, "")));
        entries.add(RecordForm.entry("outputs", ports(network.outputs())));
        if (!network.initializers().isEmpty()) {
            List<Entry> initializers = new ArrayList<>();
            network.initializers()
                    .forEach((name, initializer) ->
                            initializers.add(RecordForm.entry(name, RecordForm.write(name, initializer))));
            entries.add(RecordForm.entry("initializers", new Section(initializers, "")));
        }
        return new Section(entries, "");
    }

    private static Form ports(List<Port> ports) {
        List<Form> names = ports.stream().map(NetworkForm::port).toList();
        return names.size() == 1 ? names.get(0) : new Items(names, "");
    }

    /** A first output goes without its number, unless the name looks as if it had one. */
    private static Form port(Port port) {
        boolean bare = port.output() == 0 && !PORT.matcher(port.node()).matches();
        return RecordForm.textual(bare ? port.node() : port.node() + ":" + port.output());
    }
}
