package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Emitter;
import io.convoy.engine.kernel.Gradient;
import io.convoy.engine.kernel.Kernel;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.kernel.onednn.Binary;
import io.convoy.engine.kernel.onednn.ConvolutionBackwards;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link ConvTranspose2d}: oneDNN's convolution backwards, and the bias.
 *
 * @param layer its configuration
 */
public record TransposedConvolution(ConvTranspose2d layer) implements Kernel {
    @Override
    public Forward forward(Emitter emit, List<Value> inputs) {
        Value x = inputs.get(0);
        Shape output = layer.outputs(List.of(x.shape())).get(0);
        ConvolutionBackwards convolution = new ConvolutionBackwards(layer, x.shape(), output);
        Value y = convolution.forward(emit, x);
        Value result = layer.bias() ? withBias(emit, y) : y;
        return Forward.of(
                result, (back, gradients, needed) -> backward(back, convolution, x, gradients.get(0), needed.get(0)));
    }

    /** In place, in a layout in which oneDNN repeats the bias fast. */
    private Value withBias(Emitter emit, Value y) {
        Value bias = emit.parameter("bias");
        Value repeated = Binary.channels(emit, bias, y.shape().rank());
        Value target = Binary.isFast(emit, y, repeated) ? y : emit.plain(y);
        Value result = new Value(target.layout(), target.buffer());
        Binary.add(emit, target, repeated, result);
        return result;
    }

    private List<@Nullable Gradient> backward(
            Emitter emit, ConvolutionBackwards convolution, Value x, Gradient gradient, boolean needed) {
        Value dy = gradient.value();
        convolution.backwardWeights(emit, x, dy);
        if (layer.bias()) {
            sumOverPixels(emit, dy);
        }
        return needed
                ? List.of(new Gradient(convolution.backwardData(emit, dy), true))
                : Arrays.asList((Gradient) null);
    }

    private void sumOverPixels(Emitter emit, Value dy) {
        int pixels = dy.shape().size(2) * dy.shape().size(3);
        JavaOperation.of(emit, layer + " backward bias")
                .perSample(dy)
                .intoWhole(emit.parameterGradient("bias"))
                .emit((sample, in, out) -> {
                    for (int c = 0; c < out[0].length; c++) {
                        out[0][c] += Repetition.sum(in[0], c * pixels, pixels);
                    }
                });
        emit.parameterGradientDone("bias");
    }
}
