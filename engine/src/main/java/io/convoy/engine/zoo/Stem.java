package io.convoy.engine.zoo;

/** How a network begins; each family that gives the choice says what becomes of its first strides. */
public enum Stem {
    /** As in the paper, for photographs: height and width are soon a quarter. */
    LARGE,

    /** With stride 1 in their place, for images like CIFAR's 32×32. */
    SMALL
}
