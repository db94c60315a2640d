package io.convoy.engine.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node of an ONNX graph.
 *
 * @param name its name, which may be empty
 * @param domain where its operator is defined; empty for ONNX's own
 * @param operator what it does, e.g. {@code Conv}
 * @param inputs names of values; an optional one that isn't there is empty
 * @param outputs likewise
 */
record OnnxNode(
        String name,
        String domain,
        String operator,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes) {
    OnnxNode {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        // In order of their names, so that equal networks give equal bytes.
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    WireMessage write() {
        WireMessage message = new WireMessage();
        inputs.forEach(input -> message.text(1, input));
        outputs.forEach(output -> message.text(2, output));
        message.text(3, name).text(4, operator);
        attributes.forEach((key, attribute) -> message.message(5, attribute.write(key)));
        return domain.isEmpty() ? message : message.text(7, domain);
    }

    static OnnxNode read(WireReader message) {
        String name = "";
        String domain = "";
        String operator = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> inputs.add(message.text());
                case 2 -> outputs.add(message.text());
                case 3 -> name = message.text();
                case 4 -> operator = message.text();
                case 5 -> {
                    Map.Entry<String, Attribute> attribute = Attribute.read(message.message());
                    attributes.put(attribute.getKey(), attribute.getValue());
                }
                case 7 -> domain = message.text();
                default -> message.skip();
            }
        }
        return new OnnxNode(name, domain.equals("ai.onnx") ? "" : domain, operator, inputs, outputs, attributes);
    }

    /** The operator with its domain, if that isn't ONNX's. */
    String qualified() {
        return domain.isEmpty() ? operator : domain + "." + operator;
    }

    /** The name, or that of what it gives. */
    String label() {
        return !name.isEmpty() ? name : outputs.isEmpty() ? operator : outputs.get(0);
    }
}
