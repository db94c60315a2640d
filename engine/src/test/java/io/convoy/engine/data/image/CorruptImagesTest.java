package io.convoy.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Odd and corrupt files behave as their manifest asks. They are in {@code shared/data/corrupt-images} beside the repository, or in
 * the directory of the system property {@code convoy.corruptImages}; there may be others of the same kinds.
 */
class CorruptImagesTest {
    /** How each kind behaves: "1" or "3" channels, or a part of the reason. */
    private static final Map<String, String> BEHAVIOUR = Map.ofEntries(
            Map.entry("cmyk.jpg", "3"),
            Map.entry("gray.jpg", "1"),
            Map.entry("progressive.jpg", "3"),
            Map.entry("exif_orientation.jpg", "3"),
            Map.entry("truncated.jpg", "its compressed data ends too early"),
            Map.entry("bad_exif.jpg", "3"),
            Map.entry("gray16.png", "1"),
            Map.entry("rgb16.png", "3"),
            Map.entry("palette_alpha.png", "3"),
            Map.entry("gray_alpha.png", "1"),
            Map.entry("gray1bit.png", "1"),
            Map.entry("rgba.png", "3"),
            Map.entry("badcrc.png", "any"),
            Map.entry("huge_idat.png", "any"),
            Map.entry("truncated.png", "it"),
            Map.entry("broken_tiny.png", "it"),
            Map.entry("animated.gif", "it is a GIF, but only JPEG and PNG are supported"),
            Map.entry("gif_bomb.gif", "it is a GIF, but only JPEG and PNG are supported"),
            Map.entry("zero_dim.gif", "it is a GIF, but only JPEG and PNG are supported"),
            Map.entry("unsupported.webp", "it is a WebP, but only JPEG and PNG are supported"),
            Map.entry("multi_picture.jpg", "3"),
            Map.entry("jpeg_mutant.jpg", "it"),
            Map.entry("adobe_rgb_ids.jpg", "any"),
            Map.entry("lossless.jpg", "it is a lossless or hierarchical JPEG, which is not supported"),
            Map.entry("zero_bytes.jpg", "it is empty"),
            Map.entry("text_renamed.jpg", "it is no image, but only JPEG and PNG are supported"),
            Map.entry("wrong_extension.jpg", "any"),
            Map.entry("header_bomb.png", "pixels are more than the limit of 33,554,432"),
            Map.entry("header_bomb.jpg", "pixels are more than the limit of 33,554,432"),
            Map.entry("half.jpg", "its compressed data ends too early"),
            Map.entry("flipped_bytes.jpg", "any"),
            Map.entry("random.png", "it is no image, but only JPEG and PNG are supported"),
            Map.entry("one_pixel.png", "3"),
            Map.entry("very_wide.png", "3"));

    @TestFactory
    List<DynamicTest> everyFileBehavesAsItsManifestAsks() throws IOException {
        String property = System.getProperty("convoy.corruptImages", "");
        Path called = Path.of(System.getProperty("convoy.calledFrom", ""));
        Path directory =
                property.isEmpty() ? Path.of("..", "..", "shared", "data", "corrupt-images") : called.resolve(property);
        Path manifest = directory.resolve("manifest.json");
        if (property.isEmpty() && !Files.isRegularFile(manifest)) {
            return List.of(dynamicTest(
                    "skipped: there are no corrupt images",
                    () -> Assumptions.abort("There is no " + manifest + ". Maybe name it with convoy.corruptImages.")));
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode entry : new JsonMapper().readTree(manifest.toFile())) {
            String file = entry.get("file").textValue();
            tests.add(dynamicTest(
                    file + ", " + entry.get("what").textValue(),
                    () -> behaves(file, Files.readAllBytes(directory.resolve(file)))));
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static void behaves(String file, byte[] bytes) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        String expected = BEHAVIOUR.getOrDefault(name, "any");
        String behaviour;
        try {
            Picture picture = Images.decode(bytes, Images.MAX_PIXELS);
            behaviour = Integer.toString(picture.channels());
            assertThat(picture.withChannels(3).channels()).isEqualTo(3);
            for (Fit.Kind kind : Fit.Kind.values()) {
                assertThat(new Fit(kind, 1).apply(picture, 32, 48).pixels()).hasSize(picture.channels() * 32 * 48);
            }
        } catch (ImageException e) {
            behaviour = String.valueOf(e.getMessage());
            assertThat(behaviour).isNotBlank().doesNotContain("null");
        }
        if (!expected.equals("any")) {
            assertThat(behaviour).contains(expected);
        }
    }
}
