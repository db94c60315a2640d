package io.convoy.engine.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network with its weights as an ONNX model, in inference: BatchNorm by its running statistics, no dropout, a batch of any size
 * N in front. Values are named as the network's nodes, initialisers as its parameters. The version of ONNX's operators is the
 * lowest that has all of them, at least 18.
 *
 * <p>Layers that ONNX can't express are refused with an {@link OnnxException} that names the node.
 */
public final class OnnxExport {
    /** What one message of Protocol Buffers can hold. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private static final JsonMapper JSON = new JsonMapper();

    private final Network network;
    private final Network owner;
    private final float[] weights;
    private final float[] statistics;
    private final String name;
    private final Map<String, String> metadata;

    private OnnxExport(
            Network network,
            Network owner,
            float[] weights,
            float[] statistics,
            String name,
            Map<String, String> metadata) {
        this.network = network;
        this.owner = owner;
        this.weights = weights;
        this.statistics = statistics;
        this.name = name;
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Of a network.
     *
     * @param weights the flat parameter vector of {@link Layouts#parameters}, not copied
     * @param statistics the running statistics of {@link Layouts#statistics}, not copied
     */
    public static OnnxExport of(Network network, float[] weights, float[] statistics) {
        int parameters = Layouts.parameters(network, 1).length();
        int running = Layouts.statistics(network).length();
        if (weights.length != parameters || statistics.length != running) {
            throw new IllegalArgumentException("OnnxExport expects " + parameters + " floats of weights and " + running
                    + " of statistics, but it got " + weights.length + " and " + statistics.length
                    + ". Maybe they come from another network.");
        }
        return new OnnxExport(network, network, weights, statistics, "convoy", Map.of());
    }

    /**
     * Of a trained model, as it scores: without what only further outputs need. It has these properties: {@code name}, {@code network}, {@code labels} and {@code classes} of its card's first head,
     * and {@code mean} and {@code standardDeviation} of its preprocessing, x = (pixel / 255 − mean) / standardDeviation; lists in
     * JSON.
     */
    public static OnnxExport of(Model model) {
        ModelCard card = model.card();
        Network scoring = model.network().firstOutputs(card.heads().size());
        OnnxExport export = new OnnxExport(
                        scoring, model.network(), model.weights(), model.statistics(), card.name(), Map.of())
                .with("name", card.name())
                .with("network", card.network())
                .with("classes", Integer.toString(card.head().size()))
                .with("mean", json(card.preprocessing().mean()))
                .with("standardDeviation", json(card.preprocessing().standardDeviation()));
        return card.head().labels().isEmpty()
                ? export
                : export.with("labels", json(card.head().labels()));
    }

    private static String json(List<?> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("A property expects text that UTF-8 can hold", e);
        }
    }

    /** The same with a name for the graph. */
    public OnnxExport named(String name) {
        return new OnnxExport(network, owner, weights, statistics, name, metadata);
    }

    /** The same with one more property. */
    public OnnxExport with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(key, value);
        return new OnnxExport(network, owner, weights, statistics, name, more);
    }

    /**
     * Writes the model; equal networks give equal bytes.
     *
     * @throws OnnxException if ONNX can't express a layer, or the model is larger than a file of it can be
     */
    public void writeTo(OutputStream out) throws IOException {
        WireMessage model = message();
        requireSize(name, model.size());
        model.writeTo(out);
    }

    WireMessage message() {
        return ExportGraph.of(network, owner, weights, statistics, name, metadata)
                .write();
    }

    static void requireSize(String name, long bytes) {
        if (bytes > MOST_BYTES) {
            throw new OnnxException("OnnxExport expects a model of at most " + MOST_BYTES + " bytes, which is what one"
                    + " ONNX file can hold, but " + name + " has " + bytes
                    + ". Maybe exchange its weights as safetensors instead.");
        }
    }
}
