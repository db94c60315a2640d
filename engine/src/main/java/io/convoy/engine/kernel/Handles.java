package io.convoy.engine.kernel;

import java.util.ArrayDeque;
import java.util.Deque;

/** Owns native objects and destroys them, newest first, when it is closed. Not for use by two threads at once. */
public final class Handles implements AutoCloseable {
    private final Deque<Runnable> destructors = new ArrayDeque<>();

    /** Takes over {@code handle}. */
    public <T> T own(T handle, Runnable destructor) {
        destructors.push(destructor);
        return handle;
    }

    @Override
    public void close() {
        while (!destructors.isEmpty()) {
            destructors.pop().run();
        }
    }
}
