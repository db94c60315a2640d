package io.convoy.ps.wire;

/**
 * Who sent a gradient or asks for weights. An owner refuses what comes from another run or another generation.
 *
 * @param run {@link RunId#number()}
 * @param generation the roster's number, at least 1; grows whenever a slot's lease changes hands
 * @param worker the sender's slot, from 0
 */
public record Origin(long run, int generation, int worker) {
    public Origin {
        if (generation < 1 || worker < 0) {
            throw new IllegalArgumentException("Origin expects generation ≥ 1 and worker ≥ 0, but it got generation "
                    + generation + " and worker " + worker + ".");
        }
    }
}
