package io.convoy.engine.serve;

import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.tensor.Shape;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What somebody who gets a trained model wants to know of it: what goes in, what comes out, how good it is, where it comes from.
 *
 * @param name what people call the model
 * @param network what the network is called, e.g. {@code lenet5}
 * @param image the shape of one image, [C, H, W]
 * @param classes how many scores an image gets, at least 1
 * @param labels the classes' names in order, each once; none if they have none
 * @param preprocessing how bytes become the network's input; one mean and one standard deviation for each of the C channels
 * @param testAccuracy on the test set; {@link Accuracy#NONE} if it was not evaluated
 * @param step updates done
 * @param epoch complete passes over the training set done
 * @param configurationHash of everything that decided the bits of the training run
 * @param provenance what else may have decided bits, e.g. {@code java}, {@code cpu}, {@code onednn}, in order of keys
 */
public record ModelCard(
        String name,
        String network,
        Shape image,
        int classes,
        List<String> labels,
        Preprocessing preprocessing,
        Accuracy testAccuracy,
        long step,
        long epoch,
        String configurationHash,
        SortedMap<String, String> provenance) {
    public ModelCard {
        labels = List.copyOf(labels);
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
        if (classes < 1) {
            throw new IllegalArgumentException(
                    "ModelCard of " + name + " expects at least 1 class, but it got " + classes + ".");
        }
        if (!labels.isEmpty() && labels.size() != classes) {
            throw new IllegalArgumentException("ModelCard of " + name + " expects " + classes
                    + " labels, one a class, or none, but it got " + labels.size() + ".");
        }
        if (new HashSet<>(labels).size() != labels.size()) {
            throw new IllegalArgumentException(
                    "ModelCard of " + name + " expects each label once, but they are " + labels + ".");
        }
        if (step < 0 || epoch < 0) {
            throw new IllegalArgumentException("ModelCard of " + name + " expects step ≥ 0 and epoch ≥ 0, but it got"
                    + " step " + step + " and epoch " + epoch + ".");
        }
    }
}
