package io.convoy.engine.network;

import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.layer.RunningStatistics;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A network's parameters and statistics as flat vectors. */
public final class Layouts {
    /** Floats after which a bucket is closed: 1 Mi floats, 4 MiB, a millisecond or so on a 10 Gbit/s wire. */
    public static final int BUCKET_FLOATS = 1 << 20;

    private Layouts() {}

    /** The layout of the parameters over {@code shards} virtual shards. */
    public static ParameterLayout parameters(Network network, int shards) {
        Set<String> normalizing = network.nodes().stream()
                .filter(node -> node.layer().normalizes())
                .flatMap(node ->
                        node.layer().parameters().stream().map(parameter -> node.parameters() + "." + parameter.name()))
                .collect(Collectors.toSet());
        return new ParameterLayout(
                network.parameters().stream()
                        .map(parameter -> new ParameterLayout.Parameter(
                                parameter.name(), parameter.shape(), normalizing.contains(parameter.name())))
                        .toList(),
                BUCKET_FLOATS,
                shards);
    }

    /** The layout of the running statistics. */
    public static StatisticsLayout statistics(Network network) {
        Map<Network.Port, Shape> shapes = network.shapes(1);
        Map<String, Long> elements = new HashMap<>();
        Map<String, RunningStatistics> layers = new LinkedHashMap<>();
        for (Network.Node node : network.nodes()) {
            RunningStatistics running = node.layer().runningStatistics();
            if (running != null) {
                Shape input = shapes.get(node.inputs().get(0));
                long count = input == null ? 0 : input.count() / running.channels();
                elements.merge(node.parameters(), count, Long::sum);
                layers.putIfAbsent(node.parameters(), running);
            }
        }
        List<StatisticsLayout.Statistics> statistics = new ArrayList<>();
        layers.forEach((name, running) -> statistics.add(new StatisticsLayout.Statistics(
                name, running.channels(), elements.getOrDefault(name, 1L), running.momentum(), running.over())));
        return new StatisticsLayout(statistics);
    }

    /** The first values of all parameters, laid out: a pure function of the seed. */
    public static float[] initialWeights(Network network, ParameterLayout layout, Seed seed) {
        float[] flat = new float[layout.length()];
        for (Network.Parameter parameter : network.parameters()) {
            float[] values = Network.initialValues(parameter, seed);
            System.arraycopy(values, 0, flat, layout.entry(parameter.name()).offset(), values.length);
        }
        return flat;
    }
}
