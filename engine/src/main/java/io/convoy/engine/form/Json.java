package io.convoy.engine.form;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.convoy.engine.form.Form.Entry;
import io.convoy.engine.form.Form.Items;
import io.convoy.engine.form.Form.Scalar;
import io.convoy.engine.form.Form.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** JSON to forms and back. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Sections and lists of sections above this depth have a line for each value. */
    private static final int SPREAD = 2;

    private Json() {}

    static Form parse(String source, String json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            Form form = read(source, parser);
            if (parser.nextToken() != null) {
                throw new FormException(
                        place(source, parser) + ": JSON expects one value and nothing behind it, but there is more.");
            }
            return form;
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null ? source : place(source, e.getLocation());
            String why = e.getOriginalMessage().lines().findFirst().orElse("it is malformed");
            throw new FormException(
                    where + ": JSON expects something else here: " + why + (why.endsWith(".") ? "" : "."), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading JSON from memory", e);
        }
    }

    private static String place(String source, JsonParser parser) {
        return place(source, parser.currentTokenLocation());
    }

    private static String place(String source, JsonLocation at) {
        return source + ":" + at.getLineNr() + ":" + at.getColumnNr();
    }

    private static Form read(String source, JsonParser parser) throws IOException {
        String place = place(source, parser);
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new FormException(source + " expects JSON, but it is empty.");
        }
        switch (token) {
            case START_OBJECT -> {
                List<Entry> entries = new ArrayList<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String key = parser.currentName();
                    String keyPlace = place(source, parser);
                    parser.nextToken();
                    entries.add(new Entry(key, read(source, parser), keyPlace));
                }
                return new Section(entries, place);
            }
            case START_ARRAY -> {
                List<Form> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(source, parser));
                }
                return new Items(items, place);
            }
            default -> {
                return new Scalar(parser.getText(), token == JsonToken.VALUE_STRING, place);
            }
        }
    }

    static void write(Form form, int depth, StringBuilder json) {
        if (form instanceof Section section) {
            boolean spread = depth == 0 && !section.entries().isEmpty();
            json.append('{');
            String separator = spread ? "\n" : " ";
            for (Entry entry : section.entries()) {
                json.append(separator).append(spread ? indent(depth + 1) : "");
                quote(entry.key(), json);
                write(entry.value(), depth + 1, json.append(": "));
                separator = spread ? ",\n" : ", ";
            }
            json.append(spread ? "\n" + indent(depth) : section.entries().isEmpty() ? "" : " ")
                    .append('}');
        } else if (form instanceof Items list) {
            boolean spread = depth < SPREAD && list.items().stream().anyMatch(Section.class::isInstance);
            json.append('[');
            String separator = spread ? "\n" : "";
            for (Form item : list.items()) {
                write(item, depth + 1, json.append(separator).append(spread ? indent(depth + 1) : ""));
                separator = spread ? ",\n" : ", ";
            }
            json.append(spread ? "\n" + indent(depth) : "").append(']');
        } else if (form instanceof Scalar scalar) {
            if (scalar.isLiteral()) {
                json.append(scalar.text());
            } else if (scalar.isNothing()) {
                json.append("null");
            } else {
                quote(scalar.text(), json);
            }
        }
    }

    private static String indent(int depth) {
        return "  ".repeat(depth);
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"')
                .append(JsonStringEncoder.getInstance().quoteAsString(text))
                .append('"');
    }
}
