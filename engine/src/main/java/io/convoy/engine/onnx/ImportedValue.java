package io.convoy.engine.onnx;

import io.convoy.engine.network.Network.Port;

/** What a name in an ONNX graph stands for. */
sealed interface ImportedValue {
    /** A size that is the batch's, whatever that is, in a tensor of sizes. */
    long BATCH = Long.MIN_VALUE + 1;

    /** Values that are known: an initialiser, or what was computed of such. */
    record Known(OnnxTensor tensor) implements ImportedValue {}

    /** An output of a layer, or an input. */
    record Computed(Port port) implements ImportedValue {}

    /** An output that no layer gives. */
    record Missing(String why) implements ImportedValue {}
}
