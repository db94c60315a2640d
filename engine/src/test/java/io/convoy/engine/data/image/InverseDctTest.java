package io.convoy.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import org.junit.jupiter.api.Test;

class InverseDctTest {
    @Test
    void samplesAreWithinOneOfTheSumOfCosines() {
        RandomStream random = new Seed(7).stream();
        for (int trial = 0; trial < 500; trial++) {
            int[] x = new int[64];
            for (int k = 0; k < 64; k++) {
                x[k] = random.nextInt(4) == 0 ? random.nextInt(401) - 200 : 0;
            }
            double[] expected = new double[64];
            for (int i = 0; i < 64; i++) {
                double sum = 0;
                for (int k = 0; k < 64; k++) {
                    sum += x[k] * basis(k % 8, i % 8) * basis(k / 8, i / 8) / 4;
                }
                expected[i] = Math.min(255, Math.max(0, sum + 128));
            }
            byte[] samples = new byte[80];
            InverseDct.transform(x, samples, 0, 10);
            for (int i = 0; i < 64; i++) {
                assertThat((samples[i / 8 * 10 + i % 8] & 0xFF) - expected[i])
                        .as("trial %d, sample %d", trial, i)
                        .isBetween(-1.0, 1.0);
            }
            assertThat(samples[8]).isZero();
        }
    }

    @Test
    void aFlatBlockIsOneOfASingleCoefficient() {
        for (int first = -1100; first <= 1100; first += 7) {
            int[] x = new int[64];
            x[0] = first;
            byte[] samples = new byte[64];
            byte[] flat = new byte[64];
            InverseDct.transform(x, samples, 0, 8);
            InverseDct.flat(first, flat, 0, 8);
            assertThat(flat).as("coefficient %d", first).isEqualTo(samples);
        }
    }

    private static double basis(int frequency, int place) {
        return (frequency == 0 ? Math.sqrt(0.5) : 1) * Math.cos((2 * place + 1) * frequency * Math.PI / 16);
    }
}
