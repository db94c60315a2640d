package io.convoy.engine.tensor;

/** Settings that JavaCPP reads once, when its first class is initialised; every use of native memory starts here. */
public final class NativeLibraries {
    private NativeLibraries() {}

    /** Sets them; calling it again changes nothing. */
    public static void prepare() {
        // Arenas own their memory and free it on close, and the memory plan is known before a run: JavaCPP's own
        // bookkeeping (which would call System.gc() and refuse allocations beyond the Java heap's size) is not wanted.
        setIfAbsent("org.bytedeco.javacpp.nopointergc", "true");
        setIfAbsent("org.bytedeco.javacpp.maxbytes", "0");
        setIfAbsent("org.bytedeco.javacpp.maxphysicalbytes", "0");
    }

    private static void setIfAbsent(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
