package io.convoy.engine.serve;

import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.data.image.Images;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.tensor.Shape;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What somebody who gets a trained model wants to know of it: what goes in, what comes out, how good it is, where it comes from.
 *
 * @param name what people call the model
 * @param network what the network is called, e.g. {@code lenet5}
 * @param image the shape of one image, [C, H, W]
 * @param heads what the network tells of an image, at least one thing: its first outputs, in order; names are there once
 * @param fit how a picture of any size is brought to H × W
 * @param decoder {@link Images#DECODER} of the process that decoded the training images; empty if they were not files
 * @param preprocessing how bytes become the network's input; one mean and one standard deviation for each of the C channels
 * @param testAccuracy of the first head on the test set; {@link Accuracy#NONE} if it was not evaluated, or has no classes
 * @param step updates done
 * @param epoch complete passes over the training set done
 * @param configurationHash of everything that decided the bits of the training run
 * @param provenance what else may have decided bits, e.g. {@code java}, {@code cpu}, {@code onednn}, in order of keys
 */
public record ModelCard(
        String name,
        String network,
        Shape image,
        List<Head> heads,
        Fit fit,
        String decoder,
        Preprocessing preprocessing,
        Accuracy testAccuracy,
        long step,
        long epoch,
        String configurationHash,
        SortedMap<String, String> provenance) {
    public ModelCard {
        heads = List.copyOf(heads);
        provenance = Collections.unmodifiableSortedMap(new TreeMap<>(provenance));
        if (name.isBlank() || network.isBlank()) {
            throw new IllegalArgumentException("ModelCard expects a name and a network's name, but it got \"" + name
                    + "\" and \"" + network + "\".");
        }
        if (image.rank() != 3 || image.count() < 1) {
            throw new IllegalArgumentException(
                    "ModelCard of " + name + " expects images of [C, H, W], but they are " + image + ".");
        }
        if (preprocessing.channels() != image.size(0)) {
            throw new IllegalArgumentException("ModelCard of " + name + " expects preprocessing for the "
                    + image.size(0) + " channels of its images, but it is for " + preprocessing.channels() + ".");
        }
        if (heads.isEmpty() || heads.stream().map(Head::name).distinct().count() != heads.size()) {
            throw new IllegalArgumentException("ModelCard of " + name + " expects at least 1 head, each with a name of"
                    + " its own, but they are " + heads.stream().map(Head::name).toList() + ".");
        }
        if (step < 0 || epoch < 0) {
            throw new IllegalArgumentException("ModelCard of " + name + " expects step ≥ 0 and epoch ≥ 0, but it got"
                    + " step " + step + " and epoch " + epoch + ".");
        }
    }

    /** The first of its heads, for most models the only one. */
    public Head head() {
        return heads.get(0);
    }

    /** How many scores an image gets, over all heads. */
    public int width() {
        return heads.stream().mapToInt(Head::size).sum();
    }
}
