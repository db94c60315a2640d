package io.convoy.engine.onnxnode;

/** A case that can't be run, with the reason in words that several cases share. */
final class Skipped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Skipped(String reason) {
        super(reason);
    }

    /** What a layer, a loss or a rule would do that isn't there yet. */
    static Skipped notBuilt(String what) {
        return new Skipped(what + " is not built yet");
    }
}
