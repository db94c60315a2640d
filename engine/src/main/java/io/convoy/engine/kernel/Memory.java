package io.convoy.engine.kernel;

import io.convoy.engine.tensor.FloatSpan;

/** The memory of a program whose buffers have their addresses. */
public interface Memory {
    /** All floats of {@code value}'s buffer as they lie there, padding of its layout included. */
    FloatSpan floats(Value value);
}
