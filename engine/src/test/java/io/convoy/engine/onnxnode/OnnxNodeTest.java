package io.convoy.engine.onnxnode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every node test of ONNX's backend suite as a test of its own. Cases that we have nothing for are skipped, and listed by
 * reason and name at the end.
 */
class OnnxNodeTest {
    private static final NodeDirectory DIRECTORY = NodeDirectory.find();

    /** Types all of whose values, or those of all cases, are float32's, too. */
    private static final List<String> TYPES = List.of("float32", "int64", "bool", "uint8");

    /** Skipped cases under the reason. */
    private static final Map<String, List<String>> SKIPPED = new TreeMap<>();

    @AfterAll
    static void listWhatWasSkipped() {
        SKIPPED.forEach((reason, cases) ->
                System.out.println("ONNX node tests skipped, since " + reason + ": " + String.join(", ", cases)));
    }

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        return DIRECTORY.isThere()
                ? DIRECTORY.cases().stream()
                        .map(fields -> dynamicTest(fields.get("test").textValue(), () -> test(fields)))
                : absent();
    }

    /** Nothing there is a skipped test; but a directory that somebody asked for has to be there. */
    private static Stream<DynamicTest> absent() {
        String message = "ONNX node tests expect a directory with a manifest.json, but there is none at "
                + DIRECTORY.path().toAbsolutePath().normalize()
                + ". Maybe -Dconvoy.onnxNodeTests=DIR helps, a path relative to where Maven is called.";
        return Stream.of(dynamicTest("absent", () -> {
            assertThat(DIRECTORY.named()).as(message).isFalse();
            Assumptions.abort(message);
        }));
    }

    private static void test(JsonNode fields) {
        NodeCase given = DIRECTORY.read(fields);
        try {
            for (NodeCase.Node node : given.nodes()) {
                Operator unused = Operators.named(node.operator());
            }
            for (String type : given.types()) {
                if (!TYPES.contains(type)) {
                    throw new Skipped("our tensors are float32, not " + type);
                }
            }
            Graph.run(given);
        } catch (Skipped e) {
            SKIPPED.computeIfAbsent(String.valueOf(e.getMessage()), reason -> new ArrayList<>())
                    .add(given.name());
            Assumptions.abort(given.name() + " is skipped, since " + e.getMessage() + ".");
        } catch (RuntimeException e) {
            throw new AssertionError(given.name() + " failed: " + e.getMessage(), e);
        }
    }
}
