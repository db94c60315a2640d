package io.convoy.engine.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convoy.engine.checkpoint.SafetensorsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A directory of golden cases: {@code manifest.json}, the safetensors files it names, {@code lr_schedules.json}. It is
 * {@code shared/golden} beside the repository, or the system property {@code convoy.golden}, a path that is relative to where
 * Maven was called.
 *
 * @param path the directory
 * @param named whether it was named by the property, and so has to be there
 */
record GoldenDirectory(Path path, boolean named) {
    private static final JsonMapper JSON = new JsonMapper();

    static GoldenDirectory find() {
        String property = System.getProperty("convoy.golden", "");
        Path called = Path.of(System.getProperty("convoy.calledFrom", ""));
        return property.isEmpty()
                ? new GoldenDirectory(Path.of("..", "..", "shared", "golden"), false)
                : new GoldenDirectory(called.resolve(property), true);
    }

    /** Whether there is anything to compare with. */
    boolean isThere() {
        return Files.isRegularFile(path.resolve("manifest.json"));
    }

    List<GoldenCase> cases() throws IOException {
        Map<String, SafetensorsReader> files = new HashMap<>();
        List<GoldenCase> cases = new ArrayList<>();
        for (JsonNode fields : JSON.readTree(path.resolve("manifest.json").toFile())) {
            String file = fields.get("file").textValue();
            SafetensorsReader reader = files.get(file);
            if (reader == null) {
                // Through memory, so that no file stays open behind the tests.
                try (var in = Files.newInputStream(path.resolve(file))) {
                    reader = SafetensorsReader.read(file, in);
                }
                files.put(file, reader);
            }
            cases.add(new GoldenCase(fields, reader));
        }
        return cases;
    }

    /** The learning-rate schedules; none if the directory has none. */
    List<JsonNode> schedules() throws IOException {
        Path file = path.resolve("lr_schedules.json");
        List<JsonNode> schedules = new ArrayList<>();
        if (Files.isRegularFile(file)) {
            JSON.readTree(file.toFile()).forEach(schedules::add);
        }
        return schedules;
    }
}
