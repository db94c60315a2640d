package io.convoy.engine.kernel;

import org.bytedeco.dnnl.dnnl_stream;

/** A list of operations under construction: what a primitive needs in order to join it. */
public interface Assembly {
    /** Owner of the native objects that the operations need as long as they live. */
    Handles handles();

    /** Where the primitives run. */
    dnnl_stream stream();

    /** Adds an operation behind those already there. */
    void emit(Operation operation);

    /** A new tensor. */
    Value value(MemoryLayout layout);
}
