package io.convoy.ps.shard;

/** A push or a pull that an owner can't take, now or ever. The message is for the user. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message);
    }
}
