package io.convoy.engine.form;

import io.convoy.engine.form.Form.Entry;
import io.convoy.engine.form.Form.Items;
import io.convoy.engine.form.Form.Scalar;
import io.convoy.engine.form.Form.Section;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Padding;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Suggestion;
import io.convoy.engine.tensor.Shape;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Records to sections and back. Components are keys; two numbers along height and width are one where they are equal; a {@link
 * Window}'s keys stand among those of its layer; a {@link Padding} is called {@code padding}, and is a number, two, {@code same},
 * or a section of {@code before} and {@code after}.
 */
final class RecordForm {
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]*)");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    /** What a whole number may be called, e.g. {@code classes}. */
    private final Map<String, Integer> words;

    RecordForm(Map<String, Integer> words) {
        this.words = Map.copyOf(words);
    }

    /** The key of a component. */
    private static String key(RecordComponent component) {
        return component.getType() == Padding.class ? "padding" : component.getName();
    }

    private static boolean isInline(RecordComponent component) {
        return component.getType() == Window.class;
    }

    /** A window moves by its own size unless it is told otherwise. */
    private static boolean isAsLargeAsKernel(String key, Set<String> required) {
        return key.equals("stride") && required.contains(key);
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /** All keys of a record, in order. */
    static List<String> keys(Class<?> type) {
        List<String> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (isInline(component)) {
                keys.addAll(keys(component.getType()));
            } else {
                keys.add(key(component));
            }
        }
        return keys;
    }

    static FormException error(String place, String sentence) {
        return new FormException(place.isEmpty() ? sentence : place + ": " + sentence);
    }

    static FormException error(String place, String sentence, Throwable cause) {
        return new FormException(place.isEmpty() ? sentence : place + ": " + sentence, cause);
    }

    static String got(Form form) {
        if (form instanceof Section) {
            return "a section";
        }
        if (form instanceof Items) {
            return "a list";
        }
        Scalar scalar = (Scalar) form;
        String text = scalar.text().replaceAll("\\s+", " ");
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return scalar.isNothing() ? "nothing" : scalar.quoted() ? "the text \"" + shown + "\"" : shown;
    }

    /** The entries by key; a key that is there twice is refused. */
    static Map<String, Entry> entries(Section section, String path) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Entry entry : section.entries()) {
            if (entries.put(entry.key(), entry) != null) {
                throw error(entry.place(), path + " expects each key once, but " + entry.key() + " is there again.");
            }
        }
        return entries;
    }

    static void requireKnown(Map<String, Entry> entries, List<String> known, String subject) {
        for (Entry entry : entries.values()) {
            if (!known.contains(entry.key())) {
                throw error(
                        entry.place(),
                        subject + " expects "
                                + (known.isEmpty()
                                        ? "no keys"
                                        : (known.size() == 1 ? "the key " : "the keys ") + String.join(", ", known))
                                + ", but it got " + entry.key() + "." + Suggestion.sentence(entry.key(), known));
            }
        }
    }

    /** A record that is being read. */
    private record Reading(
            Map<String, Entry> entries,
            Set<String> required,
            Map<String, Integer> implied,
            String path,
            String place,
            Map<String, Object> read) {}

    /**
     * The record of some entries, whose keys are known to be its own.
     *
     * @param example has the defaults of components that are not required; none if all of them are
     * @param required keys without a default
     * @param implied what whole numbers are where they are absent
     * @param subject what messages call it
     */
    <R extends Record> R read(
            Class<R> type,
            @Nullable Object example,
            Set<String> required,
            Map<String, Integer> implied,
            Map<String, Entry> entries,
            String path,
            String place,
            String subject) {
        return record(type, example, new Reading(entries, required, implied, path, place, new HashMap<>()), subject);
    }

    private <R extends Record> R record(Class<R> type, @Nullable Object example, Reading reading, String subject) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Object byDefault = example == null ? null : get(components[i], example);
            values[i] = isInline(components[i])
                    ? record(components[i].getType().asSubclass(Record.class), byDefault, reading, subject)
                    : component(components[i], example != null, byDefault, reading);
        }
        return construct(type, components, values, reading, subject);
    }

    private @Nullable Object component(
            RecordComponent component, boolean hasExample, @Nullable Object byDefault, Reading reading) {
        String key = key(component);
        String below = reading.path() + "." + key;
        Entry entry = reading.entries().get(key);
        Integer implied = reading.implied().get(key);
        Object value;
        if (entry != null) {
            boolean nothing = entry.value() instanceof Scalar scalar && scalar.isNothing();
            value = nothing && isNullable(component) ? null : value(component.getAnnotatedType(), below, entry.value());
        } else if (isAsLargeAsKernel(key, reading.required())) {
            value = reading.read().get("kernel");
        } else if (implied != null && component.getType() == int.class) {
            value = implied;
        } else if (hasExample && !reading.required().contains(key)) {
            value = byDefault;
        } else if (isNullable(component)) {
            value = null;
        } else {
            throw error(reading.place(), below + " expects a value, but it is missing.");
        }
        if (value != null) {
            reading.read().put(key, value);
        }
        return value;
    }

    private static <R extends Record> R construct(
            Class<R> type, RecordComponent[] components, @Nullable Object[] values, Reading reading, String subject) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException failed) {
            Throwable refusal = failed.getCause();
            throw error(reading.place(), subject + ": " + (refusal == null ? failed : refusal).getMessage(), failed);
        } catch (ReflectiveOperationException failed) {
            throw error(
                    reading.place(), subject + " expects " + type.getName() + " to have a public constructor.", failed);
        }
    }

    private static @Nullable Object get(RecordComponent component, Object record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException failed) {
            throw new IllegalArgumentException(component + " expects to be readable.", failed);
        }
    }

    private Object value(AnnotatedType annotated, String path, Form form) {
        if (annotated instanceof AnnotatedParameterizedType list
                && annotated.getType().getTypeName().startsWith("java.util.List<")) {
            return list(list.getAnnotatedActualTypeArguments()[0], path, form);
        }
        if (!(annotated.getType() instanceof Class<?> type)) {
            throw unreadable(annotated.getType().getTypeName(), path, form);
        }
        if (type == int.class || type == Integer.class) {
            return whole(path, form);
        }
        if (type == double.class || type == Double.class) {
            return number(path, form);
        }
        if (type == float.class || type == Float.class) {
            return (float) number(path, form);
        }
        if (type == boolean.class || type == Boolean.class) {
            return truth(path, form);
        }
        if (type == String.class) {
            return text(path, form);
        }
        if (type == Shape.class) {
            return shape(path, form);
        }
        if (type == Padding.class) {
            return padding(path, form);
        }
        if (type.isEnum()) {
            return constant(type, path, form);
        }
        if (type == Layer.class) {
            return layer(path, form);
        }
        if (isTwo(type)) {
            return two(type.asSubclass(Record.class), path, form);
        }
        if (type.isSealed()) {
            return variant(type, path, form);
        }
        if (type.isRecord()) {
            Section section = section(path, form);
            Map<String, Entry> entries = entries(section, path);
            requireKnown(entries, keys(type), path);
            return read(type.asSubclass(Record.class), null, Set.of(), Map.of(), entries, path, form.place(), path);
        }
        throw unreadable(type.getName(), path, form);
    }

    private static FormException unreadable(String type, String path, Form form) {
        return error(form.place(), path + " expects a type that a file can hold, but it is " + type + ".");
    }

    static Section section(String path, Form form) {
        if (form instanceof Section section) {
            return section;
        }
        throw error(form.place(), path + " expects a section, but it got " + got(form) + ".");
    }

    static Items items(String path, Form form) {
        if (form instanceof Items list) {
            return list;
        }
        throw error(form.place(), path + " expects a list, but it got " + got(form) + ".");
    }

    private List<Object> list(AnnotatedType element, String path, Form form) {
        if (form instanceof Scalar scalar && !scalar.isNothing()) {
            return List.of(value(element, path, form));
        }
        List<Object> values = new ArrayList<>();
        for (Form item : items(path, form).items()) {
            values.add(value(element, path + "." + values.size(), item));
        }
        return values;
    }

    int whole(String path, Form form) {
        if (form instanceof Scalar scalar && words.containsKey(scalar.text())) {
            return words.getOrDefault(scalar.text(), 0);
        }
        // Where the only word is a data set's classes, a number is what nearly everybody means.
        String orWord = words.size() > 1 ? " or one of " + String.join(", ", new TreeSet<>(words.keySet())) : "";
        String text = plain(form, WHOLE, path + " expects a whole number" + orWord);
        long value = text.length() > 11 ? Long.MAX_VALUE : Long.parseLong(text);
        if (value != (int) value) {
            throw error(
                    form.place(),
                    path + " expects a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE
                            + ", but it got " + got(form) + ".");
        }
        return (int) value;
    }

    private static double number(String path, Form form) {
        double value = Double.parseDouble(plain(form, NUMBER, path + " expects a number such as 0.5 or 1e-3"));
        if (Double.isInfinite(value)) {
            throw error(
                    form.place(),
                    path + " expects a number up to " + Double.MAX_VALUE + ", but it got " + got(form) + ".");
        }
        return value;
    }

    private static boolean truth(String path, Form form) {
        return Boolean.parseBoolean(plain(form, Pattern.compile("true|false"), path + " expects true or false"));
    }

    private static String plain(Form form, Pattern pattern, String expectation) {
        boolean fits =
                form instanceof Scalar scalar && pattern.matcher(scalar.text()).matches();
        if (!fits || ((Scalar) form).quoted()) {
            throw error(
                    form.place(),
                    expectation + ", but it got " + got(form) + "." + (fits ? " Maybe leave the quotes out." : ""));
        }
        return ((Scalar) form).text();
    }

    static String text(String path, Form form) {
        if (form instanceof Scalar scalar && !scalar.isNothing()) {
            return scalar.text();
        }
        throw error(form.place(), path + " expects a text, but it got " + got(form) + ".");
    }

    Shape shape(String path, Form form) {
        List<Integer> sizes = new ArrayList<>();
        if (form instanceof Scalar) {
            sizes.add(whole(path, form));
        } else {
            for (Form item : items(path, form).items()) {
                sizes.add(whole(path + "." + sizes.size(), item));
            }
        }
        try {
            return Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
        } catch (IllegalArgumentException e) {
            throw error(form.place(), path + ": " + e.getMessage(), e);
        }
    }

    private static Object constant(Class<?> type, String path, Form form) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(word((Enum<?>) constant), constant);
        }
        String name = form instanceof Scalar scalar ? scalar.text() : "";
        Object constant = constants.get(name);
        if (constant == null) {
            throw error(
                    form.place(),
                    path + " expects one of " + String.join(", ", constants.keySet()) + ", but it got " + got(form)
                            + "." + Suggestion.sentence(name, constants.keySet()));
        }
        return constant;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Whether a record is two numbers, along height and width. */
    private static boolean isTwo(Class<?> type) {
        RecordComponent[] components = type.isRecord() ? type.getRecordComponents() : new RecordComponent[0];
        return components.length == 2
                && components[0].getName().equals("height")
                && components[1].getName().equals("width")
                && components[0].getType() == components[1].getType()
                && components[0].getType().isPrimitive();
    }

    private <R extends Record> R two(Class<R> type, String path, Form form) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[2];
        List<Form> items = form instanceof Items list ? list.items() : List.of(form, form);
        if (items.size() != 2 || form instanceof Section) {
            throw error(
                    form.place(),
                    path + " expects a number, or two for height and width, but it got "
                            + (form instanceof Items ? items.size() : got(form)) + ".");
        }
        for (int i = 0; i < 2; i++) {
            String below = form instanceof Items ? path + "." + i : path;
            values[i] = value(components[i].getAnnotatedType(), below, items.get(i));
        }
        Reading reading = new Reading(Map.of(), Set.of(), Map.of(), path, form.place(), new HashMap<>());
        return construct(type, components, values, reading, path);
    }

    private Padding padding(String path, Form form) {
        if (form instanceof Scalar scalar && scalar.text().equals("same")) {
            return Padding.SAME;
        }
        if (form instanceof Section section) {
            Map<String, Entry> entries = entries(section, path);
            requireKnown(entries, keys(Padding.Sides.class), path);
            return read(Padding.Sides.class, null, Set.of(), Map.of(), entries, path, form.place(), path);
        }
        boolean word =
                form instanceof Scalar scalar && !NUMBER.matcher(scalar.text()).matches();
        if (word) {
            throw error(
                    form.place(),
                    path
                            + " expects a number, two for height and width, same, or a section of before and after, but it got "
                            + got(form) + ".");
        }
        return Padding.of(two(Pair.class, path, form));
    }

    private Object variant(Class<?> sealed, String path, Form form) {
        Map<String, Class<?>> kinds = new LinkedHashMap<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            kinds.put(NodeKinds.name(permitted), permitted);
        }
        Map<String, Entry> entries = entries(section(path, form), path);
        Entry kind = entries.remove("kind");
        String name = kind == null ? "" : text(path + ".kind", kind.value());
        Class<?> type = kinds.get(name);
        if (type == null) {
            throw error(
                    kind == null ? form.place() : kind.value().place(),
                    path + ".kind expects one of " + String.join(", ", kinds.keySet()) + ", but it "
                            + (kind == null
                                    ? "is missing."
                                    : "got " + name + "." + Suggestion.sentence(name, kinds.keySet())));
        }
        requireKnown(entries, keys(type), path + " of kind " + name);
        return read(type.asSubclass(Record.class), null, Set.of(), Map.of(), entries, path, form.place(), path);
    }

    <T> T variantOf(Class<T> sealed, String path, Form form) {
        return sealed.cast(variant(sealed, path, form));
    }

    /** A layer inside a layer or block: its name, or a section. */
    private Layer layer(String path, Form form) {
        if (form instanceof Scalar) {
            return layer(kind(path, form), Map.of(), path, path, form);
        }
        Map<String, Entry> entries = entries(section(path, form), path);
        Entry kind = entries.remove("kind");
        if (kind == null) {
            throw error(form.place(), path + ".kind expects a layer, but it is missing.");
        }
        return layer(kind(path + ".kind", kind.value()), entries, path, path + ".kind", kind.value());
    }

    private Layer layer(NodeKinds.Kind kind, Map<String, Entry> entries, String path, String named, Form name) {
        if (kind.isBlock()) {
            throw error(name.place(), named + " expects a single layer, but it got the block " + kind.name() + ".");
        }
        return (Layer) part(kind, entries, Map.of(), path, name.place());
    }

    /** What a file calls a layer or block. */
    static NodeKinds.Kind kind(String path, Form form) {
        String name = text(path, form);
        if (name.contains(".")) {
            try {
                return NodeKinds.ofClass(name);
            } catch (IllegalArgumentException e) {
                throw error(form.place(), path + " " + e.getMessage(), e);
            }
        }
        return NodeKinds.named(name)
                .orElseThrow(() -> error(
                        form.place(),
                        path
                                + " expects a layer or block, such as conv2d, relu or cbam, or a class of your own with"
                                + " its package, but it got " + got(form) + "."
                                + Suggestion.sentence(name, NodeKinds.names())));
    }

    /**
     * A {@link Layer} or a {@link io.convoy.engine.block.Block}.
     *
     * @param entries of its own keys, and others that are refused
     * @param implied what whole numbers are where they are absent
     */
    Record part(
            NodeKinds.Kind kind, Map<String, Entry> entries, Map<String, Integer> implied, String path, String place) {
        requireKnown(entries, keys(kind.type()), path + " of kind " + kind.name());
        Record read = read(kind.type(), kind.example(), kind.required(), implied, entries, path, place, path);
        return read instanceof PyTorchUpsample said ? said.layer() : read;
    }

    /** The entries of a layer: its kind, and every component that is not its default. */
    static List<Entry> write(Layer layer) {
        List<Entry> entries = new ArrayList<>();
        Record spoken = NodeKinds.spoken(layer);
        NodeKinds.Kind kind = NodeKinds.of(spoken);
        entries.add(entry("kind", textual(kind.name())));
        components(spoken, kind.example(), kind.required(), entries);
        return entries;
    }

    private static void components(Object record, @Nullable Object example, Set<String> required, List<Entry> entries) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = get(component, record);
            Object byDefault = example == null ? null : get(component, example);
            String key = key(component);
            if (value != null && isInline(component)) {
                components(value, byDefault, required, entries);
            } else if (required.contains(key) || example == null) {
                boolean kernel = isAsLargeAsKernel(key, required)
                        && entries.stream()
                                .anyMatch(entry -> entry.key().equals("kernel")
                                        && entry.value().equals(write(key, value)));
                boolean counted = key.equals("inputCount") && record instanceof Layer;
                if (value != null && !kernel && !counted) {
                    entries.add(entry(key, write(key, value)));
                }
            } else if (value == null ? byDefault != null : !value.equals(byDefault)) {
                entries.add(entry(key, value == null ? new Scalar("null", false, "") : write(key, value)));
            }
        }
    }

    static Entry entry(String key, Form value) {
        return new Entry(key, value, "");
    }

    static Scalar textual(String text) {
        return new Scalar(text, true, "");
    }

    private static Scalar literal(Object value) {
        return new Scalar(value.toString(), false, "");
    }

    static Form write(String key, @Nullable Object value) {
        if (value instanceof Integer || value instanceof Boolean) {
            return literal(value);
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (!Double.isFinite(number)) {
                throw new IllegalArgumentException(
                        key + " expects a finite number to be written, but it is " + value + ".");
            }
            // A whole number reads as one: 1 rather than 1.0.
            boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15 && Double.compare(number, -0.0) != 0;
            return literal(whole ? Long.toString((long) number) : value.toString());
        }
        if (value instanceof String text) {
            return textual(text);
        }
        if (value instanceof Enum<?> constant) {
            return textual(word(constant));
        }
        if (value instanceof Shape shape) {
            return list(key, shape.toList());
        }
        if (value instanceof List<?> list) {
            return list(key, list);
        }
        if (value instanceof Padding padding) {
            return padding(padding);
        }
        if (value instanceof Layer layer) {
            return new Section(write(layer), "");
        }
        if (value instanceof Record record) {
            return record(key, record);
        }
        throw new IllegalArgumentException(key + " expects a type that a file can hold, but it is "
                + (value == null ? "null" : value.getClass().getName()) + ".");
    }

    private static Form list(String key, List<?> values) {
        return new Items(values.stream().map(value -> write(key, value)).toList(), "");
    }

    private static Form padding(Padding padding) {
        if (padding instanceof Padding.Sides sides) {
            return sides.before().equals(sides.after())
                    ? write("padding", sides.before())
                    : new Section(
                            List.of(
                                    entry("before", write("before", sides.before())),
                                    entry("after", write("after", sides.after()))),
                            "");
        }
        return textual("same");
    }

    private static Form record(String key, Record record) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        if (isTwo(record.getClass())) {
            Form height = write(key, get(components[0], record));
            Form width = write(key, get(components[1], record));
            return height.equals(width) ? height : new Items(List.of(height, width), "");
        }
        List<Entry> entries = new ArrayList<>();
        if (Arrays.stream(record.getClass().getInterfaces()).anyMatch(Class::isSealed)) {
            entries.add(entry("kind", textual(NodeKinds.name(record.getClass()))));
        }
        components(record, null, Set.of(), entries);
        return new Section(entries, "");
    }
}
