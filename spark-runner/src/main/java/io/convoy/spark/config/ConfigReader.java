package io.convoy.spark.config;

import static java.util.stream.Collectors.joining;

import io.convoy.engine.form.Form;
import io.convoy.engine.form.NetworkForm;
import io.convoy.engine.network.Suggestion;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads configuration records from YAML, strictly: an unknown, repeated or missing key, another type, or a value out of range
 * is one line that names the file, the line, the path of the key, and for an unknown name the nearest known one. The records
 * are the schema: components are keys, {@link Default} makes one optional, a sealed interface is told apart by {@code kind}.
 */
public final class ConfigReader {
    private static final String KIND = "kind";

    /** Levels of a network's description: what groups in groups need, and no more than a reader of YAML goes down. */
    private static final int DEEPEST = 28;

    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]*(_[0-9]+)*)");
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?([0-9]+(_[0-9]+)*(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

    private final YamlTree tree;

    private ConfigReader(YamlTree tree) {
        this.tree = tree;
    }

    /**
     * Reads a whole run.
     *
     * @param source what messages call the file, best as the user typed it
     * @param yaml the file's text
     * @param overrides settings of the command line, {@code training.epochs=1}, applied in order and read as strictly
     * @throws io.convoy.spark.InvalidInputException with one line for the first thing that is wrong
     */
    public static RunConfig read(String source, String yaml, List<String> overrides) {
        return read(RunConfig.class, source, yaml, overrides);
    }

    /**
     * Reads a stream.
     *
     * @param source what messages call the file, best as the user typed it
     * @param yaml the file's text
     * @param overrides settings of the command line, applied in order and read as strictly
     * @throws io.convoy.spark.InvalidInputException with one line for the first thing that is wrong
     */
    public static StreamConfig readStream(String source, String yaml, List<String> overrides) {
        return read(StreamConfig.class, source, yaml, overrides);
    }

    /** Where to run, without a run: the section {@code spark}, with its defaults but for {@code overrides}. */
    public static SparkConfig readSpark(List<String> overrides) {
        return read(OnlySpark.class, "the command line", "{}", overrides).spark;
    }

    private static <R extends Record> R read(Class<R> type, String source, String yaml, List<String> overrides) {
        YamlTree tree = YamlTree.parse(source, yaml);
        overrides.forEach(tree::override);
        return new ConfigReader(tree).record(type, "", tree.root(), null);
    }

    /**
     * Reads the description of a network from a file of its own.
     *
     * @param source what messages call the file
     * @param yaml the file's text, YAML or JSON
     */
    public static NetworkConfig readNetwork(String source, String yaml) {
        ConfigReader reader = new ConfigReader(YamlTree.parse(source, yaml));
        return new NetworkConfig(null, null, reader.form("network", reader.tree.root(), 0));
    }

    /** Whether a file describes a network, and no run. */
    public static boolean describesNetwork(String source, String yaml) {
        return YamlTree.parse(source, yaml).root().getValue().stream()
                .anyMatch(tuple -> tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals("nodes"));
    }

    private record OnlySpark(@Default("{}") SparkConfig spark) {}

    /** The name by which {@code kind} selects a record: {@code Strokes} is {@code strokes}. */
    static String kindOf(Class<?> type) {
        String name = type.getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private Object value(AnnotatedType annotated, String path, Node node) {
        if (annotated instanceof AnnotatedParameterizedType list) {
            return list(list.getAnnotatedActualTypeArguments()[0], path, node);
        }
        Class<?> type = (Class<?>) annotated.getType();
        if (type == NetworkConfig.class) {
            return network(path, node);
        }
        if (type == KafkaConfig.class) {
            return kafka(path, node);
        }
        if (type.isRecord()) {
            return record(type.asSubclass(Record.class), path, node, null);
        }
        if (type.isSealed()) {
            return variant(type, path, node);
        }
        if (type.isEnum()) {
            return constant(type, path, node);
        }
        if (type == int.class || type == Integer.class) {
            return (int) whole(path, node, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == long.class || type == Long.class) {
            return whole(path, node, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == double.class || type == Double.class) {
            return number(path, node);
        }
        if (type == boolean.class) {
            return truth(path, node);
        }
        if (type == String.class) {
            return text(path, node);
        }
        throw new IllegalStateException(
                "ConfigReader expects components of a type that it knows, but " + path + " is " + type.getName() + ".");
    }

    private Object variant(Class<?> sealed, String path, Node node) {
        Map<String, Class<?>> kinds = new LinkedHashMap<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            kinds.put(kindOf(permitted), permitted);
        }
        String names = String.join(", ", kinds.keySet());
        if (!(node instanceof MappingNode section)) {
            throw tree.error(
                    node,
                    path + " expects the key kind (one of " + names + ") and that kind's keys, but it got "
                            + YamlTree.got(node) + ".");
        }
        Node kind = keys(section, path).get(KIND);
        if (kind == null) {
            throw tree.error(section, path + ".kind expects one of " + names + ", but it is missing.");
        }
        String name = text(path + ".kind", kind);
        Class<?> type = kinds.get(name);
        if (type == null) {
            throw tree.error(
                    kind,
                    path + ".kind expects one of " + names + ", but it got " + name + "."
                            + Suggestion.sentence(name, kinds.keySet()));
        }
        return record(type.asSubclass(Record.class), path, section, name);
    }

    private <R extends Record> R record(Class<R> type, String path, Node node, @Nullable String kind) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> known = new ArrayList<>();
        if (kind != null) {
            known.add(KIND);
        }
        Arrays.stream(components).map(RecordComponent::getName).forEach(known::add);
        String subject = path.isEmpty() ? "the configuration" : kind == null ? path : path + " of kind " + kind;
        String expectation = subject + (known.size() == 1 ? " expects the key " : " expects the keys ")
                + String.join(", ", known) + ", but it ";
        if (!(node instanceof MappingNode section)) {
            throw tree.error(node, expectation + "got " + YamlTree.got(node) + ".");
        }
        Map<String, Node> given = keys(section, path);
        for (NodeTuple tuple : section.getValue()) {
            String key = ((ScalarNode) tuple.getKeyNode()).getValue();
            if (!known.contains(key)) {
                throw tree.error(
                        tuple.getKeyNode(), expectation + "got " + key + "." + Suggestion.sentence(key, known));
            }
        }
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = component(components[i], path, section, given);
        }
        return construct(type, components, values, path, section, given);
    }

    private @Nullable Object component(
            RecordComponent component, String path, MappingNode section, Map<String, Node> given) {
        String key = component.getName();
        String below = path.isEmpty() ? key : path + "." + key;
        Node node = given.get(key);
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        if (nullable && (node == null || YamlTree.isNothing(node))) {
            return null;
        }
        if (node == null) {
            Default absent = component.getAnnotation(Default.class);
            if (absent == null) {
                throw tree.error(section, below + " expects a value, but it is missing.");
            }
            node = tree.implied(absent.value(), section);
        }
        return value(component.getAnnotatedType(), below, node);
    }

    private <R extends Record> R construct(
            Class<R> type,
            RecordComponent[] components,
            @Nullable Object[] values,
            String path,
            MappingNode section,
            Map<String, Node> given) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException failed) {
            if (failed.getCause() instanceof InvalidValueException invalid) {
                String below = path.isEmpty() ? invalid.key() : path + "." + invalid.key();
                throw tree.error(given.getOrDefault(invalid.key(), section), below + " " + invalid.expectation());
            }
            throw new IllegalStateException(type.getName() + " failed to be built.", failed.getCause());
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException(type.getName() + " expects to be built by reflection.", failed);
        }
    }

    /** A name, a file, or else the whole section is a description, which whoever builds it understands. */
    private NetworkConfig network(String path, Node node) {
        List<String> known = new ArrayList<>(List.of("name", "file"));
        known.addAll(NetworkForm.KEYS);
        String expectation = path + " expects the keys " + String.join(", ", known) + ", but it got ";
        if (!(node instanceof MappingNode section)) {
            throw tree.error(node, expectation + YamlTree.got(node) + ".");
        }
        Map<String, Node> given = keys(section, path);
        for (NodeTuple tuple : section.getValue()) {
            String key = ((ScalarNode) tuple.getKeyNode()).getValue();
            if (!known.contains(key)) {
                throw tree.error(tuple.getKeyNode(), expectation + key + "." + Suggestion.sentence(key, known));
            }
        }
        Node name = given.get("name");
        Node file = given.get("file");
        boolean described = given.keySet().stream().anyMatch(NetworkForm.KEYS::contains);
        try {
            return new NetworkConfig(
                    name == null ? null : text(path + ".name", name),
                    file == null ? null : text(path + ".file", file),
                    described ? form(path, section, 0) : null);
        } catch (InvalidValueException invalid) {
            throw tree.error(
                    given.getOrDefault(invalid.key(), section),
                    path + "." + invalid.key() + " " + invalid.expectation());
        }
    }

    private Form form(String path, Node node, int depth) {
        if (depth > DEEPEST) {
            throw tree.error(
                    node,
                    path + " expects at most " + DEEPEST + " levels, but it is deeper. Maybe an alias is"
                            + " inside of what it stands for.");
        }
        String place = tree.place(node);
        if (node instanceof MappingNode section) {
            List<Form.Entry> entries = new ArrayList<>();
            for (NodeTuple tuple : section.getValue()) {
                Node key = tuple.getKeyNode();
                if (!(key instanceof ScalarNode name)) {
                    throw tree.error(key, path + " expects keys that are words, but it got " + YamlTree.got(key) + ".");
                }
                String below = path + "." + name.getValue();
                entries.add(
                        new Form.Entry(name.getValue(), form(below, tuple.getValueNode(), depth + 1), tree.place(key)));
            }
            return new Form.Section(entries, place);
        }
        if (node instanceof SequenceNode list) {
            List<Form> items = new ArrayList<>();
            for (Node item : list.getValue()) {
                items.add(form(path + "." + items.size(), item, depth + 1));
            }
            return new Form.Items(items, place);
        }
        ScalarNode scalar = (ScalarNode) node;
        return new Form.Scalar(scalar.getValue(), YamlTree.isQuoted(scalar), place);
    }

    /** Names are Kafka's, so none is unknown; {@code bootstrap.servers} may stand as one key or as two levels. */
    private KafkaConfig kafka(String path, Node node) {
        Map<String, Node> given = new LinkedHashMap<>();
        flatten(path, "", node, given, 0);
        Map<String, String> settings = new LinkedHashMap<>();
        given.forEach((key, value) -> settings.put(key, text(path + "." + key, value)));
        try {
            return new KafkaConfig(settings);
        } catch (InvalidValueException invalid) {
            throw tree.error(node, path + "." + invalid.key() + " " + invalid.expectation());
        }
    }

    private void flatten(String path, String above, Node node, Map<String, Node> given, int depth) {
        if (!(node instanceof MappingNode section) || depth > DEEPEST) {
            throw tree.error(node, path + " expects Kafka's settings, but it got " + YamlTree.got(node) + ".");
        }
        keys(section, above.isEmpty() ? path : path + "." + above).forEach((key, value) -> {
            String name = above.isEmpty() ? key : above + "." + key;
            if (value instanceof MappingNode) {
                flatten(path, name, value, given, depth + 1);
            } else if (given.put(name, value) != null && !tree.isOverridden(value)) {
                throw tree.error(value, path + " expects each key once, but " + name + " is there again.");
            }
        });
    }

    private Map<String, Node> keys(MappingNode section, String path) {
        Map<String, Node> keys = new LinkedHashMap<>();
        for (NodeTuple tuple : section.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw tree.error(
                        tuple.getKeyNode(),
                        subject(path) + " expects keys that are words, but it got " + YamlTree.got(tuple.getKeyNode())
                                + ".");
            }
            if (keys.put(key.getValue(), tuple.getValueNode()) != null) {
                throw tree.error(
                        key, subject(path) + " expects each key once, but " + key.getValue() + " is there again.");
            }
        }
        return keys;
    }

    private static String subject(String path) {
        return path.isEmpty() ? "the configuration" : path;
    }

    private List<Object> list(AnnotatedType element, String path, Node node) {
        if (!(node instanceof SequenceNode list)) {
            throw tree.error(node, path + " expects a list, but it got " + YamlTree.got(node) + ".");
        }
        List<Object> values = new ArrayList<>();
        for (Node item : list.getValue()) {
            values.add(value(element, path + "." + values.size(), item));
        }
        return List.copyOf(values);
    }

    private Object constant(Class<?> type, String path, Node node) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(nameOf((Enum<?>) constant), constant);
        }
        String expectation =
                constants.keySet().stream().collect(joining(", ", path + " expects one of ", ", but it got "));
        String name = node instanceof ScalarNode scalar ? scalar.getValue() : "";
        Object constant = constants.get(name);
        if (constant == null) {
            throw tree.error(
                    node, expectation + YamlTree.got(node) + "." + Suggestion.sentence(name, constants.keySet()));
        }
        return constant;
    }

    /** {@code HEAD_ONLY} is {@code head_only}, unless it has another text of its own. */
    private static String nameOf(Enum<?> constant) {
        String text = constant.toString();
        return text.equals(constant.name()) ? text.toLowerCase(Locale.ROOT) : text;
    }

    private long whole(String path, Node node, long least, long most) {
        String text = plain(node, WHOLE, path + " expects a whole number");
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException tooLong) {
            throw tree.error(node, path + " expects a whole number up to " + most + ", but it got " + text + ".");
        }
        throw tree.error(node, path + " expects a whole number up to " + most + ", but it got " + text + ".");
    }

    private double number(String path, Node node) {
        return Double.parseDouble(plain(node, NUMBER, path + " expects a number"));
    }

    private boolean truth(String path, Node node) {
        return Boolean.parseBoolean(plain(node, Pattern.compile("true|false"), path + " expects true or false"));
    }

    private String plain(Node node, Pattern form, String expectation) {
        if (!(node instanceof ScalarNode scalar)
                || YamlTree.isQuoted(scalar)
                || !form.matcher(scalar.getValue()).matches()) {
            boolean quotes = node instanceof ScalarNode scalar
                    && YamlTree.isQuoted(scalar)
                    && form.matcher(scalar.getValue()).matches();
            throw tree.error(
                    node,
                    expectation + ", but it got " + YamlTree.got(node) + "."
                            + (quotes ? " Maybe leave the quotes out." : ""));
        }
        return scalar.getValue().replace("_", "");
    }

    private String text(String path, Node node) {
        if (!(node instanceof ScalarNode scalar) || YamlTree.isNothing(node)) {
            throw tree.error(node, path + " expects a text, but it got " + YamlTree.got(node) + ".");
        }
        return scalar.getValue();
    }
}
