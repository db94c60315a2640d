package io.convoy.engine.data;

/** Memory for augmentations that read an image while they write it, one array a thread, so that samples cost none. */
final class Scratch {
    private static final ThreadLocal<float[]> VALUES = ThreadLocal.withInitial(() -> new float[0]);

    private Scratch() {}

    /** A copy of {@code values}, until this thread's next one; it may be longer. */
    static float[] copyOf(float[] values) {
        float[] scratch = VALUES.get();
        if (scratch.length < values.length) {
            scratch = new float[values.length];
            VALUES.set(scratch);
        }
        System.arraycopy(values, 0, scratch, 0, values.length);
        return scratch;
    }
}
