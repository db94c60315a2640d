package io.convoy.engine.kernel;

/**
 * A gradient on its way back.
 *
 * @param value the tensor
 * @param exclusive whether nobody else will read its memory, so that it may be overwritten in place
 */
public record Gradient(Value value, boolean exclusive) {}
