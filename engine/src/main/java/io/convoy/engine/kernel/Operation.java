package io.convoy.engine.kernel;

import java.util.List;

/** One step of a program. It runs many times, on one thread at a time, and allocates nothing. */
public interface Operation {
    /** Every value that it reads or writes. */
    List<Value> touches();

    /** Called once, when every buffer has its address. */
    void bind(Memory memory);

    void run();
}
