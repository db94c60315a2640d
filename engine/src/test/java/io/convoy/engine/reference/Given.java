package io.convoy.engine.reference;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What a layer computes from.
 *
 * @param tape where its arithmetic is noted
 * @param inputs what it reads
 * @param shapes of its outputs
 * @param parameters by their names inside the layer
 * @param training whether the network trains, or scores
 * @param running a BatchNorm's running mean and running variance; nothing for others
 * @param statistics is told the mean and biased variance that a BatchNorm found
 * @param draws the node's seed
 */
public record Given(
        Tape tape,
        List<Scalars> inputs,
        List<Shape> shapes,
        Map<String, Scalars> parameters,
        boolean training,
        List<Scalars> running,
        BiConsumer<Scalars, Scalars> statistics,
        Seed draws) {
    /** The only input. */
    Scalars x() {
        return inputs.get(0);
    }

    /** The shape of the first output. */
    Shape shape() {
        return shapes.get(0);
    }

    boolean has(String parameter) {
        return parameters.containsKey(parameter);
    }

    Scalars parameter(String name) {
        Scalars parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("no parameter " + name + " in " + parameters.keySet());
        }
        return parameter;
    }

    /** The node's random numbers from their begin. */
    RandomStream random() {
        return draws.stream();
    }
}
