package io.convoy.engine.reference;

import io.convoy.engine.loss.BinaryCrossEntropy;
import io.convoy.engine.loss.BinaryCrossEntropyWithLogits;
import io.convoy.engine.loss.Contrastive;
import io.convoy.engine.loss.CosineEmbedding;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.loss.Focal;
import io.convoy.engine.loss.Huber;
import io.convoy.engine.loss.KlDivergence;
import io.convoy.engine.loss.L1;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.MeanSquaredError;
import io.convoy.engine.loss.NegativeLogLikelihood;
import io.convoy.engine.loss.Quadruplet;
import io.convoy.engine.loss.Reduction;
import io.convoy.engine.loss.SmoothL1;
import io.convoy.engine.loss.SoftmaxFocal;
import io.convoy.engine.loss.Task;
import io.convoy.engine.loss.TripletMargin;
import io.convoy.engine.loss.UncertaintyWeighted;
import io.convoy.engine.loss.WeightedSum;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Every loss's value, as its definition says it. */
final class LossReferences {
    /**
     * What a loss looks at.
     *
     * @param tape where arithmetic is noted
     * @param samples N
     * @param outputs [N, …] each
     * @param target the shape of one sample's target
     * @param targets row-major
     */
    record Samples(Tape tape, int samples, List<Scalars> outputs, Shape target, List<Double> targets) {
        Scalars x() {
            return outputs.get(0);
        }

        /** Classes, the first dimension of a sample. */
        int classes() {
            return x().size(1);
        }

        /** Positions that have a class each: the rest of a sample's dimensions. */
        int positions() {
            return x().values().size() / samples / classes();
        }

        Scalar x(int n, int k, int position) {
            return x().values().get((n * classes() + k) * positions() + position);
        }

        double target(int n, int i) {
            return targets.get(n * Math.toIntExact(target.count()) + i);
        }

        /** Row n of output {@code index}. */
        List<Scalar> row(int index, int n) {
            int width = outputs.get(index).size(1);
            return outputs.get(index).values().subList(n * width, (n + 1) * width);
        }
    }

    /** The loss of the samples. */
    @FunctionalInterface
    private interface Value<L extends Loss> {
        Scalar of(L loss, Samples samples);
    }

    /** The loss of one element. */
    @FunctionalInterface
    private interface Element<L extends Loss> {
        Scalar of(L loss, Scalar x, double t, int channel);
    }

    private static final Map<Class<? extends Loss>, Value<Loss>> TABLE = new LinkedHashMap<>();

    static {
        put(CrossEntropy.class, LossReferences::crossEntropy);
        put(NegativeLogLikelihood.class, LossReferences::negativeLogLikelihood);
        put(SoftmaxFocal.class, LossReferences::softmaxFocal);
        elements(BinaryCrossEntropy.class, (loss, x, t, channel) -> crossEntropy(x, t));
        elements(
                BinaryCrossEntropyWithLogits.class,
                (loss, x, t, channel) -> x.sigmoid()
                        .log()
                        .times(-t * weight(loss.positiveWeights(), channel))
                        .plus(x.times(-1).sigmoid().log().times(t - 1)));
        elements(Focal.class, LossReferences::focal);
        elements(L1.class, (loss, x, t, channel) -> x.plus(-t).abs());
        elements(MeanSquaredError.class, (loss, x, t, channel) -> x.plus(-t).pow(2));
        elements(
                SmoothL1.class,
                (loss, x, t, channel) -> x.plus(-t).abs().above(loss.beta())
                        ? x.plus(-t).abs().plus(-loss.beta() / 2)
                        : x.plus(-t).pow(2).divide(2 * loss.beta()));
        elements(
                Huber.class,
                (loss, x, t, channel) -> x.plus(-t).abs().above(loss.delta())
                        ? x.plus(-t).abs().plus(-loss.delta() / 2).times(loss.delta())
                        : x.plus(-t).pow(2).divide(2));
        elements(
                KlDivergence.class,
                (loss, x, t, channel) -> loss.logTarget()
                        ? x.times(-1).plus(t).times(Math.exp(t))
                        : t == 0 ? x.times(0) : x.times(-1).plus(Math.log(t)).times(t));
        put(Contrastive.class, LossReferences::contrastive);
        put(CosineEmbedding.class, LossReferences::cosine);
        put(TripletMargin.class, LossReferences::triplet);
        put(Quadruplet.class, LossReferences::quadruplet);
        put(
                WeightedSum.class,
                (loss, samples) -> IntStream.range(0, loss.tasks().size())
                        .mapToObj(k -> task(loss.tasks().get(k), samples))
                        .collect(Scalars.sum()));
        put(UncertaintyWeighted.class, LossReferences::uncertainty);
    }

    private LossReferences() {}

    private static <L extends Loss> void put(Class<L> loss, Value<L> value) {
        TABLE.put(loss, (any, samples) -> value.of(loss.cast(any), samples));
    }

    private static <L extends Loss> void elements(Class<L> loss, Element<L> element) {
        put(loss, (one, samples) -> {
            int count = Math.toIntExact(samples.target().count());
            int channels = samples.x().shape().rank() > 1 ? samples.classes() : 1;
            Scalar sum = samples.tape().zero();
            for (int n = 0; n < samples.samples(); n++) {
                for (int i = 0; i < count; i++) {
                    Scalar x = samples.x().values().get(n * count + i);
                    sum = sum.plus(element.of(one, x, samples.target(n, i), i / (count / channels)));
                }
            }
            return reduced(sum, one.reduction(0), samples, (double) samples.samples() * count);
        });
    }

    static Set<Class<? extends Loss>> losses() {
        return Set.copyOf(TABLE.keySet());
    }

    static Scalar value(Loss loss, Samples samples) {
        Value<Loss> value = TABLE.get(loss.getClass());
        if (value == null) {
            throw new IllegalStateException("no reference for " + loss);
        }
        return value.of(loss, samples);
    }

    private static Scalar reduced(Scalar sum, Reduction reduction, Samples samples, double weight) {
        return switch (reduction) {
            case MEAN -> sum.divide(weight);
            case BATCH_MEAN -> sum.divide(samples.samples());
            case SUM -> sum;
        };
    }

    /** A weight a class or channel, one for all, or 1. */
    private static double weight(List<Double> weights, int index) {
        return weights.isEmpty() ? 1 : weights.get(weights.size() == 1 ? 0 : index);
    }

    /** The logarithm of softmax. */
    private static Scalar logShare(Samples samples, int n, int k, int position) {
        Scalar total = IntStream.range(0, samples.classes())
                .mapToObj(j -> samples.x(n, j, position).exp())
                .collect(Scalars.sum());
        return samples.x(n, k, position).minus(total.log());
    }

    private static Scalar crossEntropy(CrossEntropy loss, Samples samples) {
        boolean probabilities = samples.target().rank() == samples.x().shape().rank() - 1;
        int classes = samples.classes();
        int positions = samples.positions();
        Scalar sum = samples.tape().zero();
        double weight = 0;
        for (int n = 0; n < samples.samples(); n++) {
            for (int position = 0; position < positions; position++) {
                double label = probabilities ? 0 : samples.target(n, position);
                if (!probabilities && label == loss.ignoreIndex()) {
                    continue;
                }
                weight += probabilities ? 1 : weight(loss.classWeights(), (int) label);
                for (int k = 0; k < classes; k++) {
                    double p = probabilities ? samples.target(n, k * positions + position) : label == k ? 1 : 0;
                    double q = weight(loss.classWeights(), k)
                            * ((1 - loss.labelSmoothing()) * p + loss.labelSmoothing() / classes);
                    sum = sum.minus(logShare(samples, n, k, position).times(q));
                }
            }
        }
        return reduced(sum, loss.reduction(), samples, weight);
    }

    private static Scalar negativeLogLikelihood(NegativeLogLikelihood loss, Samples samples) {
        Scalar sum = samples.tape().zero();
        double weight = 0;
        for (int n = 0; n < samples.samples(); n++) {
            for (int position = 0; position < samples.positions(); position++) {
                int label = (int) samples.target(n, position);
                if (label != loss.ignoreIndex()) {
                    weight += weight(loss.classWeights(), label);
                    sum = sum.minus(samples.x(n, label, position).times(weight(loss.classWeights(), label)));
                }
            }
        }
        return reduced(sum, loss.reduction(), samples, weight);
    }

    private static Scalar softmaxFocal(SoftmaxFocal loss, Samples samples) {
        Scalar sum = samples.tape().zero();
        double weight = 0;
        for (int n = 0; n < samples.samples(); n++) {
            for (int position = 0; position < samples.positions(); position++) {
                int label = (int) samples.target(n, position);
                if (label != loss.ignoreIndex()) {
                    weight++;
                    Scalar log = logShare(samples, n, label, position);
                    sum = sum.minus(log.exp()
                            .times(-1)
                            .plus(1)
                            .pow(loss.gamma())
                            .times(log)
                            .times(weight(loss.classWeights(), label)));
                }
            }
        }
        return reduced(sum, loss.reduction(), samples, weight);
    }

    /** −(t · log p + (1 − t) · log(1 − p)). */
    private static Scalar crossEntropy(Scalar p, double t) {
        return p.log().times(-t).plus(p.times(-1).plus(1).log().times(t - 1));
    }

    private static Scalar focal(Focal loss, Scalar x, double t, int channel) {
        Scalar p = x.sigmoid();
        Scalar missed = p.times(1 - 2 * t).plus(t);
        double balance = loss.alpha() < 0 ? 1 : loss.alpha() * t + (1 - loss.alpha()) * (1 - t);
        return crossEntropy(p, t).times(missed.pow(loss.gamma())).times(balance);
    }

    /** (Σ |a − b + ε|^p)^(1/p). */
    private static Scalar distance(List<Scalar> a, List<Scalar> b, double p, double eps) {
        return IntStream.range(0, a.size())
                .mapToObj(i -> a.get(i).minus(b.get(i)).plus(eps).abs().pow(p))
                .collect(Scalars.sum())
                .pow(1 / p);
    }

    private static Scalar squaredDistance(List<Scalar> a, List<Scalar> b) {
        return product(
                IntStream.range(0, a.size())
                        .mapToObj(i -> a.get(i).minus(b.get(i)))
                        .toList(),
                IntStream.range(0, a.size())
                        .mapToObj(i -> a.get(i).minus(b.get(i)))
                        .toList());
    }

    private static Scalar product(List<Scalar> a, List<Scalar> b) {
        return IntStream.range(0, a.size())
                .mapToObj(i -> a.get(i).times(b.get(i)))
                .collect(Scalars.sum());
    }

    private static Scalar contrastive(Contrastive loss, Samples samples) {
        Scalar sum = samples.tape().zero();
        for (int n = 0; n < samples.samples(); n++) {
            Scalar d = distance(samples.row(0, n), samples.row(1, n), 2, 0);
            double t = samples.target(n, 0);
            sum = sum.plus(d.times(d).times((1 - t) / 2))
                    .plus(d.times(-1).plus(loss.margin()).relu().pow(2).times(t / 2));
        }
        return reduced(sum, loss.reduction(), samples, samples.samples());
    }

    private static Scalar cosine(CosineEmbedding loss, Samples samples) {
        Scalar sum = samples.tape().zero();
        for (int n = 0; n < samples.samples(); n++) {
            List<Scalar> a = samples.row(0, n);
            List<Scalar> b = samples.row(1, n);
            Scalar lengths =
                    product(a, a).plus(1e-12).times(product(b, b).plus(1e-12)).sqrt();
            Scalar cosine = product(a, b).divide(lengths);
            sum = sum.plus(
                    samples.target(n, 0) == 1
                            ? cosine.times(-1).plus(1)
                            : cosine.plus(-loss.margin()).relu());
        }
        return reduced(sum, loss.reduction(), samples, samples.samples());
    }

    private static Scalar triplet(TripletMargin loss, Samples samples) {
        Scalar sum = samples.tape().zero();
        for (int n = 0; n < samples.samples(); n++) {
            Scalar near = distance(samples.row(0, n), samples.row(1, n), loss.p(), loss.eps());
            Scalar far = distance(samples.row(0, n), samples.row(2, n), loss.p(), loss.eps());
            if (loss.swap()) {
                far = far.min(distance(samples.row(1, n), samples.row(2, n), loss.p(), loss.eps()));
            }
            sum = sum.plus(near.minus(far).plus(loss.margin()).relu());
        }
        return reduced(sum, loss.reduction(), samples, samples.samples());
    }

    private static Scalar quadruplet(Quadruplet loss, Samples samples) {
        Scalar sum = samples.tape().zero();
        for (int n = 0; n < samples.samples(); n++) {
            Scalar near = squaredDistance(samples.row(0, n), samples.row(1, n));
            Scalar far = squaredDistance(samples.row(0, n), samples.row(2, n));
            Scalar others = squaredDistance(samples.row(3, n), samples.row(2, n));
            sum = sum.plus(near.minus(far).plus(loss.margin()).relu())
                    .plus(near.minus(others).plus(loss.secondMargin()).relu());
        }
        return reduced(sum, loss.reduction(), samples, samples.samples());
    }

    private static Scalar task(Task task, Samples samples) {
        int stride = Math.toIntExact(samples.target().count());
        List<Double> own = new ArrayList<>();
        for (int n = 0; n < samples.samples(); n++) {
            int begin = n * stride + task.targetBegin();
            own.addAll(samples.targets()
                    .subList(begin, begin + Math.toIntExact(task.target().count())));
        }
        Samples seen = new Samples(
                samples.tape(),
                samples.samples(),
                task.outputs().stream().map(samples.outputs()::get).toList(),
                task.target(),
                own);
        return value(task.loss(), seen).times(task.weight());
    }

    /** The logarithms of the variances are the same for every sample, so each is taken as the mean of its column. */
    private static Scalar uncertainty(UncertaintyWeighted loss, Samples samples) {
        Scalars last = samples.outputs().get(samples.outputs().size() - 1);
        return IntStream.range(0, loss.tasks().size())
                .mapToObj(k -> {
                    Scalar s = Scalars.mean(IntStream.range(0, samples.samples())
                            .mapToObj(n -> last.at(n, k))
                            .toList());
                    return s.times(-1)
                            .exp()
                            .times(task(loss.tasks().get(k), samples))
                            .plus(s);
                })
                .collect(Scalars.sum());
    }

    /** All numbers of an array. */
    static List<Double> list(float[] numbers) {
        return Arrays.stream(IntStream.range(0, numbers.length)
                        .mapToDouble(i -> numbers[i])
                        .toArray())
                .boxed()
                .toList();
    }
}
