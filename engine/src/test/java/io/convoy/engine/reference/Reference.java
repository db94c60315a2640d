package io.convoy.engine.reference;

import io.convoy.engine.layer.Layer;
import java.util.List;

/** What a layer computes, as its definition says it. */
@FunctionalInterface
interface Reference<L extends Layer> {
    List<Scalars> outputs(L layer, Given given);

    /** What a layer with one output computes. */
    @FunctionalInterface
    interface One<L extends Layer> {
        Scalars output(L layer, Given given);

        default Reference<L> alone() {
            return (layer, given) -> List.of(output(layer, given));
        }
    }
}
