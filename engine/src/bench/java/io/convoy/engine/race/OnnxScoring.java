package io.convoy.engine.race;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.network.Network;
import io.convoy.engine.onnx.OnnxExport;
import io.convoy.engine.train.TrainingPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** ONNX Runtime's scoring of the exported network: all cores on one batch, or a single-threaded session a core. */
final class OnnxScoring implements Contestant {
    private final Race race;
    private final List<OrtSession> sessions = new ArrayList<>();
    private final Map<String, OnnxTensor> inputs;
    private final Crowd crowd;

    OnnxScoring(Race race, boolean together, int cores) throws OrtException, IOException {
        this.race = race;
        TrainingPlan plan = race.plan(race.batch());
        Network network = plan.network();
        ModelState state = plan.initialState();
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        OnnxExport.of(network, state.weights(), state.statistics()).writeTo(model);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        int count = together ? 1 : cores;
        for (int i = 0; i < count; i++) {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(cores / count);
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
                sessions.add(environment.createSession(model.toByteArray(), options));
            }
        }
        float[] images =
                Race.images(race.data(), IntStream.range(0, race.batch()).boxed().toList());
        FloatBuffer direct = ByteBuffer.allocateDirect(images.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        direct.put(images).rewind();
        long[] shape = race.image().batched(race.batch()).toList().stream()
                .mapToLong(Integer::longValue)
                .toArray();
        this.inputs = Map.of(
                network.inputs().get(0).name(), OnnxTensor.createTensor(environment, direct, shape));
        this.crowd = new Crowd(count);
    }

    @Override
    public long run(long nanos) {
        return crowd.batches(nanos, race.batch(), number -> {
            try (OrtSession.Result result = sessions.get(number).run(inputs)) {
                if (result.size() < 1) {
                    throw new IllegalStateException("ONNX Runtime gave no scores.");
                }
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime does not score: " + e.getMessage(), e);
            }
        });
    }

    @Override
    public double[] check(int steps, int microBatch) {
        try (OrtSession.Result result = sessions.get(0).run(inputs)) {
            FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
            return IntStream.range(0, values.remaining())
                    .mapToDouble(values::get)
                    .toArray();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime does not score: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        crowd.close();
        inputs.values().forEach(OnnxTensor::close);
        for (OrtSession session : sessions) {
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime does not close: " + e.getMessage(), e);
            }
        }
    }
}
