package io.convoy.engine.data;

import io.convoy.engine.rng.Seed;

/** A linear classifier, softmax(W x + b), trained with plain stochastic gradient descent: what a data set is too easy for. */
final class SoftmaxRegression {
    private static final int BATCH = 100;

    private final int inputs;
    private final int classes;
    private final float[] weights;
    private final InputPipeline.Reader reader;
    private final float[] x;
    private final double[] probability;

    SoftmaxRegression(InputPipeline pipeline) {
        inputs = (int) pipeline.dataset().sampleShape().count();
        classes = pipeline.dataset().classes();
        weights = new float[classes * (inputs + 1)];
        reader = pipeline.reader();
        x = new float[inputs];
        probability = new double[classes];
        float learningRate = 0.02f;
        float[] gradient = new float[weights.length];
        int size = pipeline.dataset().size();
        for (int epoch = 0; epoch < 5; epoch++) {
            EpochOrder order = EpochOrder.shuffled(new Seed(3), epoch, size);
            for (int position = 0; position < size; position++) {
                int sample = order.sampleAt(position);
                predict(reader, sample);
                for (int c = 0; c < classes; c++) {
                    float error = (float) probability[c] - (c == pipeline.label(sample) ? 1 : 0);
                    int row = c * (inputs + 1);
                    for (int i = 0; i < inputs; i++) {
                        gradient[row + i] += error * x[i];
                    }
                    gradient[row + inputs] += error;
                }
                if (position % BATCH == BATCH - 1) {
                    for (int i = 0; i < weights.length; i++) {
                        weights[i] -= learningRate / BATCH * gradient[i];
                        gradient[i] = 0;
                    }
                }
            }
            learningRate *= 0.7f;
        }
    }

    /** The part of the samples that it gets right. */
    double accuracy(InputPipeline test) {
        InputPipeline.Reader testReader = test.reader();
        int correct = 0;
        for (int i = 0; i < test.dataset().size(); i++) {
            if (predict(testReader, i) == test.label(i)) {
                correct++;
            }
        }
        return (double) correct / test.dataset().size();
    }

    private int predict(InputPipeline.Reader from, int sample) {
        from.fillPlain(sample, x, 0);
        int best = 0;
        for (int c = 0; c < classes; c++) {
            int row = c * (inputs + 1);
            float score = weights[row + inputs];
            for (int i = 0; i < inputs; i++) {
                score += weights[row + i] * x[i];
            }
            probability[c] = score;
            best = score > probability[best] ? c : best;
        }
        double highest = probability[best];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            probability[c] = StrictMath.exp(probability[c] - highest);
            sum += probability[c];
        }
        for (int c = 0; c < classes; c++) {
            probability[c] /= sum;
        }
        return best;
    }
}
