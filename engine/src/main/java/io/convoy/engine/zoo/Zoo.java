package io.convoy.engine.zoo;

import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The networks that a configuration can name. */
public final class Zoo {
    /** Builds a member of a family for images of [C, H, W] and a number of classes. */
    interface Architecture {
        Network build(Shape image, int classes);
    }

    private record Member(Shape image, Architecture architecture) {}

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

    private Zoo() {}

    private static Map<String, Member> members() {
        Members zoo = new Members();
        // Plain
        Lenet5.enter(zoo);
        AlexNet.enter(zoo);
        ZfNet.enter(zoo);
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

    /** The names, in order. */
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
     * @param classes outputs, at least 1
     * @throws IllegalArgumentException if there is none of that name, or it can't take such images
     */
    public static Network network(String name, Shape image, int classes) {
        return member(name).architecture().build(image, classes);
    }

    private static Member member(String name) {
        Member member = MEMBERS.get(name);
        if (member == null) {
            throw new IllegalArgumentException(
                    "Zoo expects one of " + String.join(", ", MEMBERS.keySet()) + ", but it got \"" + name + "\".");
        }
        return member;
    }
}
