package io.convoy.engine.zoo;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Dropout;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Window;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;

/**
 * What the Inception networks are made of: chains of convolutions, each with BatchNorm2d (epsilon 0.001) and ReLU, side by side.
 * A unit's layers are {@code name.conv}, {@code name.bn}, {@code name.relu}.
 */
final class InceptionParts {
    /** A convolution with BatchNorm2d and ReLU. */
    record Unit(int out, Pair kernel, int stride, Pair padding) {
        /** The output is as large as the input. */
        static Unit same(int out, int kernel) {
            return same(out, kernel, kernel);
        }

        /** The output is as large as the input. */
        static Unit same(int out, int height, int width) {
            return new Unit(out, new Pair(height, width), 1, new Pair(height / 2, width / 2));
        }

        /** Without a border. */
        static Unit valid(int out, int kernel) {
            return new Unit(out, Pair.of(kernel), 1, Pair.of(0));
        }

        /** With a stride of 2 and without a border. */
        static Unit halving(int out, int kernel) {
            return new Unit(out, Pair.of(kernel), 2, Pair.of(0));
        }

        Unit withStride(int stride) {
            return new Unit(out, kernel, stride, padding);
        }
    }

    private final Network.Builder network;
    private final int first;

    /** @param first the number of a chain's first unit */
    InceptionParts(Network.Builder network, int first) {
        this.network = network;
        this.first = first;
    }

    /** One unit. */
    Port unit(String name, Port x, Unit unit) {
        Conv2d convolution = Conv2d.of(network.sample(x).size(0), unit.out(), unit.kernel())
                .withStride(unit.stride())
                .withPadding(unit.padding())
                .withoutBias();
        Port y = network.add(name + ".conv", convolution, x);
        y = network.add(name + ".bn", new BatchNorm2d(unit.out(), 0.001, 0.1, true), y);
        return network.add(name + ".relu", new Relu(), y);
    }

    /** One unit after the other, called {@code name} with their numbers. */
    Port chain(String name, Port x, Unit... units) {
        Port y = x;
        for (int i = 0; i < units.length; i++) {
            y = unit(name + (first + i), y, units[i]);
        }
        return y;
    }

    /** Branches one behind the other, in channels. */
    Port concat(String name, Port... branches) {
        return network.add(name + ".concat", Concat.of(branches.length), branches);
    }

    /** The mean of 3 × 3, the border counted as zeros or not at all. */
    Port average(String name, boolean countIncludePad, Port x) {
        Window window = new Window(Pair.of(3), Pair.of(1), Pair.of(1), Pair.of(1), false);
        return network.add(name, new AvgPool2d(window, countIncludePad), x);
    }

    /** The maximum of 3 × 3 with a stride of 2. */
    Port halve(String name, Port x) {
        return network.add(name, MaxPool2d.of(3, 2), x);
    }

    /** Global average pooling, dropout and the scores, called {@code name}. */
    Port classify(String name, double dropout, int classes, Port x) {
        Port y = network.add("avgpool", AdaptiveAvgPool2d.of(1), x);
        y = network.add("flatten", new Flatten(), y);
        y = network.add("dropout", Dropout.of(dropout), y);
        return linear(name, classes, y);
    }

    Port linear(String name, int out, Port x) {
        return network.add(name, Linear.of(network.sample(x).size(0), out), x);
    }
}
