package io.convoy.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Whether two lists of outputs are the same. */
final class Agreement {
    private Agreement() {}

    /** The greatest difference of each output is at most {@code relative} of its greatest value. */
    static void within(double relative, List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int output = 0; output < expected.size(); output++) {
            float[] a = actual.get(output);
            float[] e = expected.get(output);
            assertThat(a).as("output %d", output).hasSameSizeAs(e);
            double greatest = 0;
            double difference = 0;
            for (int i = 0; i < e.length; i++) {
                assertThat(e[i]).as("output %d, value %d", output, i).isFinite();
                greatest = Math.max(greatest, Math.abs(e[i]));
                difference = Math.max(difference, Math.abs((double) a[i] - e[i]));
                assertThat(a[i]).as("output %d, value %d", output, i).isFinite();
            }
            assertThat(difference)
                    .as("the greatest difference of output %d, whose greatest value is %s", output, greatest)
                    .isLessThanOrEqualTo(relative * greatest);
        }
    }

    static void exact(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int output = 0; output < expected.size(); output++) {
            assertThat(actual.get(output)).as("output %d", output).containsExactly(expected.get(output));
        }
    }
}
