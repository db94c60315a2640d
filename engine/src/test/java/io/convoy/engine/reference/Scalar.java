package io.convoy.engine.reference;

import org.jspecify.annotations.Nullable;

/** A number that knows what it was computed from, for differentiation in reverse. */
public final class Scalar {
    private final Tape tape;
    private final Rounded number;
    private final @Nullable Scalar left;
    private final @Nullable Scalar right;
    private final Rounded byLeft;
    private final Rounded byRight;
    private Rounded gradient = Rounded.ZERO;

    Scalar(Tape tape, Rounded number) {
        this(tape, number, null, Rounded.ZERO, null, Rounded.ZERO);
    }

    private Scalar(Scalar from, Rounded number, Rounded derivative) {
        this(from.tape, number, from, derivative, null, Rounded.ZERO);
    }

    private Scalar(
            Tape tape, Rounded number, @Nullable Scalar left, Rounded byLeft, @Nullable Scalar right, Rounded byRight) {
        this.tape = tape;
        this.number = number;
        this.left = left;
        this.byLeft = byLeft;
        this.right = right;
        this.byRight = byRight;
        tape.record(this);
    }

    public double value() {
        return number.value();
    }

    /** The value, and how far float32 may be off. */
    Rounded rounded() {
        return number;
    }

    /** What {@link Tape#backward} found, and how far float32 may be off. */
    Rounded gradient() {
        return gradient;
    }

    void forgetGradient() {
        gradient = Rounded.ZERO;
    }

    void receive(Rounded more) {
        gradient = gradient.equals(Rounded.ZERO) ? more : gradient.plus(more);
    }

    void passOn() {
        if (gradient.equals(Rounded.ZERO)) {
            return;
        }
        if (left != null) {
            left.receive(byLeft.equals(Rounded.ONE) ? gradient : gradient.times(byLeft));
        }
        if (right != null) {
            right.receive(byRight.equals(Rounded.ONE) ? gradient : gradient.times(byRight));
        }
    }

    public Scalar plus(Scalar b) {
        return new Scalar(tape, number.plus(b.number), this, Rounded.ONE, b, Rounded.ONE);
    }

    public Scalar plus(double b) {
        return plus(tape.scalar(b));
    }

    public Scalar minus(Scalar b) {
        return plus(b.times(-1));
    }

    public Scalar times(Scalar b) {
        return new Scalar(tape, number.times(b.number), this, b.number, b, number);
    }

    public Scalar times(double b) {
        return new Scalar(this, number.times(b), Rounded.of(b));
    }

    public Scalar divide(Scalar b) {
        return times(b.pow(-1));
    }

    public Scalar divide(double b) {
        return times(1 / b);
    }

    public Scalar exp() {
        Rounded y = number.exp();
        return new Scalar(this, y, y);
    }

    /** exp(x) − 1. Its derivative is y + 1, with the rounding of y, as whoever keeps only y has it. */
    public Scalar expm1() {
        Rounded y = number.exp().plus(Rounded.of(-1));
        return new Scalar(this, y, y.plus(Rounded.ONE));
    }

    /** This, where float32 may be off by {@code error} more: for approximations whose error has been measured. */
    public Scalar within(double error) {
        return new Scalar(this, number.within(error), Rounded.ONE);
    }

    public Scalar log() {
        Rounded reciprocal = number.pow(-1);
        return new Scalar(this, number.apply(Math.log(number.value()), reciprocal.value()), reciprocal);
    }

    public Scalar sqrt() {
        return pow(0.5);
    }

    /** This to a power that is constant; of a base that isn't negative, unless the power is whole. */
    public Scalar pow(double exponent) {
        return new Scalar(this, number.pow(exponent), number.pow(exponent - 1).times(exponent));
    }

    public Scalar tanh() {
        double t = Math.tanh(number.value());
        Rounded y = number.apply(t, 1 - t * t);
        return new Scalar(this, y, Rounded.ONE.plus(y.times(y).times(-1)));
    }

    public Scalar sigmoid() {
        double s = 1 / (1 + Math.exp(-number.value()));
        Rounded y = number.apply(s, s * (1 - s));
        return new Scalar(this, y, y.plus(y.times(y).times(-1)));
    }

    /** The error function, 2/√π ∫₀ˣ exp(−t²) dt. */
    public Scalar erf() {
        Rounded derivative = number.times(number).times(-1).exp().times(2 / Math.sqrt(Math.PI));
        return new Scalar(this, number.apply(Erf.of(number.value()), derivative.value()), derivative);
    }

    /** The larger of the two, and of equal ones this. */
    public Scalar max(Scalar b) {
        tape.kink(number.value() - b.number.value());
        return number.value() >= b.number.value() ? this : b;
    }

    /** The smaller of the two, and of equal ones this. */
    public Scalar min(Scalar b) {
        tape.kink(number.value() - b.number.value());
        return number.value() <= b.number.value() ? this : b;
    }

    /** max(this, 0), with gradient 0 at 0. */
    public Scalar relu() {
        return tape.zero().max(this);
    }

    /** |this|, with gradient 0 at 0. */
    public Scalar abs() {
        tape.kink(number.value());
        return times(Math.signum(number.value()));
    }

    /** Its value as a constant: gradients don't pass. */
    public Scalar detached() {
        return tape.scalar(number.value());
    }

    /** Tells that the function that follows has a kink at {@code place}. */
    public Scalar kinkAt(double place) {
        tape.kink(number.value() - place);
        return this;
    }

    /** Whether it is above {@code threshold}, where what follows has a kink. */
    public boolean above(double threshold) {
        tape.kink(number.value() - threshold);
        return number.value() > threshold;
    }

    @Override
    public String toString() {
        return Double.toString(number.value());
    }
}
