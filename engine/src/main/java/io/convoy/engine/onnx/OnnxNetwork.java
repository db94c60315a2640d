package io.convoy.engine.onnx;

import io.convoy.engine.network.Network;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A network that was read from an ONNX model, with its weights. */
public final class OnnxNetwork {
    private final Network network;
    private final float[] weights;
    private final float[] statistics;
    private final Map<String, String> metadata;

    OnnxNetwork(Network network, float[] weights, float[] statistics, Map<String, String> metadata) {
        this.network = network;
        this.weights = weights;
        this.statistics = statistics;
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Its inputs are called as in the model. */
    public Network network() {
        return network;
    }

    /** The flat parameter vector of {@link io.convoy.engine.network.Layouts#parameters}; not a copy. */
    public float[] weights() {
        return weights;
    }

    /** The running statistics of {@link io.convoy.engine.network.Layouts#statistics}; not a copy. */
    public float[] statistics() {
        return statistics;
    }

    /** The model's properties. */
    public Map<String, String> metadata() {
        return metadata;
    }
}
