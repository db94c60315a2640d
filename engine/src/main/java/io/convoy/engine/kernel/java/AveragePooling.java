package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.Pooling;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Window;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * {@link AvgPool2d}: oneDNN's where it divides as the layer does, else means of rows and of columns.
 *
 * @param layer its configuration
 */
public record AveragePooling(AvgPool2d layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Shape x = inputs.get(0).shape();
        if (Pooling.has(layer, x)) {
            return Pooling.of(layer).forward(emit, inputs);
        }
        Shape y = layer.outputs(List.of(x)).get(0);
        Window window = layer.window();
        boolean counts = layer.countIncludePad();
        Integer given = layer.divisorOverride();
        Taps rows = Taps.means(
                x.size(2),
                y.size(2),
                window.kernel().height(),
                window.stride().height(),
                window.padding().height(),
                counts,
                given == null ? 0 : given);
        Taps columns = Taps.means(
                x.size(3),
                y.size(3),
                window.kernel().width(),
                window.stride().width(),
                window.padding().width(),
                counts,
                given == null ? 0 : 1);
        return Resampling.apply(emit, layer, inputs.get(0), rows, columns);
    }
}
