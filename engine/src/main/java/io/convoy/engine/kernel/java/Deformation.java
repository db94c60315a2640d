package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.Convolution;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link DeformConv2d}: the moved taps of each output pixel are laid side by side as a patch of an image that is a kernel's size
 * larger, [N, C, P · kernel height, Q · kernel width], over which oneDNN's plain convolution steps patch by patch. Both images lie
 * channels last, so that interpolation runs over contiguous channels.
 *
 * @param layer its configuration
 */
public record Deformation(DeformConv2d layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Shape shape = inputs.get(0).shape();
        Shape y = layer.outputs(inputs.stream().map(Value::shape).toList()).get(0);
        Pair kernel = layer.kernel();
        MemoryLayout xLayout = MemoryLayout.channelsLast(emit.handles(), shape);
        MemoryLayout patchLayout = MemoryLayout.channelsLast(
                emit.handles(),
                Shape.of(shape.size(0), shape.size(1), y.size(2) * kernel.height(), y.size(3) * kernel.width()));
        Value x = emit.in(xLayout, inputs.get(0));
        Value offset = emit.plain(inputs.get(1));
        @Nullable Value mask = layer.masked() ? emit.plain(inputs.get(2)) : null;
        Value patches = emit.value(patchLayout);
        emit.emit(new PatchSampling(layer, x, offset, mask, patches));
        Conv2d steps = new Conv2d(
                layer.in(), layer.out(), kernel, kernel, Pair.of(0), Pair.of(1), layer.groups(), layer.bias());
        Forward convolved = new Convolution(steps, null, false, false).forward(emit, List.of(patches));
        return new Forward(convolved.outputs(), (back, gradients, needed) -> {
            boolean any = needed.contains(true);
            Gradient arrived =
                    convolved.backward().backward(back, gradients, List.of(any)).get(0);
            List<@Nullable Gradient> produced = new ArrayList<>();
            if (!any || arrived == null) {
                needed.forEach(none -> produced.add(null));
                return produced;
            }
            Value dx = back.value(xLayout);
            Value dOffset = back.value(offset.layout());
            @Nullable Value dMask = mask == null ? null : back.value(mask.layout());
            back.emit(new PatchGradient(
                    new PatchSampling(layer, x, offset, mask, back.in(patchLayout, arrived.value())),
                    dx,
                    dOffset,
                    dMask));
            produced.add(needed.get(0) ? new Gradient(dx, true) : null);
            produced.add(needed.get(1) ? new Gradient(dOffset, true) : null);
            if (dMask != null) {
                produced.add(needed.get(2) ? new Gradient(dMask, true) : null);
            }
            return produced;
        });
    }
}
