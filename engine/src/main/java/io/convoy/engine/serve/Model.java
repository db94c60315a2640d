package io.convoy.engine.serve;

import io.convoy.engine.checkpoint.CheckpointException;
import io.convoy.engine.checkpoint.SafetensorsReader;
import io.convoy.engine.checkpoint.SafetensorsWriter;
import io.convoy.engine.checkpoint.StateDict;
import io.convoy.engine.checkpoint.StoredFile;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.form.FormException;
import io.convoy.engine.form.NetworkForm;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.program.Weights;
import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A trained network: the artefact that training ends with and that every way of scoring starts from. As files it is a folder with
 *
 * <ul>
 *   <li>{@value #CARD}: the {@link ModelCard}, and length and checksum of the other two;
 *   <li>{@value #NETWORK}: the network as a {@link NetworkForm}, which a configuration can name, too;
 *   <li>{@value #WEIGHTS}: the parameters and the BatchNorm buffers ({@code bn1.running_mean}, {@code bn1.running_var}, {@code
 *       bn1.num_batches_tracked}) under PyTorch's names, so that it is a state dict.
 * </ul>
 */
public final class Model {
    public static final String CARD = "model.json";
    public static final String NETWORK = "network.json";
    public static final String WEIGHTS = "weights.safetensors";

    private final ModelCard card;
    private final Network network;
    private final ParameterLayout parameters;
    private final StatisticsLayout statisticsLayout;
    private final float[] weights;
    private final float[] statistics;
    private final Optional<String> version;

    /**
     * A model of vectors as training has them; they are not copied.
     *
     * @param network one input, the card's image; its first outputs are the card's heads, others are for training alone
     * @param weights the flat parameter vector of {@link ParameterLayout}, for any number of shards
     * @param statistics the running statistics of {@link StatisticsLayout}
     * @throws IllegalArgumentException if card, network and vectors don't fit together
     */
    public Model(ModelCard card, Network network, float[] weights, float[] statistics) {
        this(card, network, weights, statistics, Optional.empty());
    }

    private Model(ModelCard card, Network network, float[] weights, float[] statistics, Optional<String> version) {
        this.card = card;
        this.network = network;
        this.parameters = Layouts.parameters(network, 1);
        this.statisticsLayout = Layouts.statistics(network);
        this.weights = weights;
        this.statistics = statistics;
        this.version = version;
        boolean fits = network.inputs().size() == 1
                && network.inputs().get(0).sample().equals(card.image())
                && network.outputs().size() >= card.heads().size();
        for (int i = 0; fits && i < card.heads().size(); i++) {
            fits = network.outputSample(i).count() == card.heads().get(i).size();
        }
        if (!fits) {
            throw new IllegalArgumentException("Model " + card.name() + " expects a network from " + card.image()
                    + " to "
                    + String.join(
                            " and ",
                            card.heads().stream()
                                    .map(head -> Shape.of(head.size()).toString())
                                    .toList())
                    + ", but " + card.network() + " is one from " + samples(network) + ".");
        }
        requireLength("weights", parameters.length(), weights.length);
        requireLength("statistics", statisticsLayout.length(), statistics.length);
    }

    /**
     * A model of a part of a trained network, such as one branch of several that share their parameters: its parameters and
     * statistics are those of the whole that have their names.
     *
     * @param part a network whose parameters and running statistics are all among those of {@code whole}
     * @param weights the flat parameter vector of {@code whole}
     * @param statistics the running statistics of {@code whole}
     */
    public static Model ofPart(ModelCard card, Network part, Network whole, float[] weights, float[] statistics) {
        ParameterLayout from = Layouts.parameters(whole, 1);
        ParameterLayout to = Layouts.parameters(part, 1);
        float[] own = new float[to.length()];
        for (ParameterLayout.Entry entry : to.entries()) {
            System.arraycopy(weights, from.entry(entry.name()).offset(), own, entry.offset(), entry.length());
        }
        Map<String, StatisticsLayout.Entry> known = Layouts.statistics(whole).entries().stream()
                .collect(Collectors.toMap(StatisticsLayout.Entry::name, Function.identity()));
        StatisticsLayout wanted = Layouts.statistics(part);
        float[] ownStatistics = new float[wanted.length()];
        for (StatisticsLayout.Entry entry : wanted.entries()) {
            StatisticsLayout.Entry found = Objects.requireNonNull(known.get(entry.name()), entry::name);
            System.arraycopy(statistics, found.offset(), ownStatistics, entry.offset(), 2 * entry.channels());
        }
        return new Model(card, part, own, ownStatistics);
    }

    private static String samples(Network network) {
        List<String> inputs = network.inputs().stream()
                .map(input -> input.sample().toString())
                .toList();
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < network.outputs().size(); i++) {
            outputs.add(network.outputSample(i).toString());
        }
        return String.join(" and ", inputs) + " to " + String.join(" and ", outputs);
    }

    private void requireLength(String what, int expected, int actual) {
        if (actual != expected) {
            throw new IllegalArgumentException("Model " + card.name() + " expects " + expected + " floats as " + what
                    + ", but it got " + actual + ". Maybe they come from another network.");
        }
    }

    public ModelCard card() {
        return card;
    }

    public Network network() {
        return network;
    }

    /**
     * What tells this model from others, 16 hexadecimal digits: the beginning of the SHA-256 of its {@value #CARD}, which holds the
     * checksums of all else. None if it was not read from files.
     */
    public Optional<String> version() {
        return version;
    }

    /** The {@link #version()} of the model in {@code folder}, of which nothing else is looked at. */
    public static String version(ModelFolder folder) throws IOException {
        try (InputStream in = folder.open(CARD)) {
            return version(in.readAllBytes());
        }
    }

    /**
     * What the model in {@code folder} says of itself; nothing else of it is looked at.
     *
     * @throws CheckpointException if it is no card
     */
    public static ModelCard card(ModelFolder folder) throws IOException {
        String source = folder.name() + "/" + CARD;
        try (InputStream in = folder.open(CARD)) {
            return ModelFile.parse(source, in.readAllBytes()).card(source);
        }
    }

    private static String version(byte[] card) throws IOException {
        try (StoredFile.Output hashed = counted(OutputStream.nullOutputStream())) {
            hashed.write(card);
            return hashed.file(CARD).sha256().substring(0, 16);
        }
    }

    /** The flat parameter vector; not a copy. */
    public float[] weights() {
        return weights;
    }

    /** The running statistics; not a copy. */
    public float[] statistics() {
        return statistics;
    }

    /** A copy of the weights in native memory, for programs. */
    Weights load() {
        Weights loaded = new Weights(parameters, statisticsLayout);
        loaded.flat().write(0, weights, 0, weights.length);
        loaded.statistics().write(0, statistics, 0, statistics.length);
        loaded.refresh();
        return loaded;
    }

    /** Writes the network and the weights, and then the card, which completes the model. */
    public void writeTo(ModelFolder folder) throws IOException {
        byte[] graph = NetworkForm.write(network).toJson().getBytes(StandardCharsets.UTF_8);
        SafetensorsWriter writer =
                new StateDict(card.network(), parameters, statisticsLayout).writer(weights, statistics, card.step());
        StoredFile storedGraph = store(folder, NETWORK, out -> out.write(graph));
        StoredFile storedWeights = store(folder, WEIGHTS, writer::writeTo);
        byte[] json = ModelFile.of(card, storedGraph, storedWeights).toJson();
        folder.write(CARD, out -> out.write(json));
    }

    private static StoredFile store(ModelFolder folder, String name, ModelFolder.Contents contents) throws IOException {
        List<StoredFile> stored = new ArrayList<>();
        folder.write(name, out -> {
            // The folder closes what it gave; closing a digest that only counts would close it, too.
            StoredFile.Output counted = counted(out);
            contents.writeTo(counted);
            stored.add(counted.file(name));
        });
        return stored.get(stored.size() - 1);
    }

    @SuppressWarnings("resource")
    private static StoredFile.Output counted(OutputStream out) {
        return new StoredFile.Output(out);
    }

    private static Network network(ModelFolder folder, StoredFile stored) throws IOException {
        byte[] json;
        try (InputStream in = folder.open(stored.name())) {
            json = in.readAllBytes();
        }
        stored.verify(new ByteArrayInputStream(json));
        try {
            return NetworkForm.parse(folder.name() + "/" + stored.name(), json);
        } catch (FormException e) {
            throw new CheckpointException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Reads a model.
     *
     * @throws CheckpointException if it is not whole, or its parts don't fit together; tensors that are missing, not expected or
     *     of another shape are listed
     */
    public static Model read(ModelFolder folder) throws IOException {
        String source = folder.name() + "/" + CARD;
        byte[] json;
        try (InputStream in = folder.open(CARD)) {
            json = in.readAllBytes();
        }
        ModelFile file = ModelFile.parse(source, json);
        ModelCard card = file.card(source);
        StoredFile stored = file.weightsFile(source);
        try (InputStream in = folder.open(stored.name())) {
            stored.verify(in);
        }
        Network network = network(folder, file.graphFile(source));
        ParameterLayout parameters = Layouts.parameters(network, 1);
        StatisticsLayout statisticsLayout = Layouts.statistics(network);
        float[] weights = new float[parameters.length()];
        float[] statistics = statisticsLayout.initial();
        String weightsSource = folder.name() + "/" + stored.name();
        try (InputStream in = folder.open(stored.name());
                SafetensorsReader reader = SafetensorsReader.read(weightsSource, in)) {
            StateDict.Loaded unused =
                    new StateDict(card.network(), parameters, statisticsLayout).load(reader, weights, statistics);
        }
        try {
            return new Model(card, network, weights, statistics, Optional.of(version(json)));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(source + " is not a model that can be used. " + e.getMessage(), e);
        }
    }
}
