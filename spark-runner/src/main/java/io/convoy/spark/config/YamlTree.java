package io.convoy.spark.config;

import io.convoy.spark.InvalidInputException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A YAML document whose every node knows where it was written: a line of the file, or an override of the command line. YAML's
 * guesses about types are not used (1.1 reads {@code no} as a truth value and {@code 1e-3} as a text); whoever asks for a value
 * says which type it has.
 */
final class YamlTree {
    private final String source;
    private final IdentityHashMap<Node, String> overridden = new IdentityHashMap<>();
    private final MappingNode root;

    private YamlTree(String source, String text) {
        this.source = source;
        Node document = compose(source, text)
                .orElseThrow(() -> new InvalidInputException(source + " expects a configuration, but it is empty."));
        if (!(document instanceof MappingNode section)) {
            throw new InvalidInputException(
                    source + " expects a configuration, lines of \"key: value\", but it got " + got(document) + ".");
        }
        this.root = section;
    }

    /** The document {@code text}, called {@code source} in messages. */
    static YamlTree parse(String source, String text) {
        return new YamlTree(source, text);
    }

    MappingNode root() {
        return root;
    }

    /** A one-line error that begins with where {@code node} was written. */
    InvalidInputException error(Node node, String sentence) {
        String override = overridden.get(node);
        return new InvalidInputException(
                (override == null ? source + ":" + (node.getStartMark().getLine() + 1) : override) + ": " + sentence);
    }

    /** Whether {@code node} comes from the command line. */
    boolean isOverridden(Node node) {
        return overridden.containsKey(node);
    }

    /** Where {@code node} was written, column and all. */
    String place(Node node) {
        String override = overridden.get(node);
        return override == null
                ? source + ":" + (node.getStartMark().getLine() + 1) + ":"
                        + (node.getStartMark().getColumn() + 1)
                : override;
    }

    /** The node of a default: it stands where the section that lacks it stands. */
    Node implied(String yaml, Node section) {
        Node node = compose("default", yaml).orElseThrow();
        adopt(
                node,
                overridden.getOrDefault(
                        section, source + ":" + (section.getStartMark().getLine() + 1)));
        return node;
    }

    /** Sets one value, {@code path=yaml}; a path's parts are keys, or indices from 0 in lists. */
    void override(String assignment) {
        String label = "--set " + assignment;
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new InvalidInputException(
                    label + " expects the form key=value, e.g. --set training.epochs=1, but it has no "
                            + (equals == 0 ? "key." : "= in it."));
        }
        List<String> path = List.of(assignment.substring(0, equals).strip().split("\\.", -1));
        Node value = compose(label, assignment.substring(equals + 1))
                .orElseGet(
                        () -> new ScalarNode(Tag.NULL, "", root.getStartMark(), root.getEndMark(), ScalarStyle.PLAIN));
        adopt(value, label);
        Node at = root;
        for (int depth = 0; depth < path.size(); depth++) {
            boolean last = depth == path.size() - 1;
            String here = String.join(".", path.subList(0, depth));
            if (at instanceof MappingNode section) {
                at = child(section, path.get(depth), last ? value : null, label);
            } else if (at instanceof SequenceNode list) {
                int index = index(list, path.get(depth), here, label);
                if (last) {
                    list.getValue().set(index, value);
                }
                at = list.getValue().get(index);
            } else {
                throw new InvalidInputException(
                        label + ": " + here + " expects keys below it, but it is " + got(at) + ".");
            }
        }
    }

    private Node child(MappingNode section, String key, @Nullable Node value, String label) {
        List<NodeTuple> tuples = new ArrayList<>(section.getValue());
        for (int i = 0; i < tuples.size(); i++) {
            NodeTuple tuple = tuples.get(i);
            if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
                if (value == null) {
                    return tuple.getValueNode();
                }
                tuples.set(i, new NodeTuple(name, value));
                section.setValue(tuples);
                return value;
            }
        }
        Node added = value == null
                ? new MappingNode(
                        Tag.MAP, true, new ArrayList<>(), section.getStartMark(), section.getEndMark(), FlowStyle.AUTO)
                : value;
        Node name = new ScalarNode(Tag.STR, key, section.getStartMark(), section.getEndMark(), ScalarStyle.PLAIN);
        overridden.put(added, label);
        overridden.put(name, label);
        tuples.add(new NodeTuple(name, added));
        section.setValue(tuples);
        return added;
    }

    private static int index(SequenceNode list, String part, String here, String label) {
        int size = list.getValue().size();
        int index = part.matches("[0-9]{1,6}") ? Integer.parseInt(part) : size;
        if (index >= size) {
            throw new InvalidInputException(label + ": " + here + " expects an index below " + size
                    + ", the length of the list, but it got " + part + ".");
        }
        return index;
    }

    private void adopt(Node node, String label) {
        overridden.put(node, label);
        if (node instanceof MappingNode section) {
            for (NodeTuple tuple : section.getValue()) {
                adopt(tuple.getKeyNode(), label);
                adopt(tuple.getValueNode(), label);
            }
        } else if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> adopt(item, label));
        }
    }

    /** What a message says was there instead. */
    static String got(Node node) {
        if (node instanceof MappingNode) {
            return "a section";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        if (isNothing(node)) {
            return "nothing";
        }
        ScalarNode scalar = (ScalarNode) node;
        String text = scalar.getValue().replaceAll("\\s+", " ");
        return isQuoted(scalar) ? "the text \"" + text + "\"" : text;
    }

    static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar
                && !isQuoted(scalar)
                && scalar.getValue().matches("|~|null");
    }

    static boolean isQuoted(ScalarNode scalar) {
        return scalar.getScalarStyle() != ScalarStyle.PLAIN;
    }

    private static Optional<Node> compose(String source, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(20);
        options.setNestingDepthLimit(30);
        try {
            Node node = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
            return Optional.ofNullable(node);
        } catch (MarkedYAMLException malformed) {
            int line = malformed.getProblemMark() == null
                    ? 1
                    : malformed.getProblemMark().getLine() + 1;
            String where = source.startsWith("--set ") ? source : source + ":" + line;
            throw new InvalidInputException(
                    where + ": YAML expects another character or indentation here: " + oneLine(malformed.getProblem())
                            + ".",
                    malformed);
        } catch (YAMLException malformed) {
            throw new InvalidInputException(
                    source + " expects YAML in UTF-8, but: " + oneLine(malformed.getMessage()) + ".", malformed);
        }
    }

    private static String oneLine(@Nullable String text) {
        return text == null ? "it is malformed" : text.strip().replaceAll("\\s+", " ");
    }
}
