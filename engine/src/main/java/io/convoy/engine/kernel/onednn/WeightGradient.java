package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.Shape;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The gradients of {@code weight} and {@code bias}, which convolutions and fully connected layers compute alike.
 *
 * @param what whose, for messages
 * @param descriptor oneDNN's backward-weights operation
 * @param weight the weight's shape as that operation has it; row-major memory is the parameter's
 * @param bias whether there is one
 */
record WeightGradient(String what, PrimitiveDescriptor descriptor, Shape weight, boolean bias) {
    /** Adds the operations that overwrite the gradients, from the input and the output's gradient. */
    void emit(Emitter emit, Value x, Value dy) {
        Value target = new Value(
                MemoryLayout.plain(emit.handles(), weight),
                emit.parameterGradient("weight").buffer());
        MemoryLayout layout = descriptor.layout(dnnl.DNNL_ARG_DIFF_WEIGHTS, weight);
        Value dw = layout.matches(target.layout()) ? target : emit.value(layout);
        Primitive.of(emit, what + " backward weights", descriptor)
                .with(dnnl.DNNL_ARG_SRC, emit.in(descriptor.layout(dnnl.DNNL_ARG_SRC, x.shape()), x))
                .with(dnnl.DNNL_ARG_DIFF_DST, emit.in(descriptor.layout(dnnl.DNNL_ARG_DIFF_DST, dy.shape()), dy))
                .with(dnnl.DNNL_ARG_DIFF_WEIGHTS, dw)
                .withOptional(dnnl.DNNL_ARG_DIFF_BIAS, bias ? emit.parameterGradient("bias") : null)
                .emit();
        if (dw != target) {
            Reorder.emit(emit, dw, target);
        }
        emit.parameterGradientDone("weight");
        if (bias) {
            emit.parameterGradientDone("bias");
        }
    }
}
