package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * The same values in row-major order under other sizes: [N, …] → [N, sizes…]. The batch stays in front.
 *
 * @param sizes of one sample; one of them may be −1, and is then what is left
 */
public record Reshape(List<Integer> sizes) implements Layer {
    public Reshape {
        sizes = List.copyOf(sizes);
        if (sizes.stream().anyMatch(size -> size < -1 || size == 0)
                || sizes.stream().filter(size -> size == -1).count() > 1) {
            throw new IllegalArgumentException(
                    "Reshape expects sizes of at least 1, and -1 once at most, but sizes is " + sizes + ".");
        }
    }

    /** Of one sample, without the batch. */
    public static Reshape of(Integer... sizes) {
        return new Reshape(List.of(sizes));
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        long count = x.rank() == 0 ? 0 : x.sample().count();
        long known = 1;
        for (int size : sizes) {
            known *= size == -1 ? 1 : size;
        }
        boolean open = sizes.contains(-1);
        if (x.rank() == 0 || (open ? count % known != 0 : count != known)) {
            throw new ShapeException(this + " expects " + (open ? "a multiple of " : "") + known
                    + " values a sample, but its input is " + x + ".");
        }
        int[] result = new int[sizes.size() + 1];
        result[0] = x.size(0);
        for (int i = 0; i < sizes.size(); i++) {
            result[i + 1] = sizes.get(i) == -1 ? Math.toIntExact(count / known) : sizes.get(i);
        }
        return List.of(Shape.of(result));
    }

    @Override
    public String toString() {
        return "Reshape" + sizes;
    }
}
