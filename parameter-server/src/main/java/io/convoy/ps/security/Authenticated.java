package io.convoy.ps.security;

/** Fired in a connection's pipeline once both sides have proved that they know the secret. */
public enum Authenticated {
    PASSED
}
