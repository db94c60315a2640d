package io.convoy.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.convoy.engine.data.TaskTarget;
import io.convoy.engine.network.Suggestion;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.LabelsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The labels that a CSV file gives to images: a header, and a line for each image. Everything that is wrong with it is one message
 * with the file and the line.
 *
 * @param file what messages call it
 * @param config which columns count
 * @param rows by the image's path
 */
record LabelTable(String file, LabelsConfig.Csv config, Map<String, Row> rows) {
    /**
     * A line.
     *
     * @param line its number, the header's being 1
     * @param classes the cells of the columns of classes, in the configuration's order
     * @param numbers those of the columns of numbers
     */
    record Row(int line, List<String> classes, List<Float> numbers) {}

    /**
     * Reads a table.
     *
     * @param in UTF-8
     * @throws InvalidInputException if the header lacks a column, or a line is none
     */
    static LabelTable read(String file, LabelsConfig.Csv config, InputStream in) throws IOException {
        CsvFactory format = CsvFactory.builder()
                .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                .enable(CsvParser.Feature.TRIM_SPACES)
                .build();
        Map<String, Row> rows = new LinkedHashMap<>();
        try (CsvParser parser = format.createParser(in)) {
            Map<String, Integer> columns = new HashMap<>();
            // One array around all of the rows, each of which is an array of cells.
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                List<String> cells = new ArrayList<>();
                int line = 0;
                while (parser.nextToken() == JsonToken.VALUE_STRING) {
                    line = line == 0 ? parser.currentTokenLocation().getLineNr() : line;
                    cells.add(parser.getText());
                }
                if (columns.isEmpty()) {
                    columns.putAll(header(file, config, cells));
                } else {
                    row(file + ":" + line, line, config, columns, cells, rows);
                }
            }
            if (rows.isEmpty()) {
                throw new InvalidInputException(file + " expects a header and a line for each image, but there is "
                        + (columns.isEmpty() ? "nothing" : "no line") + ".");
            }
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    file + ":" + e.getLocation().getLineNr() + " expects cells of CSV, but: " + e.getOriginalMessage(),
                    e);
        }
        return new LabelTable(file, config, rows);
    }

    private static Map<String, Integer> header(String file, LabelsConfig.Csv config, List<String> cells) {
        Map<String, Integer> columns = new LinkedHashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            if (columns.put(cells.get(i), i) != null) {
                throw new InvalidInputException(
                        file + ":1 expects a header with each name once, but " + cells.get(i) + " is there again.");
            }
        }
        List<String> wanted = new ArrayList<>(List.of(config.path()));
        wanted.addAll(config.names());
        for (String name : wanted) {
            if (!columns.containsKey(name)) {
                throw new InvalidInputException(file + ":1 expects a header with the column " + name + ", but it has "
                        + String.join(", ", cells) + "." + Suggestion.sentence(name, columns.keySet()));
            }
        }
        return columns;
    }

    private static void row(
            String place,
            int line,
            LabelsConfig.Csv config,
            Map<String, Integer> columns,
            List<String> cells,
            Map<String, Row> rows) {
        if (cells.size() != columns.size()) {
            throw new InvalidInputException(place + " expects " + columns.size()
                    + " cells, as many as the header has, but it has " + cells.size() + ".");
        }
        List<String> classes = new ArrayList<>();
        for (String name : config.classes()) {
            classes.add(cell(place, name, columns, cells));
        }
        List<Float> numbers = new ArrayList<>();
        for (String name : config.numbers()) {
            numbers.add(number(place, name, cell(place, name, columns, cells)));
        }
        String path = cell(place, config.path(), columns, cells);
        Row before = rows.putIfAbsent(path, new Row(line, classes, numbers));
        if (before != null) {
            throw new InvalidInputException(
                    place + " expects each image once, but line " + before.line() + " has " + path + " already.");
        }
    }

    private static String cell(String place, String name, Map<String, Integer> columns, List<String> cells) {
        String cell = cells.get(columns.getOrDefault(name, 0));
        if (cell.isBlank()) {
            throw new InvalidInputException(place + " expects a value as " + name + ", but it is empty.");
        }
        return cell;
    }

    private static float number(String place, String name, String cell) {
        try {
            float number = Float.parseFloat(cell);
            if (Float.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw notANumber(place, name, cell, e);
        }
        throw notANumber(place, name, cell, null);
    }

    private static InvalidInputException notANumber(String place, String name, String cell, @Nullable Throwable cause) {
        return new InvalidInputException(
                place + " expects a number as " + name + ", but it got " + cell
                        + ". Maybe name it among data.labels.classes.",
                cause);
    }

    /** The tasks of images with these paths: the classes are those that one of them is in. */
    List<TaskTarget> tasks(List<String> paths) {
        List<TaskTarget> tasks = new ArrayList<>();
        for (int t = 0; t < config.classes().size(); t++) {
            TreeSet<String> names = new TreeSet<>();
            for (String path : paths) {
                names.add(row(path).classes().get(t));
            }
            tasks.add(new TaskTarget(config.classes().get(t), List.copyOf(names)));
        }
        config.numbers().forEach(name -> tasks.add(new TaskTarget(name, List.of())));
        return tasks;
    }

    /** The targets of an image for {@code tasks}, which are of the training images. */
    float[] targets(List<TaskTarget> tasks, String path) {
        Row row = row(path);
        float[] targets = new float[tasks.size()];
        for (int t = 0; t < targets.length; t++) {
            TaskTarget task = tasks.get(t);
            if (task.isNumber()) {
                targets[t] = row.numbers().get(t - row.classes().size());
                continue;
            }
            String name = row.classes().get(t);
            int label = task.classNames().indexOf(name);
            if (label < 0) {
                throw new InvalidInputException(file + ":" + row.line() + " expects one of the "
                        + task.outputs() + " classes of the training images as " + task.name() + ", but it got "
                        + name + "." + Suggestion.sentence(name, task.classNames()));
            }
            targets[t] = label;
        }
        return targets;
    }

    private Row row(String path) {
        Row row = rows.get(path);
        if (row == null) {
            throw new InvalidInputException(file + " expects a line for each image, but there is none for " + path
                    + ". Maybe its paths begin at another folder.");
        }
        return row;
    }

    /**
     * Checks that every line is of an image.
     *
     * @param paths of all images, the unreadable ones among them
     * @param only the folders that count; empty for all
     * @param images what messages call them
     */
    void requireImages(Set<String> paths, List<String> only, String images) {
        rows.forEach((path, row) -> {
            boolean counts = only.isEmpty() || only.stream().anyMatch(folder -> path.startsWith(folder + "/"));
            if (counts && !paths.contains(path)) {
                throw new InvalidInputException(file + ":" + row.line() + " expects the path of an image in " + images
                        + ", but there is no " + path + ".");
            }
        });
    }
}
