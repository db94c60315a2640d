package io.convoy.engine.onnx;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A network with random weights, random running statistics, and random inputs. */
@SuppressWarnings("ArrayRecordComponent")
record Example(Network network, float[] weights, float[] statistics, int batch, List<float[]> inputs) {
    static Example of(Network network, int batch, Seed seed) {
        ParameterLayout layout = Layouts.parameters(network, 1);
        float[] weights = Layouts.initialWeights(network, layout, seed);
        RandomStream random = seed.child("noise").stream();
        for (ParameterLayout.Entry entry : layout.entries()) {
            // Biases and normalisations leave 0 and 1.
            if (entry.shape().rank() < 2) {
                for (int i = 0; i < entry.length(); i++) {
                    weights[entry.offset() + i] += 0.2f * (random.nextFloat() - 0.5f);
                }
            }
        }
        StatisticsLayout running = Layouts.statistics(network);
        float[] statistics = running.initial();
        for (StatisticsLayout.Entry entry : running.entries()) {
            for (int c = 0; c < entry.channels(); c++) {
                statistics[entry.offset() + c] = random.nextFloat() - 0.5f;
                statistics[entry.varianceOffset() + c] = 0.5f + random.nextFloat();
            }
        }
        List<float[]> inputs = new ArrayList<>();
        for (Network.Input input : network.inputs()) {
            float[] values = new float[Math.toIntExact(input.sample().count() * batch)];
            for (int i = 0; i < values.length; i++) {
                values[i] = 3 * (random.nextFloat() - 0.5f);
            }
            inputs.add(values);
        }
        return new Example(network, weights, statistics, batch, inputs);
    }

    /** One layer on inputs of these shapes, without the batch; all its outputs are the network's. */
    static Network single(Layer layer, Shape... samples) {
        Network.Builder builder = Network.builder();
        Port[] from = new Port[samples.length];
        for (int i = 0; i < samples.length; i++) {
            from[i] = builder.input("x" + i, samples[i]);
        }
        Port y = builder.add("layer", layer, from);
        List<Shape> read =
                Arrays.stream(samples).map(sample -> sample.batched(1)).toList();
        for (int i = 0; i < layer.outputs(read).size(); i++) {
            builder.output(new Port(y.node(), i));
        }
        return builder.build();
    }

    /** The outputs of the network in inference. */
    List<float[]> run() {
        return run(network, weights, statistics);
    }

    /** The outputs of another network on the same inputs. */
    List<float[]> run(Network other, float[] flat, float[] running) {
        try (Weights loaded = new Weights(Layouts.parameters(other, 1), Layouts.statistics(other));
                Program program = Program.compile(other, loaded, Purpose.inference(batch))) {
            loaded.flat().write(0, flat, 0, flat.length);
            loaded.statistics().write(0, running, 0, running.length);
            loaded.refresh();
            for (int i = 0; i < inputs.size(); i++) {
                program.inputs().get(i).span().write(0, inputs.get(i), 0, inputs.get(i).length);
            }
            program.forward();
            return program.outputs().stream()
                    .map(output -> output.span().toArray())
                    .toList();
        }
    }

    byte[] export() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            OnnxExport.of(network, weights, statistics).writeTo(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
