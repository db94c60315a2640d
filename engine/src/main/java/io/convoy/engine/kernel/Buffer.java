package io.convoy.engine.kernel;

/** Memory that a value lies in. Its address is given, or is found by the memory plan once every use is known. */
public final class Buffer {
    private final long bytes;
    private final boolean planned;
    private long address;

    private Buffer(long bytes, boolean planned, long address) {
        this.bytes = bytes;
        this.planned = planned;
        this.address = address;
    }

    /** Memory that lives outside the plan. */
    public static Buffer at(long address, long bytes) {
        return new Buffer(bytes, false, address);
    }

    /** Memory that the plan will place. */
    public static Buffer planned(long bytes) {
        return new Buffer(bytes, true, 0);
    }

    public long bytes() {
        return bytes;
    }

    /** Whether the plan places it. */
    public boolean isPlanned() {
        return planned;
    }

    /** Called once by the plan. */
    public void place(long address) {
        this.address = address;
    }

    /** The address, once placed. */
    public long address() {
        return address;
    }
}
