package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.FloatSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way back of {@link PatchSampling}. With g the gradient of a tap's channels and d the products g · x at the corners of its
 * cell, the gradient of the mask is their interpolation, that of the offset the interpolation of their differences; g itself goes
 * to the corners by their weights.
 */
final class PatchGradient implements Operation {
    private final PatchSampling taps;
    private final List<Value> touches = new ArrayList<>();
    private final float[] dx;
    private final float[] dOffset;
    private final float[] dMask;
    private final FloatSpan[] spans = new FloatSpan[3];
    private final PatchSampling.TapAction gradient = this::tap;

    /** The patches of {@code taps} are their gradient here. */
    PatchGradient(PatchSampling taps, Value dx, Value dOffset, @Nullable Value dMask) {
        this.taps = taps;
        touches.add(dx);
        touches.add(dOffset);
        if (dMask != null) {
            touches.add(dMask);
        }
        this.dx = new float[taps.x.length];
        this.dOffset = new float[taps.offset.length];
        this.dMask = new float[taps.mask.length];
    }

    @Override
    public List<Value> touches() {
        List<Value> all = new ArrayList<>(taps.touches());
        all.addAll(touches);
        return all;
    }

    @Override
    public void bind(Memory memory) {
        taps.bind(memory);
        for (int i = 0; i < touches.size(); i++) {
            spans[i] = memory.floats(touches.get(i));
        }
    }

    @Override
    public void run() {
        for (int sample = 0; sample < taps.samples(); sample++) {
            taps.readSample(sample);
            Arrays.fill(dx, 0);
            for (int row = 0; row < taps.rows(); row++) {
                taps.readPatches(sample, row);
                taps.forEachTap(row, gradient);
            }
            spans[0].write(sample * dx.length, dx, 0, dx.length);
            spans[1].write(sample * dOffset.length, dOffset, 0, dOffset.length);
            if (dMask.length > 0) {
                spans[2].write(sample * dMask.length, dMask, 0, dMask.length);
            }
        }
    }

    private void tap(int at, int place, int maskPlace) {
        float by = taps.weight(maskPlace);
        float down = taps.down;
        float along = taps.along;
        float a = corner(taps.topLeft, at, by * (1 - down) * (1 - along));
        float b = corner(taps.topRight, at, by * (1 - down) * along);
        float c = corner(taps.bottomLeft, at, by * down * (1 - along));
        float d = corner(taps.bottomRight, at, by * down * along);
        dOffset[place] = by * ((1 - along) * (c - a) + along * (d - b));
        dOffset[place + taps.plane] = by * ((1 - down) * (b - a) + down * (d - c));
        if (dMask.length > 0) {
            dMask[maskPlace] = (1 - down) * ((1 - along) * a + along * b) + down * ((1 - along) * c + along * d);
        }
    }

    /** Gives a corner its share of a tap's gradient and returns Σ g · x there, 0 outside. */
    private float corner(int corner, int at, float share) {
        if (corner < 0) {
            return 0;
        }
        float[] g = taps.patch;
        float[] x = taps.x;
        int n = taps.groupChannels;
        for (int i = 0; i < n; i++) {
            dx[corner + i] += share * g[at + i];
        }
        float p = 0;
        float q = 0;
        float r = 0;
        float s = 0;
        int i = 0;
        for (; i < n - 3; i += 4) {
            p += g[at + i] * x[corner + i];
            q += g[at + i + 1] * x[corner + i + 1];
            r += g[at + i + 2] * x[corner + i + 2];
            s += g[at + i + 3] * x[corner + i + 3];
        }
        for (; i < n; i++) {
            p += g[at + i] * x[corner + i];
        }
        return (p + q) + (r + s);
    }

    @Override
    public String toString() {
        return taps + " and back";
    }
}
