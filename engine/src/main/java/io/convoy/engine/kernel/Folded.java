package io.convoy.engine.kernel;

/**
 * A convolution's parameters with a BatchNorm folded in: with s = γ / √(σ² + ε), of each output channel,
 *
 * <pre>weight · s  and  β + (bias − μ) · s</pre>
 *
 * @param weight as the convolution's
 * @param bias [C], also where the convolution has none
 */
public record Folded(Value weight, Value bias) {}
