package io.convoy.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the references stand on. */
class ScalarTest {
    static Stream<Named<UnaryOperator<Scalar>>> functions() {
        return Stream.of(
                Named.of("plus", x -> x.plus(x).plus(3)),
                Named.of("minus", x -> x.minus(x.times(3))),
                Named.of("times", x -> x.times(x).times(0.3)),
                Named.of("divide", x -> x.plus(5).divide(x.times(x).plus(1)).divide(2)),
                Named.of("exp", Scalar::exp),
                Named.of("expm1", Scalar::expm1),
                Named.of("within", x -> x.within(1)),
                Named.of("log", x -> x.times(x).plus(1).log()),
                Named.of("sqrt", x -> x.times(x).plus(1).sqrt()),
                Named.of("pow", x -> x.plus(9).pow(1.7)),
                Named.of("tanh", Scalar::tanh),
                Named.of("sigmoid", Scalar::sigmoid),
                Named.of("erf", Scalar::erf),
                Named.of("max", x -> x.max(x.times(x))),
                Named.of("min", x -> x.min(x.times(x))),
                Named.of("relu", Scalar::relu),
                Named.of("abs", Scalar::abs));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void everyFunctionHasItsDerivative(UnaryOperator<Scalar> f) {
        for (double x = -3.95; x < 4; x += 0.1) {
            Tape tape = new Tape();
            Scalar argument = tape.scalar(x);
            tape.backward(List.of(f.apply(argument)), new double[] {1});
            double numeric = (at(f, x + 1e-5) - at(f, x - 1e-5)) / 2e-5;
            assertThat(argument.gradient().value()).isCloseTo(numeric, within(1e-7 * (1 + Math.abs(numeric))));
        }
    }

    private static double at(UnaryOperator<Scalar> f, double x) {
        return f.apply(new Tape().scalar(x)).value();
    }

    /** Values from Abramowitz and Stegun, table 7.1. */
    @Test
    void errorFunctionHasItsTabulatedValues() {
        assertThat(Erf.of(0)).isZero();
        assertThat(Erf.of(0.5)).isCloseTo(0.5204998778, within(1e-10));
        assertThat(Erf.of(1)).isCloseTo(0.8427007929, within(1e-10));
        assertThat(Erf.of(-2)).isCloseTo(-0.9953222650, within(1e-10));
        assertThat(Erf.of(2.49999)).isCloseTo(Erf.of(2.50001), within(1e-7));
        assertThat(1 - Erf.of(3)).isCloseTo(2.209049700e-5, within(1e-14));
    }

    @Test
    void ofEqualValuesTheFirstGetsTheGradientOfAMaximum() {
        Tape tape = new Tape();
        Scalar first = tape.scalar(2);
        Scalar second = tape.scalar(2);
        tape.backward(List.of(first.max(second)), new double[] {1});
        assertThat(first.gradient().value()).isEqualTo(1);
        assertThat(second.gradient().value()).isZero();
        assertThat(tape.nearestKink()).isInfinite();
        first.max(tape.scalar(2.25));
        assertThat(tape.nearestKink()).isEqualTo(0.25);
    }

    @Test
    void sumsInFloat32StayWithinTheToleranceAndAMissingTermDoesNot() {
        Tape tape = new Tape();
        Scalar exact = tape.zero();
        float sum = 0;
        float last = 0;
        for (int i = 1; i <= 10_000; i++) {
            float a = (float) Math.sqrt(i);
            float b = (float) Math.cos(i);
            exact = exact.plus(tape.scalar(a).times(tape.scalar(b)));
            last = a * b;
            sum += last;
        }
        double tolerance = exact.rounded().tolerance();
        assertThat((double) sum).isCloseTo(exact.value(), within(tolerance));
        assertThat(Math.abs(sum - last - exact.value())).isGreaterThan(tolerance);
    }
}
