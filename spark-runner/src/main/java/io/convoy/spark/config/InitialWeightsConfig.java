package io.convoy.spark.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights that a run starts from in place of drawn ones.
 *
 * @param file a state dict in safetensors with PyTorch's names, on any Hadoop path
 * @param mode what becomes of tensors that the file and the network do not share; default strict
 * @param head patterns of the parameters that {@code replace_head} draws anew, where {@code *} stands for any characters; default
 *     [], the last layer that has parameters
 * @param sha256 of the file, 64 lower-case hexadecimal digits; if absent, that of the file when the run begins
 */
public record InitialWeightsConfig(
        @Circumstance String file,
        @Default("strict") Mode mode,
        @Default("[]") List<String> head,
        @Nullable String sha256) {
    /** What becomes of tensors that the file and the network do not share. */
    public enum Mode {
        /** They are refused. */
        STRICT,
        /** They are left out. */
        PARTIAL,
        /** They are refused but for the head, which is drawn anew. */
        REPLACE_HEAD
    }

    /** Checks that a file is named, and its digest's form. */
    public InitialWeightsConfig {
        head = List.copyOf(head);
        Expect.text("file", file);
        Expect.that(
                head.isEmpty() || mode == Mode.REPLACE_HEAD,
                "head",
                "expects the mode replace_head, but it got " + head + " without it.");
        head.forEach(pattern -> Expect.text("head", pattern));
        Expect.that(
                sha256 == null || sha256.matches("[0-9a-f]{64}"),
                "sha256",
                "expects 64 lower-case hexadecimal digits, but it got " + sha256 + ".");
    }

    /** The same weights at another place, held to their bits. */
    public InitialWeightsConfig at(String otherFile, String digest) {
        return new InitialWeightsConfig(otherFile, mode, head, digest);
    }
}
