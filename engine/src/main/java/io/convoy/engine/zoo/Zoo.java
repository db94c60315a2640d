package io.convoy.engine.zoo;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The networks that a configuration can name: classifiers, whose names are {@link #names()}, and what is made of them or beside
 * them.
 *
 * <ul>
 *   <li>{@code siamese_}, {@code triplet_} or {@code quadruplet_} in front of a classifier's name, e.g. {@code triplet_resnet20}:
 *       {@link SharedBranches} of it. Images are [k·C, H, W] with k = 2, 3 or 4, and embeddings have as many numbers as classes
 *       are asked for.
 *   <li>{@code unet} and {@code unet_small}: {@link UNet}, as many scores a pixel as classes are asked for.
 * </ul>
 */
public final class Zoo {
    /** Builds a member of a family for images of [C, H, W] and a number of classes. */
    interface Architecture {
        Network build(Shape image, int classes);
    }

    private record Member(Shape image, Architecture architecture) {
        /** Branches of this one, {@code views} of them. */
        Member branching(int views, Function<SharedBranches, Network> together) {
            Shape stacked = Shape.of(views * image.size(0), image.size(1), image.size(2));
            return new Member(stacked, (images, size) -> {
                if (images.rank() != 3 || images.size(0) % views != 0) {
                    throw new IllegalArgumentException("SharedBranches expects images of [" + views + "·C, H, W], "
                            + views + " one behind the other, but they are " + images + ".");
                }
                Shape one = Shape.of(images.size(0) / views, images.size(1), images.size(2));
                return together.apply(SharedBranches.of(architecture.build(one, size)));
            });
        }
    }

    /** Where the families enter their members. */
    static final class Members {
        private final Map<String, Member> byName = new LinkedHashMap<>();

        private Members() {}

        /**
         * Enters a member.
         *
         * @param name torchvision's name where it has the network, else one in that style
         * @param image the [C, H, W] that the paper trains on, or torchvision where it differs
         */
        void add(String name, Shape image, Architecture architecture) {
            if (byName.putIfAbsent(name, new Member(image, architecture)) != null) {
                throw new IllegalStateException("Zoo expects every name once, but \"" + name + "\" comes again.");
            }
        }
    }

    private static final Map<String, Member> MEMBERS = members();
    private static final Map<String, Member> PIXELWISE = pixelwise();

    private Zoo() {}

    private static Map<String, Member> members() {
        Members zoo = new Members();
        // Plain
        Lenet5.enter(zoo);
        AlexNet.enter(zoo);
        ZfNet.enter(zoo);
        Conv4.enter(zoo);
        Vgg.enter(zoo);
        // Skip
        ResNet.enter(zoo);
        CifarResNet.enter(zoo);
        DenseNet.enter(zoo);
        // Parallel
        GoogLeNet.enter(zoo);
        InceptionV2.enter(zoo);
        InceptionV3.enter(zoo);
        InceptionV4.enter(zoo);
        InceptionResNetV2.enter(zoo);
        // Light
        SqueezeNet.enter(zoo);
        MobileNetV1.enter(zoo);
        MobileNetV2.enter(zoo);
        MobileNetV3.enter(zoo);
        ShuffleNetV1.enter(zoo);
        ShuffleNetV2.enter(zoo);
        // Attention
        SeResNet.enter(zoo);
        CbamResNet.enter(zoo);
        SkResNet.enter(zoo);
        SelfAttentionResNet.enter(zoo);
        return zoo.byName;
    }

    private static Map<String, Member> pixelwise() {
        Members zoo = new Members();
        UNet.enter(zoo);
        return zoo.byName;
    }

    /** The names of the classifiers, in order. */
    public static List<String> names() {
        return List.copyOf(MEMBERS.keySet());
    }

    /**
     * The [C, H, W] that the paper of the network called {@code name} trains on, or torchvision where it differs.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Shape image(String name) {
        return member(name).image();
    }

    /**
     * The network called {@code name}.
     *
     * @param image [C, H, W]
     * @param classes outputs, at least 1; numbers of an embedding, scores of a pixel
     * @throws IllegalArgumentException if there is none of that name, or it can't take such images
     */
    public static Network network(String name, Shape image, int classes) {
        return member(name).architecture().build(image, classes);
    }

    private static Member member(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException("Zoo expects one of "
                        + String.join(", ", MEMBERS.keySet()) + ", but it got \"" + name + "\"."));
    }

    private static Optional<Member> find(String name) {
        return Stream.of(
                        Optional.ofNullable(MEMBERS.get(name)),
                        Optional.ofNullable(PIXELWISE.get(name)),
                        branching(name, "siamese_", 2, SharedBranches::siamese),
                        branching(name, "triplet_", 3, SharedBranches::triplet),
                        branching(name, "quadruplet_", 4, SharedBranches::quadruplet))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Member> branching(
            String name, String prefix, int views, Function<SharedBranches, Network> together) {
        return Optional.of(name)
                .filter(whole -> whole.startsWith(prefix))
                .map(whole -> MEMBERS.get(whole.substring(prefix.length())))
                .map(backbone -> backbone.branching(views, together));
    }

    /** Whether there is a network called {@code name}. */
    public static boolean has(String name) {
        return find(name).isPresent();
    }
}
