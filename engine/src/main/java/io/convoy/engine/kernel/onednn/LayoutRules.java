package io.convoy.engine.kernel.onednn;

import io.convoy.engine.kernel.MemoryLayout;
import io.convoy.engine.layer.Conv2d;

/**
 * Where oneDNN's own choice of a layout is not the fastest: pure functions of the operator and its shape, so that the same
 * network has the same bits everywhere. Each was measured with {@code DNNL_VERBOSE=1}.
 */
final class LayoutRules {
    /** Floats in the widest vector register. */
    private static final int VECTOR = 16;

    /** Up to so many input channels oneDNN has kernels of its own, made for images. */
    private static final int IMAGE_CHANNELS = 3;

    private LayoutRules() {}

    /**
     * Whether the gradient of a convolution's weights reads its tensors channels last. With channels that don't fill a vector
     * oneDNN takes blocks of 8 and half the vector; channels last it takes the whole: LeNet-5's second convolution, 6 → 16
     * channels, 0.30 ms instead of 0.49 ms for 64 images.
     */
    static boolean channelsLastForWeightGradient(Conv2d layer) {
        return layer.groups() == 1 && layer.in() > IMAGE_CHANNELS && layer.in() < VECTOR;
    }

    /**
     * Whether the gradient of a convolution's input lies in blocks of 8 channels. Where all channels fit into one, half of what
     * oneDNN would compute in a block of 16 is left out: the same convolution, 0.57 ms instead of 0.71 ms.
     */
    static boolean blocksOf8ForDataGradient(Conv2d layer) {
        return layer.groups() == 1 && layer.in() > IMAGE_CHANNELS && layer.in() <= VECTOR / 2;
    }

    /**
     * Whether the gradient of a convolution's input lies in blocks in bfloat16. Left to itself, oneDNN takes channels last for
     * strides: MobileNetV1's step is 2.1 times as fast in blocks, ResNet-20's 2 %.
     */
    static boolean blocksForRoundedDataGradient(Conv2d layer) {
        boolean strides = layer.stride().height() > 1 || layer.stride().width() > 1;
        return strides && layer.in() % MemoryLayout.BLOCK == 0 && layer.out() % MemoryLayout.BLOCK == 0;
    }
}
