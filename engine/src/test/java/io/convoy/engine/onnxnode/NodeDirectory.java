package io.convoy.engine.onnxnode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convoy.engine.checkpoint.SafetensorsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory of node tests: {@code manifest.json} and the safetensors files it names. It is {@code shared/onnx-node-tests}
 * beside the repository, or the system property {@code convoy.onnxNodeTests}, a path that is relative to where Maven was
 * called.
 *
 * @param path the directory
 * @param named whether it was named by the property, and so has to be there
 */
record NodeDirectory(Path path, boolean named) {
    private static final JsonMapper JSON = new JsonMapper();

    static NodeDirectory find() {
        String property = System.getProperty("convoy.onnxNodeTests", "");
        Path called = Path.of(System.getProperty("convoy.calledFrom", ""));
        return property.isEmpty()
                ? new NodeDirectory(Path.of("..", "..", "shared", "onnx-node-tests"), false)
                : new NodeDirectory(called.resolve(property), true);
    }

    /** Whether there is anything to compare with. */
    boolean isThere() {
        return Files.isRegularFile(path.resolve("manifest.json"));
    }

    /** The lines of the manifest. */
    List<JsonNode> cases() throws IOException {
        List<JsonNode> cases = new ArrayList<>();
        JSON.readTree(path.resolve("manifest.json").toFile()).forEach(cases::add);
        return cases;
    }

    /** A case with its tensors, read into memory. */
    NodeCase read(JsonNode fields) {
        String file = fields.get("converted").textValue();
        try (var in = Files.newInputStream(path.resolve(file))) {
            return new NodeCase(fields, SafetensorsReader.read(file, in));
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
