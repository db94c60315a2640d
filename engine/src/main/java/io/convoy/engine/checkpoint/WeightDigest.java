package io.convoy.engine.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A digest of weights to the last bit: two runs that claim the same bits can be compared by 64 digits, and where they differ,
 * the first tensor is named. A tensor's digest is the SHA-256 of its float32 values in order, little-endian.
 *
 * @param tensors each tensor's digest in hexadecimal, in the order they were added
 * @param total the SHA-256 of all names and digests, in order of the names
 */
public record WeightDigest(Map<String, String> tensors, String total) {
    public WeightDigest {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The first tensor, in this digest's order, that the other one does not have with the same bits. */
    public Optional<String> firstDifference(WeightDigest other) {
        for (Map.Entry<String, String> entry : tensors.entrySet()) {
            if (!Objects.equals(entry.getValue(), other.tensors.get(entry.getKey()))) {
                return Optional.of(entry.getKey());
            }
        }
        return other.tensors.keySet().stream()
                .filter(name -> !tensors.containsKey(name))
                .findFirst();
    }

    /** Takes tensors one by one. */
    public static final class Builder {
        private final Map<String, String> tensors = new LinkedHashMap<>();
        private final MessageDigest digest = Sha256.create();
        private final ByteBuffer buffer = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN);

        /** Adds the {@code length} values of {@code values} from index {@code offset} on, under {@code name}. */
        public Builder add(String name, float[] values, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, values.length);
            for (int i = offset; i < offset + length; i++) {
                if (!buffer.hasRemaining()) {
                    drain();
                }
                buffer.putInt(Float.floatToRawIntBits(values[i]));
            }
            drain();
            if (tensors.putIfAbsent(name, hex(digest.digest())) != null) {
                throw new IllegalArgumentException(
                        "WeightDigest expects each tensor once, but it got \"" + name + "\" twice.");
            }
            return this;
        }

        private void drain() {
            digest.update(buffer.flip());
            buffer.clear();
        }

        /** The digest of what was added. */
        public WeightDigest build() {
            MessageDigest total = Sha256.create();
            new TreeMap<>(tensors).forEach((name, hex) -> {
                // Digests have one length, and no name holds a zero byte: nothing else gives the same bytes.
                total.update(name.getBytes(StandardCharsets.UTF_8));
                total.update((byte) 0);
                total.update(hex.getBytes(StandardCharsets.US_ASCII));
            });
            return new WeightDigest(tensors, hex(total.digest()));
        }

        private static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
    }
}
