package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.LocalResponseNorm;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;

/**
 * {@link LocalResponseNorm} over windows of an odd size; for even ones oneDNN's window is another.
 *
 * @param layer its configuration
 */
public record ResponseNormalization(LocalResponseNorm layer) implements Kernel {
    /**
     * Whether oneDNN has more than its slow reference for {@code x}, in all directions that are needed. Whole blocks of 16 channels
     * only: its backward for channels that lie last reads outside of its memory where they are few.
     */
    public boolean isFast(Emitter emit, Shape x) {
        if (layer.size() % 2 == 0 || x.rank() != 4 || x.size(1) % 16 != 0) {
            return false;
        }
        MemoryLayout layout = MemoryLayout.blocked(emit.handles(), x);
        return !forward(emit, layout).isReference()
                && (!emit.backward() || !backward(emit, layout).isReference());
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = emit.in(MemoryLayout.blocked(emit.handles(), inputs.get(0).shape()), inputs.get(0));
        PrimitiveDescriptor descriptor = forward(emit, x.layout());
        Value y = emit.value(x.layout());
        Value workspace = descriptor.workspace(emit);
        Primitive.of(emit, layer + " forward", descriptor)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_DST, y)
                .withOptional(dnnl.DNNL_ARG_WORKSPACE, workspace)
                .emit();
        return Forward.of(y, (back, gradients, needed) -> {
            if (!needed.get(0)) {
                return Arrays.asList((Gradient) null);
            }
            Value dx = back.value(x.layout());
            Primitive.of(back, layer + " backward", backward(back, x.layout()))
                    .with(dnnl.DNNL_ARG_SRC, x)
                    .with(
                            dnnl.DNNL_ARG_DIFF_DST,
                            back.in(x.layout(), gradients.get(0).value()))
                    .with(dnnl.DNNL_ARG_DIFF_SRC, dx)
                    .withOptional(dnnl.DNNL_ARG_WORKSPACE, workspace)
                    .emit();
            return List.of(new Gradient(dx, true));
        });
    }

    private PrimitiveDescriptor forward(Emitter emit, MemoryLayout layout) {
        return PrimitiveDescriptor.create(
                emit.handles(),
                layer + " of " + layout.shape(),
                (out, engine, attributes) -> dnnl.dnnl_lrn_forward_primitive_desc_create(
                        out,
                        engine,
                        emit.backward() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                        dnnl.dnnl_lrn_across_channels,
                        layout.descriptor(),
                        layout.descriptor(),
                        layer.size(),
                        (float) layer.alpha(),
                        (float) layer.beta(),
                        (float) layer.k(),
                        attributes));
    }

    private PrimitiveDescriptor backward(Emitter emit, MemoryLayout layout) {
        PrimitiveDescriptor forward = forward(emit, layout);
        return PrimitiveDescriptor.create(
                emit.handles(),
                layer + " backward of " + layout.shape(),
                (out, engine, attributes) -> dnnl.dnnl_lrn_backward_primitive_desc_create(
                        out,
                        engine,
                        dnnl.dnnl_lrn_across_channels,
                        layout.descriptor(),
                        layout.descriptor(),
                        layout.descriptor(),
                        layer.size(),
                        (float) layer.alpha(),
                        (float) layer.beta(),
                        (float) layer.k(),
                        forward.descriptor(),
                        attributes));
    }
}
