package io.convoy.ps.security;

/** What a listener is; bound into the proofs, so that nobody is led to a listener of the other kind. */
public enum Role {
    /** The driver's coordinator. */
    COORDINATOR,
    /** A slot's shard server. */
    SHARDS
}
