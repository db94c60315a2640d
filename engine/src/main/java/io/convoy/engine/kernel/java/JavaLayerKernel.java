package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.JavaLayer;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Randomness;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.ParameterSpec;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link JavaLayer}.
 *
 * @param layer the user's
 */
public record JavaLayerKernel(JavaLayer layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        List<Shape> shapes = inputs.stream().map(Value::shape).toList();
        List<Value> x = inputs.stream().map(emit::plain).toList();
        List<Value> y = layer.outputs(shapes).stream()
                .map(shape -> emit.value(MemoryLayout.plain(emit.handles(), shape)))
                .toList();
        JavaOperation.Building call = JavaOperation.of(emit, layer + " forward");
        x.forEach(call::whole);
        parameters(emit).forEach(call::whole);
        y.forEach(call::intoWhole);
        Randomness.Draws draws = emit.draws();
        boolean training = emit.training();
        call.emit((sample, in, out) -> layer.forward(new Call(x, y, in, out, draws, training, false)));
        return new Forward(y, (back, gradients, needed) -> backward(back, x, y, gradients, needed));
    }

    private List<Value> parameters(Emitter emit) {
        return layer.parameters().stream()
                .map(spec -> emit.parameter(spec.name()))
                .toList();
    }

    private List<@Nullable Gradient> backward(
            Emitter emit, List<Value> x, List<Value> y, List<Gradient> gradients, List<Boolean> needed) {
        List<Value> dx = x.stream()
                .map(value -> emit.value(MemoryLayout.plain(emit.handles(), value.shape())))
                .toList();
        JavaOperation.Building call = JavaOperation.of(emit, layer + " backward");
        x.forEach(call::whole);
        parameters(emit).forEach(call::whole);
        y.forEach(call::whole);
        gradients.forEach(gradient -> call.whole(gradient.value()));
        dx.forEach(call::intoWhole);
        for (ParameterSpec spec : layer.parameters()) {
            call.intoWhole(emit.parameterGradient(spec.name()));
        }
        Randomness.Draws draws = emit.draws();
        boolean training = emit.training();
        call.emit((sample, in, out) -> layer.backward(new Call(x, y, in, out, draws, training, true)));
        layer.parameters().forEach(spec -> emit.parameterGradientDone(spec.name()));
        List<@Nullable Gradient> produced = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            produced.add(needed.get(i) ? new Gradient(dx.get(i), true) : null);
        }
        return produced;
    }

    /** Inputs are x, parameters and, going back, y and dy; outputs are y or, going back, dx and the parameters' gradients. */
    private final class Call implements JavaLayer.Pass {
        private final List<Value> x;
        private final List<Value> y;
        private final float[][] in;
        private final float[][] out;
        private final Randomness.Draws draws;
        private final boolean training;
        private final boolean back;

        private Call(
                List<Value> x,
                List<Value> y,
                float[][] in,
                float[][] out,
                Randomness.Draws draws,
                boolean training,
                boolean back) {
            this.x = x;
            this.y = y;
            this.in = in;
            this.out = out;
            this.draws = draws;
            this.training = training;
            this.back = back;
        }

        @Override
        public Shape inputShape(int index) {
            return x.get(index).shape();
        }

        @Override
        public Shape outputShape(int index) {
            return y.get(index).shape();
        }

        @Override
        public float[] x(int index) {
            return in[index];
        }

        @Override
        public float[] y(int index) {
            return back ? in[x.size() + layer.parameters().size() + index] : out[index];
        }

        @Override
        public float[] dy(int index) {
            requireBack("dy");
            return in[x.size() + layer.parameters().size() + y.size() + index];
        }

        @Override
        public float[] dx(int index) {
            requireBack("dx");
            return out[index];
        }

        @Override
        public float[] parameter(String name) {
            return in[x.size() + indexOf(name)];
        }

        @Override
        public float[] gradient(String name) {
            requireBack("gradient");
            return out[x.size() + indexOf(name)];
        }

        @Override
        public boolean training() {
            return training;
        }

        @Override
        public RandomStream random() {
            return draws.restart();
        }

        private void requireBack(String what) {
            if (!back) {
                throw new IllegalStateException(layer + " expects " + what + " in backward only.");
            }
        }

        private int indexOf(String name) {
            List<ParameterSpec> specs = layer.parameters();
            for (int i = 0; i < specs.size(); i++) {
                if (specs.get(i).name().equals(name)) {
                    return i;
                }
            }
            throw new IllegalArgumentException(
                    layer + " expects the name of one of its parameters, but it asked for \"" + name + "\".");
        }
    }
}
