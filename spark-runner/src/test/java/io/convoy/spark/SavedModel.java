package io.convoy.spark;

import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.data.image.Images;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A small model of random weights in a folder, whose network has a node {@code embedding} of 12 values. */
public final class SavedModel {
    /** Of its images. */
    public static final Shape IMAGE = Shape.of(3, 20, 16);

    public static final List<String> LABELS = List.of("ant", "bee", "cat", "dog", "eel");

    private SavedModel() {}

    /** With one head of five classes. */
    public static Model classifier(Path folder, long seed) throws IOException {
        return save(folder, seed, List.of(Head.classes(LABELS.size(), LABELS)), Images.DECODER);
    }

    /** With any heads, and whatever is said to have decoded its training images. */
    public static Model save(Path folder, long seed, List<Head> heads, String decoder) throws IOException {
        Network.Builder builder = Network.builder();
        Port x = builder.input("image", IMAGE);
        x = builder.add("conv", Conv2d.of(3, 6, 3), x);
        x = builder.add("bn", BatchNorm2d.of(6), x);
        x = builder.add("relu", new Relu(), x);
        x = builder.add("pool", MaxPool2d.of(2, 2), x);
        x = builder.add("flatten", new Flatten(), x);
        x = builder.add("embedding", Linear.of(6 * 9 * 7, 12), x);
        x = builder.add("relu2", new Relu(), x);
        List<Port> outputs = new ArrayList<>();
        for (Head head : heads) {
            outputs.add(builder.add(head.name(), Linear.of(12, head.size()), x));
        }
        outputs.forEach(builder::output);
        Network network = builder.build();
        ModelCard card = new ModelCard(
                "tiny",
                "tinynet",
                IMAGE,
                heads,
                new Fit(Fit.Kind.CROP, 0.9),
                decoder,
                new Preprocessing(List.of(0.4f, 0.5f, 0.6f), List.of(0.2f, 0.25f, 0.3f)),
                Accuracy.NONE,
                seed,
                0,
                "c0ffee",
                new TreeMap<>());
        Model model = new Model(
                card,
                network,
                Layouts.initialWeights(network, Layouts.parameters(network, 1), new Seed(seed)),
                Layouts.statistics(network).initial());
        model.writeTo(ModelFolder.local(folder));
        return model;
    }
}
