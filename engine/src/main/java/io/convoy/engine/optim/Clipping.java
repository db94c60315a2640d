package io.convoy.engine.optim;

/** How large gradients are cut down, after the {@link Penalty} and before the rule. Frozen parameters don't count. */
public sealed interface Clipping {
    /** Not at all. */
    Clipping NONE = new None();

    /** Gradients stay as they are. */
    record None() implements Clipping {}

    /**
     * Each component by itself, PyTorch's {@code clip_grad_value_}.
     *
     * <pre>g ← min(max(g, −limit), limit)</pre>
     *
     * @param limit above 0
     */
    record ByValue(double limit) implements Clipping {
        public ByValue {
            Expect.above("Clipping.ByValue", "limit", limit, 0);
        }

        /** Overwrites {@code length} components. */
        public void clip(float[] g, int offset, int length) {
            float most = (float) limit;
            int end = offset + length;
            for (int i = offset; i < end; i++) {
                g[i] = Math.min(Math.max(g[i], -most), most);
            }
        }
    }

    /**
     * All gradients together (Pascanu, Mikolov and Bengio, 2013), PyTorch's {@code clip_grad_norm_}.
     *
     * <pre>g ← min(1, limit / (‖g‖ + 1e-6)) · g,  ‖g‖ over all parameters that are not frozen</pre>
     *
     * @param limit the longest gradient, above 0
     */
    record ByNorm(double limit) implements Clipping {
        private static final double EPSILON = 1e-6;

        public ByNorm {
            Expect.above("Clipping.ByNorm", "limit", limit, 0);
        }

        /** What each component is multiplied by. */
        public float factor(double squares) {
            return (float) Math.min(1, limit / (Math.sqrt(squares) + EPSILON));
        }
    }
}
