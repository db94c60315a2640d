package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Handles;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * {@link Prelu}.
 *
 * @param layer its configuration
 */
public record ParametricActivation(Prelu layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        Shape weight = weightShape(x.shape());
        MemoryLayout anyWeight = MemoryLayout.any(emit.handles(), weight);
        PrimitiveDescriptor forward = PrimitiveDescriptor.create(
                emit.handles(),
                layer + " of " + x.shape(),
                (out, engine, attributes) -> dnnl.dnnl_prelu_forward_primitive_desc_create(
                        out,
                        engine,
                        emit.backward() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                        x.layout().descriptor(),
                        anyWeight.descriptor(),
                        x.layout().descriptor(),
                        attributes));
        Value w = emit.parameter("weight", forward.layout(dnnl.DNNL_ARG_WEIGHTS, weight));
        Value y = emit.value(x.layout());
        Primitive.of(emit, layer + " forward", forward)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_WEIGHTS, w)
                .with(dnnl.DNNL_ARG_DST, y)
                .emit();
        return Forward.of(
                y, (back, gradients, needed) -> backward(back, forward, x, weight, gradients.get(0), needed.get(0)));
    }

    private List<@Nullable Gradient> backward(
            Emitter emit, PrimitiveDescriptor forward, Value x, Shape weight, Gradient gradient, boolean needed) {
        Handles handles = emit.handles();
        MemoryLayout anyWeight = MemoryLayout.any(handles, weight);
        MemoryLayout anyGradient = MemoryLayout.any(handles, weight);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(
                handles,
                layer + " backward of " + x.shape(),
                (out, engine, attributes) -> dnnl.dnnl_prelu_backward_primitive_desc_create(
                        out,
                        engine,
                        x.layout().descriptor(),
                        anyWeight.descriptor(),
                        x.layout().descriptor(),
                        anyGradient.descriptor(),
                        x.layout().descriptor(),
                        forward.descriptor(),
                        attributes));
        Value dx = emit.value(x.layout());
        Value target = new Value(
                MemoryLayout.plain(handles, weight),
                emit.parameterGradient("weight").buffer());
        MemoryLayout layout = descriptor.layout(dnnl.DNNL_ARG_DIFF_WEIGHTS, weight);
        Value dw = layout.matches(target.layout()) ? target : emit.value(layout);
        Primitive.of(emit, layer + " backward", descriptor)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_WEIGHTS, emit.parameter("weight", descriptor.layout(dnnl.DNNL_ARG_WEIGHTS, weight)))
                .with(dnnl.DNNL_ARG_DIFF_DST, emit.in(x.layout(), gradient.value()))
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx)
                .with(dnnl.DNNL_ARG_DIFF_WEIGHTS, dw)
                .emit();
        if (dw != target) {
            Reorder.emit(emit, dw, target);
        }
        emit.parameterGradientDone("weight");
        return needed ? List.of(new Gradient(dx, true)) : Arrays.asList((Gradient) null);
    }

    /** Of the input's rank, as oneDNN wants it. */
    private Shape weightShape(Shape x) {
        int[] sizes = new int[x.rank()];
        Arrays.fill(sizes, 1);
        sizes[x.rank() < 2 ? 0 : 1] = layer.parameterCount();
        return Shape.of(sizes);
    }
}
