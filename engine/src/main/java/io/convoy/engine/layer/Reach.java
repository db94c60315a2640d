package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.function.UnaryOperator;

/**
 * Which places of an input the places of a layer's outputs look at. Places are those of the last two dimensions of tensors with
 * four or more, [N, …, H, W]; whatever has fewer has no places, and is made of the whole.
 *
 * @param height along H
 * @param width along W
 */
public record Reach(AxisReach height, AxisReach width) {
    /** Whoever sees nothing along one axis sees nothing. */
    public Reach {
        if (height.isNothing() || width.isNothing()) {
            height = AxisReach.NOTHING;
            width = AxisReach.NOTHING;
        }
    }

    /** Each place looks at its own. */
    public static final Reach SAME = new Reach(AxisReach.SAME, AxisReach.SAME);

    /** Each place looks at all of them. */
    public static final Reach WHOLE = new Reach(AxisReach.WHOLE, AxisReach.WHOLE);

    /** No place looks at any. */
    public static final Reach NOTHING = new Reach(AxisReach.NOTHING, AxisReach.NOTHING);

    /** Dimensions in front of the places: batch and channels, at least. */
    private static final int IN_FRONT = 2;

    /** A window that slides over the input. */
    public static Reach window(Pair kernel, Pair stride, Pair padding, Pair dilation) {
        return new Reach(
                AxisReach.window(kernel.height(), stride.height(), padding.height(), dilation.height()),
                AxisReach.window(kernel.width(), stride.width(), padding.width(), dilation.width()));
    }

    /** A window that is laid over the output. */
    public static Reach transposed(Pair kernel, Pair stride, Pair padding, Pair dilation) {
        return new Reach(
                AxisReach.transposed(kernel.height(), stride.height(), padding.height(), dilation.height()),
                AxisReach.transposed(kernel.width(), stride.width(), padding.width(), dilation.width()));
    }

    /**
     * The reach of a layer that works place by place: where a length stays, each place looks at its own; where it was 1, all look
     * at that one; else at the whole.
     */
    public static Reach pointwise(Shape input, Shape output) {
        if (!hasPlaces(input) || !hasPlaces(output)) {
            return WHOLE;
        }
        return new Reach(pointwise(input, output, 2), pointwise(input, output, 1));
    }

    private static AxisReach pointwise(Shape input, Shape output, int fromEnd) {
        int before = input.size(input.rank() - fromEnd);
        int after = output.size(output.rank() - fromEnd);
        return before == after ? AxisReach.SAME : before == 1 ? AxisReach.window(1, 0, 0, 1) : AxisReach.WHOLE;
    }

    /** Whether a tensor of this shape has places. */
    public static boolean hasPlaces(Shape shape) {
        return shape.rank() >= IN_FRONT + 2;
    }

    /** The same with what {@code change} makes of the reach along dimension {@code axis} of {@code input}; itself if that has no places. */
    Reach along(Shape input, int axis, UnaryOperator<AxisReach> change) {
        if (!hasPlaces(input) || axis < input.rank() - 2) {
            return this;
        }
        return axis == input.rank() - 2
                ? new Reach(change.apply(height), width)
                : new Reach(height, change.apply(width));
    }

    /** What this reach sees of what lies behind its input. */
    public Reach after(Reach before) {
        return new Reach(height.after(before.height), width.after(before.width));
    }

    /** What is seen by this or by the other. */
    public Reach or(Reach other) {
        return new Reach(height.or(other.height), width.or(other.width));
    }
}
