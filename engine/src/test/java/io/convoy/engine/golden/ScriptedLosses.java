package io.convoy.engine.golden;

import io.convoy.engine.loss.Batch;
import io.convoy.engine.loss.BinaryCrossEntropy;
import io.convoy.engine.loss.BinaryCrossEntropyWithLogits;
import io.convoy.engine.loss.Contrastive;
import io.convoy.engine.loss.CosineEmbedding;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.loss.ElementLoss;
import io.convoy.engine.loss.Huber;
import io.convoy.engine.loss.KlDivergence;
import io.convoy.engine.loss.L1;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.LossProbe;
import io.convoy.engine.loss.MeanSquaredError;
import io.convoy.engine.loss.NegativeLogLikelihood;
import io.convoy.engine.loss.Reduction;
import io.convoy.engine.loss.SmoothL1;
import io.convoy.engine.loss.TripletMargin;
import io.convoy.engine.network.Network;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The losses that a script calls, and the sums of products that are one. */
final class ScriptedLosses {
    private static final Set<String> ARITHMETIC =
            Set.of("operator +", "operator -", "operator *", "torch.relu", "Tensor.relu", "Tensor.mean", "Tensor.sum");

    /** PyTorch's numbers for reductions. */
    private static final int NONE = 0;

    private static final int MEAN = 1;

    /**
     * A loss of some tensors of the network.
     *
     * @param outputs the tensors
     * @param shapes their shapes for the case's batch
     * @param loss reduced as the script says; as a sum, if it isn't reduced
     * @param target the shape of a sample's target
     * @param targets of the whole batch
     * @param reduced whether it is one number; else there is one for each element, position or sample
     * @param factor what the script multiplies it by
     */
    record Result(
            List<Network.Port> outputs,
            List<Shape> shapes,
            Loss loss,
            Shape target,
            List<Float> targets,
            boolean reduced,
            double factor)
            implements Value.Symbol {}

    /** Arithmetic on the distances of pairs. */
    private record Expression(String operator, List<Value> operands) implements Value.Symbol {
        static Expression of(String operator, Value... operands) {
            return new Expression(operator, List.of(operands));
        }
    }

    private final GoldenCase golden;
    private final Function<Value, ScriptedNetwork.Activation> activations;
    private boolean distances;

    ScriptedLosses(GoldenCase golden, Function<Value, ScriptedNetwork.Activation> activations) {
        this.golden = golden;
        this.activations = activations;
    }

    /** The loss that {@code function} is, or a step towards it; null if it is something else. */
    @Nullable
    Value call(String function, List<Value> arguments, Map<String, Value> named) {
        if (distances && ARITHMETIC.contains(function)) {
            return arithmetic(function, arguments);
        }
        if (arguments.stream().anyMatch(Result.class::isInstance)) {
            return scaled(function, arguments);
        }
        return switch (function) {
            case "torch.cross_entropy_loss" ->
                crossEntropy(ordered(arguments, named, "weight", "reduction", "ignore_index", "label_smoothing"));
            case "torch.nll_loss", "torch.nll_loss2d", "torch.nll_loss_nd" ->
                likelihood(ordered(arguments, named, "weight", "reduction", "ignore_index"));
            case "torch.mse_loss" ->
                elements(ordered(arguments, named, "reduction"), 2, (a, by) -> new MeanSquaredError(by));
            case "torch.l1_loss" -> elements(ordered(arguments, named, "reduction"), 2, (a, by) -> new L1(by));
            case "torch.smooth_l1_loss" ->
                elements(
                        ordered(arguments, named, "reduction", "beta"),
                        2,
                        (a, by) -> new SmoothL1(number(a.get(3), 1), by));
            case "torch.huber_loss" ->
                elements(
                        ordered(arguments, named, "reduction", "delta"),
                        2,
                        (a, by) -> new Huber(number(a.get(3), 1), by));
            case "torch.kl_div" ->
                elements(
                        ordered(arguments, named, "reduction", "log_target"),
                        2,
                        (a, by) -> new KlDivergence(given(a.get(3)) && a.get(3).truth(), by));
            case "torch.binary_cross_entropy" -> {
                List<Value> all = ordered(arguments, named, "weight", "reduction");
                requireNone(function + " with weight", all.get(2));
                yield elements(all, 3, (a, by) -> new BinaryCrossEntropy(by));
            }
            case "torch.binary_cross_entropy_with_logits" -> {
                List<Value> all = ordered(arguments, named, "weight", "pos_weight", "reduction");
                requireNone(function + " with weight", all.get(2));
                yield elements(all, 4, (a, by) -> new BinaryCrossEntropyWithLogits(weights(a.get(3)), by));
            }
            case "torch.triplet_margin_loss" ->
                triplet(ordered(arguments, named, "negative", "margin", "p", "eps", "swap", "reduction"));
            case "torch.cosine_embedding_loss" -> cosine(ordered(arguments, named, "target", "margin", "reduction"));
            case "torch.pairwise_distance" -> distance(ordered(arguments, named, "p", "eps", "keepdim"));
            default -> null;
        };
    }

    /** A loss times or divided by a number. */
    private static Result scaled(String function, List<Value> arguments) {
        boolean times = function.equals("operator *");
        for (int i = 0; i < 2 && arguments.size() == 2; i++) {
            if (arguments.get(i) instanceof Result loss
                    && arguments.get(1 - i).isNumber()
                    && (times || (function.equals("operator /") && i == 0))) {
                double by = arguments.get(1 - i).number();
                double factor = loss.factor() * (times ? by : 1 / by);
                return new Result(
                        loss.outputs(),
                        loss.shapes(),
                        loss.loss(),
                        loss.target(),
                        loss.targets(),
                        loss.reduced(),
                        factor);
            }
        }
        throw new NotBuilt(function + " on a loss");
    }

    /** Two tensors, and what follows them, named or not; what isn't there is none. */
    private static List<Value> ordered(List<Value> arguments, Map<String, Value> named, String... names) {
        List<Value> all = new ArrayList<>(arguments);
        for (int i = all.size(); i < names.length + 2; i++) {
            all.add(named.getOrDefault(names[i - 2], new Value.None()));
        }
        return all;
    }

    private static boolean given(Value value) {
        return !(value instanceof Value.None);
    }

    private static double number(Value value, double otherwise) {
        return given(value) ? value.number() : otherwise;
    }

    private static void requireNone(String what, Value value) {
        if (given(value)) {
            throw new NotBuilt(what);
        }
    }

    private static int reduction(Value value) {
        return given(value) ? value.whole() : MEAN;
    }

    private static Reduction by(Value reduction) {
        return reduction(reduction) == MEAN ? Reduction.MEAN : Reduction.SUM;
    }

    private List<Double> weights(Value value) {
        if (!given(value)) {
            return List.of();
        }
        List<Double> weights = new ArrayList<>();
        for (float weight : golden.floats("input." + ScriptedNetwork.name(value))) {
            weights.add((double) weight);
        }
        return weights;
    }

    private Result result(List<Value> tensors, Loss loss, Shape target, float[] targets, Value reduction) {
        List<ScriptedNetwork.Activation> read =
                tensors.stream().map(activations).toList();
        List<Shape> shapes =
                read.stream().map(ScriptedNetwork.Activation::shape).toList();
        List<Float> wanted = new ArrayList<>();
        for (float one : targets) {
            wanted.add(one);
        }
        loss.check(shapes.stream().map(Shape::sample).toList(), target);
        return new Result(
                read.stream().map(ScriptedNetwork.Activation::port).toList(),
                shapes,
                loss,
                target,
                wanted,
                reduction(reduction) != NONE,
                1);
    }

    /** Classes, or floats where they have the output's shape. */
    private Result classes(List<Value> arguments, Loss loss) {
        String target = "input." + ScriptedNetwork.name(arguments.get(1));
        Shape shape = golden.shape(target);
        float[] targets;
        if (shape.equals(activations.apply(arguments.get(0)).shape())) {
            targets = golden.floats(target);
        } else {
            long[] whole = golden.longs(target);
            targets = new float[whole.length];
            for (int i = 0; i < whole.length; i++) {
                targets[i] = whole[i];
            }
        }
        return result(List.of(arguments.get(0)), loss, shape.sample(), targets, arguments.get(3));
    }

    private Result crossEntropy(List<Value> arguments) {
        int ignored = given(arguments.get(4)) ? arguments.get(4).whole() : CrossEntropy.IGNORE_INDEX;
        return classes(
                arguments,
                new CrossEntropy(
                        weights(arguments.get(2)), ignored, number(arguments.get(5), 0), by(arguments.get(3))));
    }

    private Result likelihood(List<Value> arguments) {
        int ignored = given(arguments.get(4)) ? arguments.get(4).whole() : CrossEntropy.IGNORE_INDEX;
        return classes(arguments, new NegativeLogLikelihood(weights(arguments.get(2)), ignored, by(arguments.get(3))));
    }

    private interface Elements {
        ElementLoss loss(List<Value> arguments, Reduction by);
    }

    private Result elements(List<Value> arguments, int reduction, Elements elements) {
        String target = "input." + ScriptedNetwork.name(arguments.get(1));
        return result(
                List.of(arguments.get(0)),
                elements.loss(arguments, by(arguments.get(reduction))),
                golden.shape(target).sample(),
                golden.floats(target),
                arguments.get(reduction));
    }

    private Result triplet(List<Value> arguments) {
        return result(
                arguments.subList(0, 3),
                new TripletMargin(
                        number(arguments.get(3), 1),
                        number(arguments.get(4), 2),
                        number(arguments.get(5), 1e-6),
                        given(arguments.get(6)) && arguments.get(6).truth(),
                        by(arguments.get(7))),
                Shape.of(0),
                new float[0],
                arguments.get(7));
    }

    private Result cosine(List<Value> arguments) {
        return result(
                arguments.subList(0, 2),
                new CosineEmbedding(number(arguments.get(3), 0), by(arguments.get(4))),
                Shape.of(),
                golden.floats("input." + ScriptedNetwork.name(arguments.get(2))),
                arguments.get(4));
    }

    private Expression distance(List<Value> arguments) {
        if (number(arguments.get(2), 2) != 2
                || number(arguments.get(3), 1e-6) != 0
                || (given(arguments.get(4)) && arguments.get(4).truth())) {
            throw new NotBuilt("torch.pairwise_distance of other than the Euclidean norm");
        }
        distances = true;
        return new Expression("distance", arguments.subList(0, 2));
    }

    /** What is done with distances has to be a contrastive loss in the end, reduced or not. */
    private Value arithmetic(String function, List<Value> arguments) {
        if (function.equals("Tensor.mean") || function.equals("Tensor.sum")) {
            boolean mean = function.equals("Tensor.mean");
            return contrastive(arguments.get(0), new Value.Whole(mean ? MEAN : 2));
        }
        return new Expression(function.replace("Tensor.", "torch."), arguments);
    }

    private static Expression times(Value... factors) {
        Value product = factors[0];
        for (int i = 1; i < factors.length; i++) {
            product = Expression.of("operator *", product, factors[i]);
        }
        return (Expression) product;
    }

    /** (1 − t) · 0.5 · d · d + t · 0.5 · relu(m − d) · relu(m − d). */
    private Result contrastive(Value value, Value reduction) {
        try {
            Expression sum = (Expression) value;
            Expression alike = (Expression) sum.operands().get(0);
            Expression apart = (Expression) sum.operands().get(1);
            Expression d = (Expression) alike.operands().get(1);
            Expression missing = (Expression) apart.operands().get(1);
            Value margin = ((Expression) missing.operands().get(0)).operands().get(0);
            Value t = ((Expression)
                            ((Expression) apart.operands().get(0)).operands().get(0))
                    .operands()
                    .get(0);
            Value half = new Value.Real(0.5);
            Expression hinge = Expression.of("torch.relu", Expression.of("operator -", margin, d));
            Expression expected = Expression.of(
                    "operator +",
                    times(Expression.of("operator -", new Value.Real(1), t), half, d, d),
                    times(t, half, hinge, hinge));
            if (expected.equals(value) && d.operator().equals("distance")) {
                return result(
                        d.operands(),
                        new Contrastive(margin.number(), by(reduction)),
                        Shape.of(),
                        golden.floats("input." + ScriptedNetwork.name(t)),
                        reduction);
            }
        } catch (ClassCastException | IndexOutOfBoundsException otherForm) {
            throw new NotBuilt("loss of this form of distances");
        }
        throw new NotBuilt("loss of this form of distances");
    }

    /**
     * The value for outputs of the network, or the values where it isn't reduced; adds {@code upstream} times the gradient to
     * {@code gradients}.
     */
    static double[] evaluate(Result result, List<float[]> outputs, float[] upstream, List<float[]> gradients) {
        int samples = result.shapes().get(0).size(0);
        List<Shape> shapes = result.shapes().stream().map(Shape::sample).toList();
        float[] targets = new float[result.targets().size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = result.targets().get(i);
        }
        Batch batch = LossProbe.batch(shapes, result.target(), samples, outputs, targets);
        float[] scaled = upstream.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= (float) result.factor();
        }
        double[] values;
        if (result.reduced()) {
            values = new double[] {LossProbe.value(result.loss(), batch, scaled[0])};
        } else if (result.loss() instanceof ElementLoss elements) {
            values = LossProbe.perElement(elements, batch, scaled);
        } else if (outputs.size() == 1) {
            values = LossProbe.perPosition(result.loss(), batch, scaled);
        } else {
            values = LossProbe.perSample(result.loss(), batch, scaled);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] *= result.factor();
        }
        for (int output = 0; output < gradients.size(); output++) {
            for (int i = 0; i < gradients.get(output).length; i++) {
                gradients.get(output)[i] += batch.gradient(output)[i];
            }
        }
        return values;
    }

    /** How many values {@link #evaluate} gives. */
    static int count(Result result) {
        if (result.reduced()) {
            return 1;
        }
        Shape first = result.shapes().get(0);
        if (result.loss() instanceof ElementLoss) {
            return Math.toIntExact(first.count());
        }
        return result.shapes().size() > 1 ? first.size(0) : Math.toIntExact(first.count() / first.size(1));
    }

    /** A loss that the script returns before it is reduced. */
    Value finished(Value value) {
        return value instanceof Expression expression ? contrastive(expression, new Value.Whole(NONE)) : value;
    }
}
