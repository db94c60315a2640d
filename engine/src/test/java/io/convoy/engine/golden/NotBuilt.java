package io.convoy.engine.golden;

/** A case needs something that the engine doesn't have yet; the message is its name. */
final class NotBuilt extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotBuilt(String name) {
        super(name);
    }
}
