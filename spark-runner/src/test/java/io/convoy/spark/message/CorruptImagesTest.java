package io.convoy.spark.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.convoy.engine.serve.ImageInput;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Odd and corrupt files end where their manifest wants them: scored, or as dead letters with a reason. See {@link CorruptImages}.
 */
class CorruptImagesTest {
    private static final ImageInput INPUT = Inputs.input(Shape.of(3, 32, 48));

    @TestFactory
    List<DynamicTest> everyFileEndsWhereItsManifestWantsIt() throws IOException {
        Optional<List<CorruptImages.File>> files = CorruptImages.files();
        if (files.isEmpty()) {
            return List.of(dynamicTest(
                    "skipped: there are no corrupt images",
                    () -> Assumptions.abort(
                            "There are no corrupt images. Maybe name them with convoy.corruptImages.")));
        }
        assertThat(files.get()).isNotEmpty();
        List<DynamicTest> tests = new ArrayList<>();
        for (CorruptImages.File file : files.get()) {
            tests.add(dynamicTest(file.name() + ", " + file.what(), () -> endsWhereItShould(file)));
        }
        return tests;
    }

    private static void endsWhereItShould(CorruptImages.File file) {
        Optional<String> reason = reason(InputFormat.IMAGE, file.bytes());
        file.check(reason);
        if (file.bytes().length > 0) {
            String envelope = "{\"image\":\"" + Base64.getEncoder().encodeToString(file.bytes()) + "\"}";
            assertThat(reason(InputFormat.JSON, envelope.getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(reason);
        }
    }

    private static Optional<String> reason(InputFormat format, byte[] value) {
        try {
            float[] input = new MessageReader(INPUT, format).read(value).input();
            for (float one : input) {
                assertThat(one).isFinite();
            }
            return Optional.empty();
        } catch (UnusableMessageException e) {
            return Optional.of(e.reason());
        }
    }
}
