package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * A border around a tensor, as PyTorch's {@code pad}. Amounts come in pairs, before and after, from the last dimension on: left,
 * right, top, bottom, … An amount below 0 cuts off. The batch has no border.
 *
 * @param amounts the pairs, at most as many as a sample has dimensions
 * @param mode what the border is made of
 * @param value the border's values where {@code mode} is CONSTANT, finite; default 0
 */
public record Pad(List<Integer> amounts, Mode mode, double value) implements Layer {
    /** What a border is made of. */
    public enum Mode {
        /** One value. */
        CONSTANT,
        /** What lies inside, mirrored at the outermost value, which is not repeated; each amount is below the size. */
        REFLECT,
        /** The outermost value. */
        REPLICATE
    }

    public Pad {
        amounts = List.copyOf(amounts);
        if (amounts.isEmpty() || amounts.size() % 2 != 0) {
            throw new IllegalArgumentException("Pad expects amounts in pairs, but amounts is " + amounts + ".");
        }
        Expect.number("Pad", "value", value);
    }

    /** Zeros around feature maps. */
    public static Pad zeros(int left, int right, int top, int bottom) {
        return new Pad(List.of(left, right, top, bottom), Mode.CONSTANT, 0);
    }

    /** Feature maps mirrored at their edges. */
    public static Pad reflect(int left, int right, int top, int bottom) {
        return new Pad(List.of(left, right, top, bottom), Mode.REFLECT, 0);
    }

    /** The edges of feature maps repeated. */
    public static Pad replicate(int left, int right, int top, int bottom) {
        return new Pad(List.of(left, right, top, bottom), Mode.REPLICATE, 0);
    }

    /** What is added in front of dimension {@code axis} of a tensor of {@code rank} dimensions. */
    public int before(int axis, int rank) {
        int pair = rank - 1 - axis;
        return 2 * pair < amounts.size() ? amounts.get(2 * pair) : 0;
    }

    private int after(int axis, int rank) {
        int pair = rank - 1 - axis;
        return 2 * pair < amounts.size() ? amounts.get(2 * pair + 1) : 0;
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if (amounts.size() / 2 > x.rank() - 1) {
            throw new ShapeException(this + " expects at least " + amounts.size() / 2
                    + " dimensions behind the batch, but its input is " + x + ".");
        }
        int[] sizes = x.toArray();
        for (int axis = 1; axis < sizes.length; axis++) {
            int before = before(axis, sizes.length);
            int after = after(axis, sizes.length);
            if (mode == Mode.REFLECT && Math.max(before, after) >= sizes[axis]) {
                throw new ShapeException(this + " expects amounts below the size, but its input is " + x + ".");
            }
            sizes[axis] += before + after;
            if (sizes[axis] < 1) {
                throw new ShapeException(this + " expects to leave something, but its input is " + x + ".");
            }
        }
        return List.of(Shape.of(sizes));
    }

    /** As if nothing were mirrored or repeated, which is true everywhere but in the border. */
    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Shape x = inputs.get(0);
        Reach reach = Reach.hasPlaces(x) ? Reach.SAME : Reach.WHOLE;
        for (int axis = 0; axis < x.rank(); axis++) {
            int before = before(axis, x.rank());
            reach = reach.along(x, axis, same -> AxisReach.window(1, 1, before, 1));
        }
        return reach;
    }

    @Override
    public String toString() {
        return "Pad[amounts=" + amounts + ", mode=" + mode + "]";
    }
}
