package io.convoy.spark.config;

import java.util.List;

/** What training makes small. Arguments mean what they mean in {@code io.convoy.engine.loss}, as a rule what PyTorch means. */
public sealed interface LossConfig {
    /** What a sum of losses is divided by. */
    enum Reduction {
        /** By what the loss counts: samples, elements, or the weights of the targets. */
        MEAN,
        /** By the number of samples. */
        BATCH_MEAN,
        /** By nothing. */
        SUM
    }

    /**
     * {@code kind: crossEntropy}: of the softmax of the network's scores. Where the data have several tasks, it is that of each task
     * with classes, and smoothL1 of each with numbers, all of weight 1.
     *
     * @param classWeights one a class, at least 0; default [], 1 each
     * @param ignoreIndex a label that costs nothing and doesn't count; default -100
     * @param labelSmoothing from 0 to 1; default 0
     * @param reduction default mean
     */
    record CrossEntropy(
            @Default("[]") List<Double> classWeights,
            @Default("-100") int ignoreIndex,
            @Default("0") double labelSmoothing,
            @Default("mean") Reduction reduction)
            implements LossConfig {
        /** Checks the ranges. */
        public CrossEntropy {
            classWeights = weights("classWeights", classWeights);
            Expect.between("labelSmoothing", labelSmoothing, 0.0, 1.0);
        }
    }

    /**
     * {@code kind: negativeLogLikelihood}: of logarithms of probabilities.
     *
     * @param classWeights one a class, at least 0; default [], 1 each
     * @param ignoreIndex a label that costs nothing and doesn't count; default -100
     * @param reduction default mean
     */
    record NegativeLogLikelihood(
            @Default("[]") List<Double> classWeights,
            @Default("-100") int ignoreIndex,
            @Default("mean") Reduction reduction)
            implements LossConfig {
        /** Checks the range. */
        public NegativeLogLikelihood {
            classWeights = weights("classWeights", classWeights);
        }
    }

    /**
     * {@code kind: binaryCrossEntropy}: of probabilities of yes and no.
     *
     * @param reduction default mean
     */
    record BinaryCrossEntropy(@Default("mean") Reduction reduction) implements LossConfig {}

    /**
     * {@code kind: binaryCrossEntropyWithLogits}: of the sigmoid of the network's scores.
     *
     * @param positiveWeights what a yes weighs, one a channel or one for all, at least 0; default [], 1
     * @param reduction default mean
     */
    record BinaryCrossEntropyWithLogits(
            @Default("[]") List<Double> positiveWeights,
            @Default("mean") Reduction reduction) implements LossConfig {
        /** Checks the range. */
        public BinaryCrossEntropyWithLogits {
            positiveWeights = weights("positiveWeights", positiveWeights);
        }
    }

    /**
     * {@code kind: l1}: the absolute difference.
     *
     * @param reduction default mean
     */
    record L1(@Default("mean") Reduction reduction) implements LossConfig {}

    /**
     * {@code kind: meanSquaredError}.
     *
     * @param reduction default mean
     */
    record MeanSquaredError(@Default("mean") Reduction reduction) implements LossConfig {}

    /**
     * {@code kind: smoothL1}: the absolute difference with a parabola for its tip.
     *
     * @param beta where the parabola ends, at least 0; default 1
     * @param reduction default mean
     */
    record SmoothL1(
            @Default("1") double beta, @Default("mean") Reduction reduction) implements LossConfig {
        /** Checks the range. */
        public SmoothL1 {
            Expect.atLeast("beta", beta, 0.0);
        }
    }

    /**
     * {@code kind: huber}: a parabola that goes on as a straight line.
     *
     * @param delta where the parabola ends, above 0; default 1
     * @param reduction default mean
     */
    record Huber(
            @Default("1") double delta, @Default("mean") Reduction reduction) implements LossConfig {
        /** Checks the range. */
        public Huber {
            Expect.above("delta", delta, 0.0);
        }
    }

    /**
     * {@code kind: klDivergence}: of logarithms of probabilities.
     *
     * @param logTarget whether targets are logarithms, too; default false
     * @param reduction default mean; batch_mean is the divergence a sample
     */
    record KlDivergence(
            @Default("false") boolean logTarget,
            @Default("mean") Reduction reduction) implements LossConfig {}

    /**
     * {@code kind: focal}: cross-entropy of yes and no that looks away from what is easy.
     *
     * @param alpha what a yes weighs, at most 1; below 0 nothing is weighed; default 0.25
     * @param gamma at least 0; default 2
     * @param reduction default mean
     */
    record Focal(
            @Default("0.25") double alpha,
            @Default("2") double gamma,
            @Default("mean") Reduction reduction) implements LossConfig {
        /** Checks the ranges. */
        public Focal {
            Expect.that(alpha <= 1, "alpha", "expects a number of at most 1, but it got " + Expect.text(alpha) + ".");
            Expect.atLeast("gamma", gamma, 0.0);
        }
    }

    /**
     * {@code kind: softmaxFocal}: the same for classes that exclude each other.
     *
     * @param classWeights one a class, at least 0; default [], 1 each
     * @param gamma at least 0; default 2
     * @param ignoreIndex a label that costs nothing and doesn't count; default -100
     * @param reduction default mean
     */
    record SoftmaxFocal(
            @Default("[]") List<Double> classWeights,
            @Default("2") double gamma,
            @Default("-100") int ignoreIndex,
            @Default("mean") Reduction reduction)
            implements LossConfig {
        /** Checks the ranges. */
        public SoftmaxFocal {
            classWeights = weights("classWeights", classWeights);
            Expect.atLeast("gamma", gamma, 0.0);
        }
    }

    /**
     * {@code kind: contrastive}: for pairs, which two outputs of the network are.
     *
     * @param margin how far pairs that are not alike are pushed apart, above 0; default 1
     * @param reduction default mean
     */
    record Contrastive(
            @Default("1") double margin, @Default("mean") Reduction reduction) implements LossConfig {
        /** Checks the range. */
        public Contrastive {
            Expect.above("margin", margin, 0.0);
        }
    }

    /**
     * {@code kind: tripletMargin}: for anchor, positive and negative, which three outputs of the network are.
     *
     * @param margin above 0; default 1
     * @param p the norm's degree, at least 1; default 2
     * @param eps at least 0; default 1e-6
     * @param swap whether the negative's distance to the positive counts if it is the shorter one; default false
     * @param reduction default mean
     */
    record TripletMargin(
            @Default("1") double margin,
            @Default("2") double p,
            @Default("1e-6") double eps,
            @Default("false") boolean swap,
            @Default("mean") Reduction reduction)
            implements LossConfig {
        /** Checks the ranges. */
        public TripletMargin {
            Expect.above("margin", margin, 0.0);
            Expect.atLeast("p", p, 1.0);
            Expect.atLeast("eps", eps, 0.0);
        }
    }

    /**
     * {@code kind: quadruplet}: for anchor, positive and two negatives, which four outputs of the network are.
     *
     * @param margin above 0; default 1
     * @param secondMargin above 0; default 0.5
     * @param reduction default mean
     */
    record Quadruplet(
            @Default("1") double margin,
            @Default("0.5") double secondMargin,
            @Default("mean") Reduction reduction) implements LossConfig {
        /** Checks the ranges. */
        public Quadruplet {
            Expect.above("margin", margin, 0.0);
            Expect.above("secondMargin", secondMargin, 0.0);
        }
    }

    /**
     * {@code kind: cosineEmbedding}: for pairs, which two outputs of the network are.
     *
     * @param margin a cosine that costs nothing, from -1 to 1; default 0
     * @param reduction default mean
     */
    record CosineEmbedding(
            @Default("0") double margin, @Default("mean") Reduction reduction) implements LossConfig {
        /** Checks the range. */
        public CosineEmbedding {
            Expect.between("margin", margin, -1.0, 1.0);
        }
    }

    /**
     * {@code kind: weightedSum}: several losses with fixed weights.
     *
     * @param tasks at least one; default all tasks of the data, each of weight 1
     */
    record WeightedSum(@Default("[]") List<TaskConfig> tasks) implements LossConfig {
        /** Keeps a copy. */
        public WeightedSum {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * {@code kind: uncertaintyWeighted}: several losses with learned weights, the network's last output; a
     * network of the zoo gets that output by itself.
     *
     * @param tasks at least one; default all tasks of the data
     */
    record UncertaintyWeighted(@Default("[]") List<TaskConfig> tasks) implements LossConfig {
        /** Keeps a copy. */
        public UncertaintyWeighted {
            tasks = List.copyOf(tasks);
        }
    }

    private static List<Double> weights(String key, List<Double> weights) {
        for (double weight : weights) {
            Expect.atLeast(key, weight, 0.0);
        }
        return List.copyOf(weights);
    }
}
