package io.convoy.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import org.junit.jupiter.api.Test;

/** Rules and arguments that no golden case covers, against the published formulas in plain float64 on a whole tensor. */
class RulesByFormulaTest {
    private static final int LENGTH = 2_500;
    private static final int STEPS = 6;
    private static final double RATE = 0.01;

    /** One step on float64 values. */
    private interface Formula {
        void step(int t, double[] w, double[] g, double[][] state);
    }

    private static void follows(Optimizer rule, int spans, Formula formula) {
        RandomStream stream = Property.seed(RulesByFormulaTest.class).stream();
        float[] w = new float[LENGTH];
        double[] expected = new double[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            w[i] = (float) stream.nextGaussian();
            expected[i] = w[i];
        }
        float[][] state = new float[rule.stateSpans()][LENGTH];
        double[][] expectedState = new double[spans][LENGTH];
        for (int t = 1; t <= STEPS; t++) {
            float[] g = new float[LENGTH];
            double[] wide = new double[LENGTH];
            for (int i = 0; i < LENGTH; i++) {
                g[i] = (float) (stream.nextGaussian() + 0.5);
                wide[i] = g[i];
            }
            WholeTensor.step(rule, Update.of(t - 1, RATE), w, g, state);
            formula.step(t, expected, wide, expectedState);
            for (int i = 0; i < LENGTH; i++) {
                assertThat((double) w[i]).as("%s, step %d, %d", rule, t, i).isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    private static double norm(double[] x) {
        double sum = 0;
        for (double one : x) {
            sum += one * one;
        }
        return Math.sqrt(sum);
    }

    @Test
    void larsScalesEachTensorByItsNorms() {
        follows(new Lars(0.9, 0.02, 0.5, 1e-8), 1, (t, w, g, state) -> {
            double ratio = 0.5 * norm(w) / (norm(g) + 0.02 * norm(w) + 1e-8);
            for (int i = 0; i < LENGTH; i++) {
                state[0][i] = 0.9 * state[0][i] + RATE * ratio * (g[i] + 0.02 * w[i]);
                w[i] -= state[0][i];
            }
        });
    }

    @Test
    void lambGivesEachTensorAStepInProportionToItsNorm() {
        follows(new Lamb(0.8, 0.99, 1e-6, 0.03), 2, (t, w, g, state) -> {
            double[] r = new double[LENGTH];
            for (int i = 0; i < LENGTH; i++) {
                state[0][i] = 0.8 * state[0][i] + 0.2 * g[i];
                state[1][i] = 0.99 * state[1][i] + 0.01 * g[i] * g[i];
                r[i] = state[0][i] / (1 - Math.pow(0.8, t)) / (Math.sqrt(state[1][i] / (1 - Math.pow(0.99, t))) + 1e-6)
                        + 0.03 * w[i];
            }
            double ratio = norm(w) / norm(r);
            for (int i = 0; i < LENGTH; i++) {
                w[i] -= RATE * ratio * r[i];
            }
        });
    }

    @Test
    void layerwiseRulesStepByTheRateWhereANormIsZero() {
        float[] w = new float[3];
        WholeTensor.step(new Lars(0, 0, 0.001, 0), Update.of(0, 0.5), w, new float[] {1, 2, 3}, new float[1][3]);
        assertThat(w).containsExactly(-0.5f, -1, -1.5f);
        float[] flat = new float[2];
        WholeTensor.step(Lamb.defaults(), Update.of(0, 0.5), flat, new float[] {1, -1}, new float[3][2]);
        assertThat(flat[0]).isCloseTo(-0.5f, within(1e-5f));
        float[] still = {1, 2};
        WholeTensor.step(Lars.defaults(), Update.of(0, 0.5), still, new float[2], new float[1][2]);
        assertThat(still).containsExactly(1, 2);
    }

    @Test
    void adagradFallsWithTheStepsAndStartsWithItsAccumulator() {
        follows(new Adagrad(0.3, 0.05, 0.7, 1e-3), 1, (t, w, g, state) -> {
            double rate = RATE / (1 + (t - 1) * 0.3);
            for (int i = 0; i < LENGTH; i++) {
                double gradient = g[i] + 0.05 * w[i];
                state[0][i] = (t == 1 ? 0.7 : state[0][i]) + gradient * gradient;
                w[i] -= rate * gradient / (Math.sqrt(state[0][i]) + 1e-3);
            }
        });
    }

    @Test
    void adadeltaAdamaxAndRmspropDecayTheirWeights() {
        follows(new Adadelta(0.8, 1e-3, 0.05), 2, (t, w, g, state) -> {
            for (int i = 0; i < LENGTH; i++) {
                double gradient = g[i] + 0.05 * w[i];
                state[0][i] = 0.8 * state[0][i] + 0.2 * gradient * gradient;
                double delta = Math.sqrt(state[1][i] + 1e-3) / Math.sqrt(state[0][i] + 1e-3) * gradient;
                state[1][i] = 0.8 * state[1][i] + 0.2 * delta * delta;
                w[i] -= RATE * delta;
            }
        });
        follows(new Adamax(0.8, 0.9, 1e-3, 0.05), 2, (t, w, g, state) -> {
            for (int i = 0; i < LENGTH; i++) {
                double gradient = g[i] + 0.05 * w[i];
                state[0][i] = 0.8 * state[0][i] + 0.2 * gradient;
                state[1][i] = Math.max(0.9 * state[1][i], Math.abs(gradient) + 1e-3);
                w[i] -= RATE / (1 - Math.pow(0.8, t)) * state[0][i] / state[1][i];
            }
        });
        follows(new RmsProp(0.9, 1e-3, 0.05, 0, true), 2, (t, w, g, state) -> {
            for (int i = 0; i < LENGTH; i++) {
                double gradient = g[i] + 0.05 * w[i];
                state[0][i] = 0.9 * state[0][i] + 0.1 * gradient * gradient;
                state[1][i] = 0.9 * state[1][i] + 0.1 * gradient;
                w[i] -= RATE * gradient / (Math.sqrt(state[0][i] - state[1][i] * state[1][i]) + 1e-3);
            }
        });
    }

    @Test
    void nadamsProductOfMomentumsIsThatOfAllStepsSoFar() {
        for (boolean decoupled : new boolean[] {false, true}) {
            double[] product = {1};
            follows(new NAdam(0.9, 0.99, 1e-3, 0.05, 0.5, decoupled), 2, (t, w, g, state) -> {
                double now = 0.9 * (1 - 0.5 * Math.pow(0.96, t * 0.5));
                double next = 0.9 * (1 - 0.5 * Math.pow(0.96, (t + 1) * 0.5));
                product[0] *= now;
                for (int i = 0; i < LENGTH; i++) {
                    double gradient = g[i] + (decoupled ? 0 : 0.05 * w[i]);
                    w[i] *= decoupled ? 1 - RATE * 0.05 : 1;
                    state[0][i] = 0.9 * state[0][i] + 0.1 * gradient;
                    state[1][i] = 0.99 * state[1][i] + 0.01 * gradient * gradient;
                    double root = Math.sqrt(state[1][i] / (1 - Math.pow(0.99, t))) + 1e-3;
                    w[i] -= RATE * (1 - now) / (1 - product[0]) * gradient / root;
                    w[i] -= RATE * next / (1 - product[0] * next) * state[0][i] / root;
                }
            });
        }
    }

    @Test
    void adamwTakesItsShareOfTheWeightAwayFromTheGradient() {
        follows(new AdamW(0.8, 0.99, 1e-3, 0.2, false), 2, (t, w, g, state) -> {
            for (int i = 0; i < LENGTH; i++) {
                w[i] *= 1 - RATE * 0.2;
                state[0][i] = 0.8 * state[0][i] + 0.2 * g[i];
                state[1][i] = 0.99 * state[1][i] + 0.01 * g[i] * g[i];
                w[i] -= RATE
                        / (1 - Math.pow(0.8, t))
                        * state[0][i]
                        / (Math.sqrt(state[1][i] / (1 - Math.pow(0.99, t))) + 1e-3);
            }
        });
    }
}
