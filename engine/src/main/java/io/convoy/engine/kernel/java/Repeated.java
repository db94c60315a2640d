package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.Addition;
import io.convoy.engine.kernel.onednn.Binary;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * {@link io.convoy.engine.layer.Multiply}, and {@link io.convoy.engine.layer.Add} of tensors of two shapes. oneDNN repeats the
 * second operand where it is fast; where both are repeated, and for sums over what was repeated, it is Java.
 *
 * @param product whether it is the product or the sum
 * @param output the result's shape
 */
public record Repeated(boolean product, Shape output) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value a = inputs.get(0);
        Value b = inputs.get(1);
        if (!product && a.shape().equals(b.shape())) {
            return new Addition().forward(emit, inputs);
        }
        boolean swapped = !a.shape().equals(output) && b.shape().equals(output);
        Value y = a.shape().equals(output) || swapped
                ? combined(emit, swapped ? b : a, swapped ? a : b)
                : inJava(emit, a, b);
        return Forward.of(y, (back, gradients, needed) -> {
            Gradient dy = gradients.get(0);
            return Arrays.asList(
                    needed.get(0) ? gradient(back, dy, a, b, needed.get(1)) : null,
                    needed.get(1) ? gradient(back, dy, b, a, needed.get(0)) : null);
        });
    }

    private Value combined(Emitter emit, Value whole, Value other) {
        boolean alike = whole.shape().equals(other.shape());
        Value left = alike || Binary.isFast(emit, whole, other) ? whole : emit.plain(whole);
        if (!alike && !Binary.isFast(emit, left, other)) {
            return inJava(emit, left, other);
        }
        Value y = emit.value(left.layout());
        if (product) {
            Binary.multiply(emit, left, other, y);
        } else {
            Binary.add(emit, left, other, y);
        }
        return y;
    }

    private Value inJava(Emitter emit, Value a, Value b) {
        Value y = emit.value(MemoryLayout.plain(emit.handles(), output));
        Repetition repetition = Repetition.of(output, a.shape(), b.shape());
        JavaOperation.Building call = JavaOperation.of(emit, this + " forward");
        read(call, a);
        read(call, b);
        call.intoSamples(y).emit((sample, in, out) -> {
            if (product) {
                repetition.multiply(in[0], in[1], out[0]);
            } else {
                repetition.add(in[0], in[1], out[0]);
            }
        });
        return y;
    }

    private void read(JavaOperation.Building call, Value operand) {
        if (Repetition.perSample(output, operand.shape())) {
            call.perSample(operand);
        } else {
            call.whole(operand);
        }
    }

    private Gradient gradient(Emitter emit, Gradient gradient, Value operand, Value other, boolean both) {
        if (operand.shape().equals(output)) {
            return product
                    ? new Gradient(combined(emit, gradient.value(), other), true)
                    // The sum hands the same memory to both, if both have its shape.
                    : new Gradient(gradient.value(), gradient.exclusive() && !both);
        }
        Shape shape = operand.shape();
        Value da = emit.value(MemoryLayout.plain(emit.handles(), shape));
        Repetition repetition = Repetition.of(output, shape, other.shape());
        boolean perSample = Repetition.perSample(output, shape);
        JavaOperation.Building call = JavaOperation.of(emit, this + " backward").perSample(gradient.value());
        if (product) {
            read(call, other);
        }
        if (perSample) {
            call.intoSamples(da);
        } else {
            call.intoWhole(da);
        }
        call.emit((sample, in, out) -> {
            if (perSample) {
                Arrays.fill(out[0], 0);
            }
            if (product) {
                repetition.addGradientOfProduct(in[0], in[1], out[0]);
            } else {
                repetition.addGradientOfSum(in[0], out[0]);
            }
        });
        return new Gradient(da, true);
    }

    @Override
    public String toString() {
        return product ? "Multiply" : "Add";
    }
}
