package io.convoy.ps.wire;

/**
 * Where somebody listens.
 *
 * @param host a name or a numeric address that the others can reach
 * @param port 1 … 65535
 */
public record Address(String host, int port) {
    public Address {
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "Address expects a host and a port from 1 to 65535, but it got \"" + host + "\" and " + port + ".");
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
