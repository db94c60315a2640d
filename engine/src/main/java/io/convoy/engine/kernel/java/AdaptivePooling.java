package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.Pooling;
import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Window;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link AdaptiveAvgPool2d} and {@link AdaptiveMaxPool2d}. Where all windows have one size and one step, which includes every
 * output that divides its input, it is oneDNN's plain pooling.
 *
 * @param layer which of them
 * @param outputSize how many windows
 */
public record AdaptivePooling(Layer layer, Pair outputSize) implements Kernel {
    public static AdaptivePooling of(AdaptiveAvgPool2d layer) {
        return new AdaptivePooling(layer, layer.outputSize());
    }

    public static AdaptivePooling of(AdaptiveMaxPool2d layer) {
        return new AdaptivePooling(layer, layer.outputSize());
    }

    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        Window window = window(x.shape());
        if (layer instanceof AdaptiveMaxPool2d maximum) {
            return window != null && !maximum.returnIndices()
                    ? Pooling.of(new MaxPool2d(window), false).forward(emit, inputs)
                    : MaxPooling.apply(emit, layer, x, rows(x.shape()), columns(x.shape()), maximum.returnIndices());
        }
        return window != null
                ? Pooling.of(new AvgPool2d(window, true)).forward(emit, inputs)
                : Resampling.apply(emit, layer, x, rows(x.shape()), columns(x.shape()));
    }

    private Taps rows(Shape x) {
        return Taps.adaptive(x.size(2), outputSize.height());
    }

    private Taps columns(Shape x) {
        return Taps.adaptive(x.size(3), outputSize.width());
    }

    /** The sliding window that sees the same, if there is one. */
    private @Nullable Window window(Shape x) {
        int height = kernel(x.size(2), outputSize.height());
        int width = kernel(x.size(3), outputSize.width());
        return height == 0 || width == 0
                ? null
                : new Window(
                        new Pair(height, width),
                        new Pair(stride(x.size(2), outputSize.height()), stride(x.size(3), outputSize.width())),
                        Pair.of(0),
                        Pair.of(1),
                        false);
    }

    private static int stride(int in, int out) {
        return out == 1 ? in : Taps.adaptiveBegin(1, in, out);
    }

    /** The size of all windows along an axis, 0 if they differ in size or step. */
    private static int kernel(int in, int out) {
        int kernel = Taps.adaptiveEnd(0, in, out);
        int stride = stride(in, out);
        for (int p = 0; p < out; p++) {
            int begin = Taps.adaptiveBegin(p, in, out);
            if (begin != p * stride || Taps.adaptiveEnd(p, in, out) - begin != kernel || stride == 0) {
                return 0;
            }
        }
        // A sliding window also stops where it doesn't fit another time.
        return (in - kernel) / stride + 1 == out ? kernel : 0;
    }
}
