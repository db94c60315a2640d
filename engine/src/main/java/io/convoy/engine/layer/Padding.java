package io.convoy.engine.layer;

/** How many zeros surround the input of a convolution. */
public sealed interface Padding {
    /** As many as make the output as large as the input, where the stride is 1. */
    Padding SAME = new Same();

    /** So many on both sides of each dimension. */
    static Padding of(Pair sides) {
        return new Sides(sides, sides);
    }

    /** Above and on the left. */
    Pair before(Pair kernel, Pair dilation);

    /** Below and on the right. */
    Pair after(Pair kernel, Pair dilation);

    /**
     * Numbers of zeros.
     *
     * @param before above and on the left
     * @param after below and on the right
     */
    record Sides(Pair before, Pair after) implements Padding {
        @Override
        public Pair before(Pair kernel, Pair dilation) {
            return before;
        }

        @Override
        public Pair after(Pair kernel, Pair dilation) {
            return after;
        }
    }

    /** dilation · (kernel − 1) of them; of an odd number the larger part is below and on the right. */
    record Same() implements Padding {
        @Override
        public Pair before(Pair kernel, Pair dilation) {
            Pair all = all(kernel, dilation);
            return new Pair(all.height() / 2, all.width() / 2);
        }

        @Override
        public Pair after(Pair kernel, Pair dilation) {
            Pair all = all(kernel, dilation);
            return new Pair(all.height() - all.height() / 2, all.width() - all.width() / 2);
        }

        private static Pair all(Pair kernel, Pair dilation) {
            return new Pair(
                    Math.multiplyExact(dilation.height(), kernel.height() - 1),
                    Math.multiplyExact(dilation.width(), kernel.width() - 1));
        }
    }
}
