package io.convoy.spark.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Odd and corrupt image files with a manifest of how a loader ought to behave. They are in {@code shared/data/corrupt-images} beside
 * the repository, or in the directory of the system property {@code convoy.corruptImages}; there may be others of the same kinds.
 */
public final class CorruptImages {
    private static final String SCORED = "";

    /** A file behaves as its manifest asks: it is scored, or its reason has this part; others may do either. */
    private static final Map<String, String> BEHAVIOUR = Map.ofEntries(
            Map.entry("cmyk.jpg", SCORED),
            Map.entry("gray.jpg", SCORED),
            Map.entry("progressive.jpg", SCORED),
            Map.entry("exif_orientation.jpg", SCORED),
            Map.entry("truncated.jpg", "its compressed data ends too early"),
            Map.entry("bad_exif.jpg", SCORED),
            Map.entry("gray16.png", SCORED),
            Map.entry("rgb16.png", SCORED),
            Map.entry("palette_alpha.png", SCORED),
            Map.entry("gray_alpha.png", SCORED),
            Map.entry("gray1bit.png", SCORED),
            Map.entry("rgba.png", SCORED),
            Map.entry("truncated.png", "it"),
            Map.entry("broken_tiny.png", "it"),
            Map.entry("animated.gif", "it is a GIF, but only JPEG and PNG are supported"),
            Map.entry("gif_bomb.gif", "it is a GIF, but only JPEG and PNG are supported"),
            Map.entry("zero_dim.gif", "it is a GIF, but only JPEG and PNG are supported"),
            Map.entry("unsupported.webp", "it is a WebP, but only JPEG and PNG are supported"),
            Map.entry("multi_picture.jpg", SCORED),
            Map.entry("jpeg_mutant.jpg", "it"),
            Map.entry("lossless.jpg", "it is a lossless or hierarchical JPEG, which is not supported"),
            Map.entry("zero_bytes.jpg", "it is empty"),
            Map.entry("text_renamed.jpg", "it is no image, but only JPEG and PNG are supported"),
            Map.entry("header_bomb.png", "pixels are more than the limit of 33,554,432"),
            Map.entry("header_bomb.jpg", "pixels are more than the limit of 33,554,432"),
            Map.entry("half.jpg", "its compressed data ends too early"),
            Map.entry("random.png", "it is no image, but only JPEG and PNG are supported"),
            Map.entry("one_pixel.png", SCORED),
            Map.entry("very_wide.png", SCORED));

    private CorruptImages() {}

    /**
     * One of them.
     *
     * @param name without its folder
     * @param what it is, for people
     * @param bytes of the file
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record File(String name, String what, byte[] bytes) {
        /** Checks where it ended: scored, or as a dead letter with a reason. */
        public void check(Optional<String> reason) {
            reason.ifPresent(text -> assertThat(text).as(name).isNotBlank().doesNotContain("null"));
            String expected = BEHAVIOUR.get(name);
            if (SCORED.equals(expected)) {
                assertThat(reason).as(name).isEmpty();
            } else if (expected != null) {
                assertThat(reason).as(name).get().asString().contains(expected);
            }
        }
    }

    /** All of them; none if nobody named a directory and there is none beside the repository. */
    public static Optional<List<File>> files() throws IOException {
        String property = System.getProperty("convoy.corruptImages", "");
        Path called = Path.of(System.getProperty("convoy.calledFrom", ""));
        Path directory =
                property.isEmpty() ? Path.of("..", "..", "shared", "data", "corrupt-images") : called.resolve(property);
        Path manifest = directory.resolve("manifest.json");
        if (property.isEmpty() && !Files.isRegularFile(manifest)) {
            return Optional.empty();
        }
        List<File> files = new ArrayList<>();
        for (JsonNode entry : new JsonMapper().readTree(manifest.toFile())) {
            String file = entry.get("file").textValue();
            files.add(new File(
                    file.substring(file.lastIndexOf('/') + 1),
                    entry.get("what").textValue(),
                    Files.readAllBytes(directory.resolve(file))));
        }
        return Optional.of(files);
    }
}
