package io.convoy.engine.form;

import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.Upsample;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Upsample} in the words of PyTorch's Upsample and interpolate.
 *
 * @param mode default nearest
 * @param alignCorners whether the centres of the corner pixels lie in one place, bilinear and bicubic modes only; default false
 * @param antialias whether all pixels count where the output is the smaller one, bilinear and bicubic modes only; default false
 * @param size of the output; none where {@code scaleFactor} says it
 * @param scaleFactor how many times larger the output is; none where {@code size} says it
 */
record PyTorchUpsample(
        Upsample.Mode mode,
        boolean alignCorners,
        boolean antialias,
        @Nullable Pair size,
        Upsample.@Nullable Scale scaleFactor) {
    PyTorchUpsample {
        if (size != null && scaleFactor != null) {
            throw new IllegalArgumentException(
                    "Upsample expects a size or a scaleFactor, but it got both. Maybe leave one of them out.");
        }
        // Refuse what the layer refuses.
        layer(mode, alignCorners, antialias, size, scaleFactor);
    }

    Upsample layer() {
        return layer(mode, alignCorners, antialias, size, scaleFactor);
    }

    private static Upsample layer(
            Upsample.Mode mode,
            boolean alignCorners,
            boolean antialias,
            @Nullable Pair size,
            Upsample.@Nullable Scale scaleFactor) {
        Upsample plain = Upsample.by(mode, 1);
        Upsample sized = new Upsample(plain.interpolation(), plain.coordinates(), size, scaleFactor);
        Upsample aligned = alignCorners ? sized.withAlignedCorners() : sized;
        return antialias ? aligned.withAntialias() : aligned;
    }

    /** The words that say {@code layer}; nothing if PyTorch has none. */
    static Optional<PyTorchUpsample> of(Upsample layer) {
        if (layer.size() != null && layer.scaleFactor() != null) {
            return Optional.empty();
        }
        return Stream.of(Upsample.Mode.values())
                .flatMap(mode -> isNearest(mode)
                        ? Stream.of(said(layer, mode, false, false))
                        : Stream.of(
                                said(layer, mode, false, false),
                                said(layer, mode, true, false),
                                said(layer, mode, false, true),
                                said(layer, mode, true, true)))
                .filter(said -> said.layer().equals(layer))
                .findFirst();
    }

    private static boolean isNearest(Upsample.Mode mode) {
        return mode == Upsample.Mode.NEAREST || mode == Upsample.Mode.NEAREST_EXACT;
    }

    private static PyTorchUpsample said(Upsample layer, Upsample.Mode mode, boolean alignCorners, boolean antialias) {
        return new PyTorchUpsample(mode, alignCorners, antialias, layer.size(), layer.scaleFactor());
    }
}
