package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The dimensions of a tensor in another order, as PyTorch's {@code permute}: dimension i of the output is dimension
 * {@code dims[i]} of the input. The batch stays in front. {@code Permute.of(0, 2, 3, 1)} makes [N, H, W, C] of [N, C, H, W].
 *
 * @param dims every dimension once, 0 first
 */
public record Permute(List<Integer> dims) implements Layer {
    public Permute {
        dims = List.copyOf(dims);
        if (dims.isEmpty()
                || dims.get(0) != 0
                || !dims.stream()
                        .sorted()
                        .toList()
                        .equals(IntStream.range(0, dims.size()).boxed().toList())) {
            throw new IllegalArgumentException(
                    "Permute expects every dimension once, and 0, the batch, first, but dims is " + dims + ".");
        }
    }

    public static Permute of(Integer... dims) {
        return new Permute(List.of(dims));
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if (x.rank() != dims.size()) {
            throw new ShapeException(this + " expects " + dims.size() + " dimensions, but its input is " + x + ".");
        }
        return List.of(Shape.of(dims.stream().mapToInt(x::size).toArray()));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        int rank = dims.size();
        boolean placesStay = rank >= 4 && dims.get(rank - 1) == rank - 1 && dims.get(rank - 2) == rank - 2;
        return placesStay ? Reach.SAME : Reach.WHOLE;
    }

    @Override
    public String toString() {
        return "Permute" + dims;
    }
}
