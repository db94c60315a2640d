package io.convoy.ps.transport;

/**
 * The ports that a listener may take, tried in order.
 *
 * @param first the first one; 0 for whichever is free
 * @param last the last one, at least {@code first}; 0 with {@code first} 0
 */
public record PortRange(int first, int last) {
    /** Whichever port is free: the default. */
    public static final PortRange ANY = new PortRange(0, 0);

    public PortRange {
        if (first < 0 || last < first || last > 65535 || (first == 0 && last != 0)) {
            throw new IllegalArgumentException(
                    "parameterServer.port expects 0 or a range of ports from 1 to 65535, but it is " + first + "-"
                            + last + ".");
        }
    }

    /** One port; 0 for whichever is free. */
    public static PortRange of(int port) {
        return new PortRange(port, port);
    }

    /** {@code count} ports from {@code first} on, as far as there are so many; any free one if {@code first} is 0. */
    public static PortRange from(int first, int count) {
        return first == 0 ? ANY : new PortRange(first, Math.min(65535, first + count - 1));
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }

    /** The message for a range of which none is free. */
    String taken(String host) {
        return "parameterServer.port expects a free port on " + host + ", but "
                + (first == last ? first + " is" : "all of " + first + "-" + last + " are")
                + " taken. Maybe set another port, or 0 for any free one.";
    }
}
