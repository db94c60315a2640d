package io.convoy.engine.form;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What JSON and YAML have in common: sections of keys, lists, and scalars that have no type until somebody asks for one. Each
 * value knows where it was written, which does not count when two are compared.
 */
public sealed interface Form {
    /** Where it was written, as messages begin: {@code file:line:column}. */
    String place();

    /**
     * Keys and values, in order; a key may still be there twice.
     *
     * @param entries in the order in which they were written
     */
    record Section(List<Entry> entries, String place) implements Form {
        public Section {
            entries = List.copyOf(entries);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Section section && section.entries.equals(entries);
        }

        @Override
        public int hashCode() {
            return entries.hashCode();
        }
    }

    /**
     * A key and its value.
     *
     * @param place where the key was written
     */
    record Entry(String key, Form value, String place) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Entry entry && entry.key.equals(key) && entry.value.equals(value);
        }

        @Override
        public int hashCode() {
            return Objects.hash(key, value);
        }
    }

    /**
     * A list.
     *
     * @param items in order
     */
    record Items(List<Form> items, String place) implements Form {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Items list && list.items.equals(items);
        }

        @Override
        public int hashCode() {
            return items.hashCode();
        }
    }

    /**
     * A text, a number, a truth value, or nothing.
     *
     * @param text as it was written, without quotes
     * @param quoted whether it had quotes and so is a text; words may do without
     */
    record Scalar(String text, boolean quoted, String place) implements Form {
        private static final Pattern LITERAL =
                Pattern.compile("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

        /** Whether it is nothing, {@code null} or an empty place. */
        public boolean isNothing() {
            return !quoted && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }

        /** Whether it is a number, a truth value or nothing as JSON writes them. */
        public boolean isLiteral() {
            return !quoted && LITERAL.matcher(text).matches();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Scalar scalar
                    && scalar.text.equals(text)
                    && scalar.isLiteral() == isLiteral()
                    && scalar.isNothing() == isNothing();
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    /** As JSON, with a line for each node. It reads back to an equal form. */
    default String toJson() {
        StringBuilder json = new StringBuilder();
        Json.write(this, 0, json);
        return json.append('\n').toString();
    }

    /**
     * Reads JSON.
     *
     * @param source what messages call it
     * @throws FormException if it is not one JSON value in UTF-8
     */
    static Form ofJson(String source, byte[] json) {
        try {
            return ofJson(
                    source,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(json))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new FormException(source + " expects JSON in UTF-8, but it has other bytes.", e);
        }
    }

    /**
     * Reads JSON.
     *
     * @param source what messages call it
     * @throws FormException if it is not one JSON value
     */
    static Form ofJson(String source, String json) {
        return Json.parse(source, json);
    }
}
