package io.convoy.engine.analysis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A summary for programs: {@code {"total":{"parameters":…,"macs":…,"receptiveField":…,…},"layers":[…]}}. Counts are for one
 * sample, memory is in bytes, lengths are in pixels.
 */
public final class SummaryJson {
    private static final JsonMapper JSON = new JsonMapper();

    private SummaryJson() {}

    /** On one line. */
    public static String of(Summary summary, SummaryMemory memory) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode total = root.putObject("total");
        total.put("parameters", summary.parameters());
        total.put("macs", summary.macs());
        total.put("receptiveField", summary.receptiveField());
        total.put("flops", summary.flops());
        total.put("batch", memory.batch());
        total.put("microBatch", memory.microBatch());
        total.put("trainingActivationBytes", memory.trainingActivations());
        total.put("inferenceActivationBytes", memory.inferenceActivations());
        total.put("trainingBytesPerCore", memory.training().perCore());
        ArrayNode layers = root.putArray("layers");
        for (LayerSummary layer : summary.layers()) {
            ObjectNode one = layers.addObject();
            one.put("name", layer.name());
            one.put("layer", layer.layer().toString());
            ArrayNode output = one.putArray("output");
            layer.outputs().get(0).toList().forEach(output::add);
            one.put("parameters", layer.parameters());
            one.put("macs", layer.macs());
            one.put("flops", layer.flops());
            one.put("outputBytes", layer.outputBytes());
            ReceptiveField field = layer.receptiveField();
            if (field == null) {
                one.putNull("receptiveField");
            } else {
                ObjectNode seen = one.putObject("receptiveField");
                seen.putArray("size")
                        .add(field.height().size())
                        .add(field.width().size());
                seen.putArray("stride")
                        .add(field.height().stride())
                        .add(field.width().stride());
                seen.putArray("offset")
                        .add(field.height().offset())
                        .add(field.width().offset());
                seen.putArray("whole")
                        .add(field.height().whole())
                        .add(field.width().whole());
            }
        }
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("SummaryJson expects to write what it has built.", e);
        }
    }
}
