package io.convoy.engine.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of an ONNX model matters here. The numbers of the fields are those of ONNX's {@code onnx.proto}, which never change.
 *
 * @param irVersion the version of the format
 * @param opset the version of ONNX's own operators; 0 if there is none
 * @param metadata the properties
 * @param name the graph's name
 * @param nodes each after what it reads
 * @param initializers tensors with names
 * @param inputs the graph's, which may have initialisers of the same name
 * @param outputs the graph's
 */
record OnnxModel(
        long irVersion,
        long opset,
        Map<String, String> metadata,
        String name,
        List<OnnxNode> nodes,
        List<OnnxTensor> initializers,
        List<OnnxValue> inputs,
        List<OnnxValue> outputs) {
    private static final String PRODUCER = "convoy";

    OnnxModel {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        nodes = List.copyOf(nodes);
        initializers = List.copyOf(initializers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    WireMessage write() {
        WireMessage graph = new WireMessage();
        nodes.forEach(node -> graph.message(1, node.write()));
        graph.text(2, name);
        initializers.forEach(tensor -> graph.message(5, tensor.write()));
        inputs.forEach(value -> graph.message(11, value.write()));
        outputs.forEach(value -> graph.message(12, value.write()));
        WireMessage model = new WireMessage()
                .whole(1, irVersion)
                .text(2, PRODUCER)
                .message(7, graph)
                .message(8, new WireMessage().text(1, "").whole(2, opset));
        metadata.forEach(
                (key, value) -> model.message(14, new WireMessage().text(1, key).text(2, value)));
        return model;
    }

    /**
     * Reads a file.
     *
     * @param source what messages call it
     */
    static OnnxModel read(String source, byte[] file) {
        WireReader message = WireReader.of(source, file);
        long irVersion = 0;
        long opset = 0;
        Map<String, String> metadata = new LinkedHashMap<>();
        List<WireReader> graphs = new ArrayList<>();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> irVersion = message.whole();
                case 7 -> graphs.add(message.message());
                case 8 -> opset = Math.max(opset, opset(message.message()));
                case 14 -> property(message.message(), metadata);
                default -> message.skip();
            }
        }
        if (graphs.size() != 1 || irVersion < 1) {
            throw message.damaged("a message with " + graphs.size() + " graphs and the format's version " + irVersion);
        }
        return graph(graphs.get(0), irVersion, opset, metadata);
    }

    private static OnnxModel graph(WireReader graph, long irVersion, long opset, Map<String, String> metadata) {
        String name = "";
        List<OnnxNode> nodes = new ArrayList<>();
        List<OnnxTensor> initializers = new ArrayList<>();
        List<OnnxValue> inputs = new ArrayList<>();
        List<OnnxValue> outputs = new ArrayList<>();
        while (graph.next()) {
            switch (graph.field()) {
                case 1 -> nodes.add(OnnxNode.read(graph.message()));
                case 2 -> name = graph.text();
                case 5 -> initializers.add(OnnxTensor.read(graph.message()));
                case 11 -> inputs.add(OnnxValue.read(graph.message()));
                case 12 -> outputs.add(OnnxValue.read(graph.message()));
                case 15 ->
                    throw new OnnxException(graph.source() + " expects dense tensors, but it has a sparse one. Maybe"
                            + " save it without sparse initialisers.");
                default -> graph.skip();
            }
        }
        return new OnnxModel(irVersion, opset, metadata, name, nodes, initializers, inputs, outputs);
    }

    /** The version, if it is that of ONNX's own operators. */
    private static long opset(WireReader message) {
        String domain = "";
        long version = 0;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> domain = message.text();
                case 2 -> version = message.whole();
                default -> message.skip();
            }
        }
        return domain.isEmpty() || domain.equals("ai.onnx") ? version : 0;
    }

    private static void property(WireReader message, Map<String, String> metadata) {
        String key = "";
        String value = "";
        while (message.next()) {
            switch (message.field()) {
                case 1 -> key = message.text();
                case 2 -> value = message.text();
                default -> message.skip();
            }
        }
        metadata.put(key, value);
    }
}
