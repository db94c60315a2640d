package io.convoy.engine.zoo;

import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.layer.Split;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Networks that compare images: one backbone with one set of weights sees each of several images, and a loss looks at how far
 * apart their embeddings are. Siamese with two (Bromley et al., "Signature verification using a siamese time delay neural
 * network", NIPS 1993), triplet with three (Hoffer and Ailon, "Deep metric learning using triplet network", 2015), quadruplet with
 * four (Chen et al., "Beyond triplet loss: a deep quadruplet network for person re-identification", CVPR 2017).
 *
 * <pre>
 * images [k·C, H, W], one behind the other in channels → k outputs [D], in the order that the losses expect
 * </pre>
 *
 * Parameters are called {@code backbone.…} in all of these networks, so that what is trained in a triplet is read by the {@link
 * #embedding()} alone.
 *
 * @param backbone any network of one input [C, H, W] whose first output is a vector [D], the embedding: one of the zoo with D in
 *     place of its classes
 * @param normalized whether embeddings have length 1: y = x / √(Σ_d x[d]² + 10⁻¹²)
 */
public record SharedBranches(Network backbone, boolean normalized) {
    private static final double LEAST = 1e-12;

    /** Checks that the backbone makes a vector of an image. */
    public SharedBranches {
        if (backbone.inputs().size() != 1
                || backbone.inputs().get(0).sample().rank() != 3
                || backbone.outputSample(0).rank() != 1) {
            throw new ShapeException("SharedBranches expects a backbone from [C, H, W] to [D], but it is one from "
                    + backbone.inputs().stream().map(Network.Input::sample).toList() + " to " + backbone.outputSample(0)
                    + ".");
        }
        backbone = backbone.upTo(0);
    }

    /** With embeddings as the backbone gives them. */
    public static SharedBranches of(Network backbone) {
        return new SharedBranches(backbone, false);
    }

    /** The same with embeddings of length 1. */
    public SharedBranches withUnitLength() {
        return new SharedBranches(backbone, true);
    }

    /** One branch: [C, H, W] to [D]. */
    public Network embedding() {
        Network.Builder network = Network.builder();
        Port image = network.input("image", image());
        return network.output(branch(network, "embedding", image)).build();
    }

    /** For {@link io.convoy.engine.loss.Contrastive} and {@link io.convoy.engine.loss.CosineEmbedding}. */
    public Network siamese() {
        return together("left", "right");
    }

    /** For {@link io.convoy.engine.loss.TripletMargin}. */
    public Network triplet() {
        return together("anchor", "positive", "negative");
    }

    /** For {@link io.convoy.engine.loss.Quadruplet}. */
    public Network quadruplet() {
        return together("anchor", "positive", "negative", "other");
    }

    /**
     * The branch that the first output of a network that compares images comes from, alone: what embeds one image. The network may
     * come from anywhere, so long as it begins by cutting its only input into images of {@code image}.
     *
     * @param network of one input [k·C, H, W], read by a {@link Split} of its channels into k parts and by nothing else, whose first
     *     output comes from one of them
     * @param image the shape of one image, [C, H, W]
     * @return from {@code image} to that output; nodes and parameters keep their names
     * @throws ShapeException if the network is none of that kind, with what it has to be
     */
    public static Network branch(Network network, Shape image) {
        Network whole = network.upTo(0);
        if (whole.inputs().size() != 1) {
            throw new ShapeException("A network that compares images expects them in one input, one behind the other in"
                    + " channels, but it has " + whole.inputs().size() + " inputs.");
        }
        Network.Input stacked = whole.inputs().get(0);
        List<Network.Node> readers = reading(whole, new Port(stacked.name(), 0));
        if (readers.size() != 1 || !(readers.get(0).layer() instanceof Split cut) || !cutsImages(cut, stacked, image)) {
            throw new ShapeException("A network that compares images expects a Split of its input " + stacked.sample()
                    + " into images of " + image + " before anything else, but it has "
                    + readers.stream()
                            .map(node -> node.name() + ", " + node.layer())
                            .collect(Collectors.joining(" and "))
                    + ". Maybe take siamese_, triplet_ or quadruplet_ and a classifier's name.");
        }
        Network.Node split = readers.get(0);
        List<Integer> seen = whole.nodes().stream()
                .flatMap(node -> node.inputs().stream())
                .filter(port -> port.node().equals(split.name()))
                .map(Port::output)
                .distinct()
                .sorted()
                .toList();
        if (seen.size() != 1) {
            throw new ShapeException(
                    "A network that compares images expects its first output to be the embedding of one"
                            + " image, but it comes from the images " + seen + ".");
        }
        Network.Builder branch = Network.builder();
        Port input = branch.input(stacked.name(), image);
        for (Network.Node node : whole.nodes()) {
            if (!node.equals(split)) {
                Port[] ports = node.inputs().stream()
                        .map(port -> port.node().equals(split.name()) ? input : port)
                        .toArray(Port[]::new);
                branch.addSharing(node.name(), node.parameters(), node.layer(), ports);
            }
        }
        whole.initializers().forEach(branch::initialize);
        return branch.output(whole.outputs().get(0)).build();
    }

    private static List<Network.Node> reading(Network network, Port port) {
        return network.nodes().stream()
                .filter(node -> node.inputs().contains(port))
                .toList();
    }

    private static boolean cutsImages(Split cut, Network.Input stacked, Shape image) {
        Shape sample = stacked.sample();
        boolean ofChannels = cut.dim() == 1 || cut.dim() == -sample.rank();
        return sample.rank() == 3
                && ofChannels
                && sample.size(1) == image.size(1)
                && sample.size(2) == image.size(2)
                && cut.sizes().stream().allMatch(size -> size == image.size(0));
    }

    private Shape image() {
        return backbone.inputs().get(0).sample();
    }

    private Network together(String... names) {
        int channels = image().size(0);
        Network.Builder network = Network.builder();
        Port images = network.input("images", Shape.of(names.length * channels, image().size(1), image().size(2)));
        Port split = network.add("split", new Split(Collections.nCopies(names.length, channels), 1), images);
        List<Port> embeddings = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            embeddings.add(branch(network, names[i], new Port(split.node(), i)));
        }
        embeddings.forEach(network::output);
        return network.build();
    }

    private Port branch(Network.Builder network, String name, Port image) {
        Port y = network.include(name, "backbone", backbone, image).get(0);
        if (!normalized) {
            return y;
        }
        // A window that sees all values from each: its response normalisation is the division by the length.
        int window = 2 * network.sample(y).size(0) - 1;
        return network.add(name + ".unit", new LocalResponseNorm(window, window, 0.5, LEAST), y);
    }
}
