package io.convoy.engine.golden;

import io.convoy.engine.layer.LocalResponseNorm;
import java.util.List;

/**
 * The sum under the line of a {@link LocalResponseNorm}, which a script builds step by step from the squares of {@code x}: their
 * border, their mean over a window of channels, times alpha, plus k, to the power of beta. It is a layer once x is divided by it.
 */
record ScriptedResponse(Value x, int before, int after, int size, double alpha, double k, double beta)
        implements Value.Symbol {
    /** Whether {@code function} begins or goes on with such a sum. */
    static boolean concerns(String function, List<Value> arguments) {
        return arguments.stream().anyMatch(ScriptedResponse.class::isInstance)
                || (function.equals("Tensor.mul") && arguments.get(0).equals(arguments.get(1)));
    }

    static Value call(ScriptedNetwork network, String function, List<Value> arguments) {
        if (function.equals("operator /") && arguments.get(1) instanceof ScriptedResponse sum) {
            return network.add(sum.layer(), arguments.get(0));
        }
        if (!(arguments.get(0) instanceof ScriptedResponse sum)) {
            return new ScriptedResponse(arguments.get(0), 0, 0, 0, 1, 0, 1);
        }
        return switch (function) {
            case "Tensor.view", "Tensor.squeeze", "torch.squeeze" -> sum;
            case "torch.constant_pad_nd" -> {
                List<Value> amounts = arguments.get(1).items();
                yield new ScriptedResponse(
                        sum.x, amounts.get(4).whole(), amounts.get(5).whole(), sum.size, sum.alpha, sum.k, sum.beta);
            }
            case "torch.avg_pool3d" -> {
                int window = arguments.get(1).items().get(0).whole();
                yield new ScriptedResponse(sum.x, sum.before, sum.after, window, sum.alpha, sum.k, sum.beta);
            }
            case "Tensor.mul" -> {
                double factor = arguments.get(1).number();
                yield new ScriptedResponse(sum.x, sum.before, sum.after, sum.size, factor, sum.k, sum.beta);
            }
            case "Tensor.add" -> {
                double constant = arguments.get(1).number();
                yield new ScriptedResponse(sum.x, sum.before, sum.after, sum.size, sum.alpha, constant, sum.beta);
            }
            case "Tensor.pow" -> {
                double exponent = arguments.get(1).number();
                yield new ScriptedResponse(sum.x, sum.before, sum.after, sum.size, sum.alpha, sum.k, exponent);
            }
            default -> throw new NotBuilt(function + " of squares");
        };
    }

    private LocalResponseNorm layer() {
        if (before != size / 2 || after != (size - 1) / 2) {
            throw new NotBuilt("response norm whose window is another");
        }
        return new LocalResponseNorm(size, alpha, beta, k);
    }
}
