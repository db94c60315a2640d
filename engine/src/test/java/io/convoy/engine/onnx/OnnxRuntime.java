package io.convoy.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.convoy.engine.network.Network;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs models in ONNX Runtime. */
final class OnnxRuntime {
    private OnnxRuntime() {}

    /** The outputs of an example's exported network. */
    static List<float[]> run(Example example) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(example.export(), options)) {
                return run(environment, session, example);
            }
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime refuses the exported network: " + e.getMessage(), e);
        }
    }

    private static List<float[]> run(OrtEnvironment environment, OrtSession session, Example example)
            throws OrtException {
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        try {
            for (int i = 0; i < example.inputs().size(); i++) {
                Network.Input input = example.network().inputs().get(i);
                long[] shape = input.sample().batched(example.batch()).toList().stream()
                        .mapToLong(Integer::longValue)
                        .toArray();
                inputs.put(
                        input.name(),
                        OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(example.inputs().get(i)), shape));
            }
            List<float[]> outputs = new ArrayList<>();
            try (OrtSession.Result result = session.run(inputs)) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
                    float[] flat = new float[values.remaining()];
                    values.get(flat);
                    outputs.add(flat);
                }
            }
            return outputs;
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
