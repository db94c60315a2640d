package io.convoy.engine.kernel.java;

import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Interpolates the moved taps of a {@link DeformConv2d}. A tile is what one row of output pixels sees; the input's sample stays in
 * memory of the heap for all its rows.
 */
final class PatchSampling implements Operation {
    /** Further than any feature map is large, so that sums of indices don't overflow. */
    private static final float FAR = 1e8f;

    /** What is done with a tap of an output pixel. */
    @FunctionalInterface
    interface TapAction {
        /**
         * Called for each tap and each offset group.
         *
         * @param at first float of its channels in the tile of patches
         * @param place of its offset's first number in the sample; that of the second one is a plane behind it
         * @param maskPlace of its mask in the sample
         */
        void run(int at, int place, int maskPlace);
    }

    private final DeformConv2d layer;
    private final List<Value> touches = new ArrayList<>();
    private final boolean masked;
    private final int samples;
    final int height;
    final int width;
    private final int rows;
    private final int columns;

    /** Channels of x, and of one offset group. */
    final int channels;

    final int groupChannels;

    /** Floats in a plane of offsets. */
    final int plane;

    final float[] x;
    final float[] offset;
    final float[] mask;
    final float[] patch;
    private final FloatSpan[] spans = new FloatSpan[4];
    private final TapAction interpolation = this::interpolate;

    /** The corners of the cell that a tap lies in, as first floats of their pixels in x; −1 outside. */
    int topLeft;

    int topRight;
    int bottomLeft;
    int bottomRight;

    /** How far into the cell it lies. */
    float down;

    float along;

    PatchSampling(DeformConv2d layer, Value x, Value offset, @Nullable Value mask, Value patches) {
        this.layer = layer;
        this.masked = mask != null;
        touches.add(x);
        touches.add(offset);
        touches.add(patches);
        if (mask != null) {
            touches.add(mask);
        }
        Shape shape = x.shape();
        this.samples = shape.size(0);
        this.channels = shape.size(1);
        this.groupChannels = channels / layer.offsetGroups();
        this.height = shape.size(2);
        this.width = shape.size(3);
        this.rows = offset.shape().size(2);
        this.columns = offset.shape().size(3);
        this.plane = rows * columns;
        this.x = new float[Math.toIntExact(shape.sample().count())];
        this.offset = new float[Math.toIntExact(offset.shape().sample().count())];
        this.mask = new float[masked ? layer.taps() * plane : 0];
        this.patch = new float[Math.toIntExact(patches.shape().count() / Math.max(1, samples * rows))];
    }

    @Override
    public List<Value> touches() {
        return touches;
    }

    @Override
    public void bind(Memory memory) {
        for (int i = 0; i < touches.size(); i++) {
            spans[i] = memory.floats(touches.get(i));
        }
    }

    int samples() {
        return samples;
    }

    int rows() {
        return rows;
    }

    /** Reads what belongs to a sample. */
    void readSample(int sample) {
        spans[0].read(sample * x.length, x, 0, x.length);
        spans[1].read(sample * offset.length, offset, 0, offset.length);
        if (masked) {
            Objects.requireNonNull(spans[3]).read(sample * mask.length, mask, 0, mask.length);
        }
    }

    /** Reads the patches of a row of output pixels. */
    void readPatches(int sample, int row) {
        spans[2].read((sample * rows + row) * patch.length, patch, 0, patch.length);
    }

    @Override
    public void run() {
        for (int sample = 0; sample < samples; sample++) {
            readSample(sample);
            for (int row = 0; row < rows; row++) {
                forEachTap(row, interpolation);
                spans[2].write((sample * rows + row) * patch.length, patch, 0, patch.length);
            }
        }
    }

    /** Walks the taps of a row of output pixels and finds the corners of each. */
    void forEachTap(int row, TapAction action) {
        int taps = layer.kernel().height() * layer.kernel().width();
        for (int column = 0; column < columns; column++) {
            int pixel = row * columns + column;
            for (int tap = 0; tap < taps; tap++) {
                int i = tap / layer.kernel().width();
                int j = tap % layer.kernel().width();
                int top = row * layer.stride().height()
                        - layer.padding().height()
                        + i * layer.dilation().height();
                int left = column * layer.stride().width()
                        - layer.padding().width()
                        + j * layer.dilation().width();
                int at = ((i * columns + column) * layer.kernel().width() + j) * channels;
                for (int group = 0; group < layer.offsetGroups(); group++) {
                    int place = (group * taps + tap) * 2 * plane + pixel;
                    locate(top, left, offset[place], offset[place + plane], group * groupChannels);
                    action.run(at + group * groupChannels, place, (group * taps + tap) * plane + pixel);
                }
            }
        }
    }

    /** Whole pixels are split off the offset alone, so that the fraction is exact wherever the tap lies. */
    private void locate(int top, int left, float moveDown, float moveAlong, int channel) {
        float floorDown = (float) Math.floor(moveDown);
        float floorAlong = (float) Math.floor(moveAlong);
        down = moveDown - floorDown;
        along = moveAlong - floorAlong;
        int y = top + (int) Math.max(-FAR, Math.min(floorDown, FAR));
        int z = left + (int) Math.max(-FAR, Math.min(floorAlong, FAR));
        boolean topInside = y >= 0 && y < height;
        boolean bottomInside = y >= -1 && y < height - 1;
        boolean leftInside = z >= 0 && z < width;
        boolean rightInside = z >= -1 && z < width - 1;
        int first = topInside || bottomInside ? (y * width + z) * channels + channel : 0;
        topLeft = topInside && leftInside ? first : -1;
        topRight = topInside && rightInside ? first + channels : -1;
        bottomLeft = bottomInside && leftInside ? first + width * channels : -1;
        bottomRight = bottomInside && rightInside ? first + (width + 1) * channels : -1;
    }

    /** The mask of a tap, 1 without one. */
    float weight(int maskPlace) {
        return masked ? mask[maskPlace] : 1;
    }

    private void interpolate(int at, int place, int maskPlace) {
        float by = weight(maskPlace);
        float a = by * (1 - down) * (1 - along);
        float b = by * (1 - down) * along;
        float c = by * down * (1 - along);
        float d = by * down * along;
        int n = groupChannels;
        if ((topLeft | topRight | bottomLeft | bottomRight) >= 0) {
            int p = topLeft;
            int q = topRight;
            int r = bottomLeft;
            int s = bottomRight;
            for (int i = 0; i < n; i++) {
                patch[at + i] = a * x[p + i] + b * x[q + i] + c * x[r + i] + d * x[s + i];
            }
            return;
        }
        Arrays.fill(patch, at, at + n, 0);
        add(a, topLeft, at);
        add(b, topRight, at);
        add(c, bottomLeft, at);
        add(d, bottomRight, at);
    }

    private void add(float by, int corner, int at) {
        if (corner >= 0) {
            for (int i = 0; i < groupChannels; i++) {
                patch[at + i] += by * x[corner + i];
            }
        }
    }

    @Override
    public String toString() {
        return layer + " forward";
    }
}
