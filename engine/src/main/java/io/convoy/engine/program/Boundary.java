package io.convoy.engine.program;

import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import java.util.List;

/**
 * The moment at which the world outside looks: it does nothing, but keeps what it touches in memory until then.
 *
 * @param touches what is looked at
 */
record Boundary(List<Value> touches) implements Operation {
    @Override
    public void bind(Memory memory) {}

    @Override
    public void run() {}
}
