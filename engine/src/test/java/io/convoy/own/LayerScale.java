package io.convoy.own;

import io.convoy.engine.kernel.JavaLayer;
import io.convoy.engine.layer.Initializer;
import io.convoy.engine.layer.ParameterSpec;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** A factor for each channel (Touvron et al. 2021): y[n,c,h,w] = weight[c] · x[n,c,h,w], x and y: [N, C, H, W]. */
public record LayerScale(int channels) implements JavaLayer {
    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = inputs.get(0);
        if (x.rank() != 4 || x.size(1) != channels) {
            throw new ShapeException(this + " expects [N, " + channels + ", H, W], but its input is " + x + ".");
        }
        return List.of(x);
    }

    @Override
    public List<ParameterSpec> parameters() {
        return List.of(new ParameterSpec("weight", Shape.of(channels), new Initializer.Constant(1)));
    }

    @Override
    public void forward(Pass pass) {
        float[] weight = pass.parameter("weight");
        int plane = pass.inputShape(0).size(2) * pass.inputShape(0).size(3);
        for (int i = 0; i < pass.x(0).length; i++) {
            pass.y(0)[i] = weight[i / plane % channels] * pass.x(0)[i];
        }
    }

    @Override
    public void backward(Pass pass) {
        float[] weight = pass.parameter("weight");
        float[] gradient = pass.gradient("weight");
        Arrays.fill(gradient, 0);
        int plane = pass.inputShape(0).size(2) * pass.inputShape(0).size(3);
        for (int i = 0; i < pass.x(0).length; i++) {
            int c = i / plane % channels;
            pass.dx(0)[i] = weight[c] * pass.dy(0)[i];
            gradient[c] += pass.x(0)[i] * pass.dy(0)[i];
        }
    }
}
