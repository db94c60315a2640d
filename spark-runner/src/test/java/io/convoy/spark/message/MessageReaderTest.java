package io.convoy.spark.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.serve.ImageInput;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages become the model's input, or a reason that a person understands. */
class MessageReaderTest {
    private static final Shape SHAPE = Shape.of(3, 6, 5);
    private static final ImageInput INPUT = Inputs.input(SHAPE);

    private static MessageReader reader(InputFormat format) {
        return new MessageReader(INPUT, format);
    }

    private static float[] expected(byte[] file) {
        float[] floats = new float[INPUT.floats()];
        INPUT.put(INPUT.decode(file), floats, 0);
        return floats;
    }

    private static void assertUnusable(MessageReader reader, byte @Nullable [] value, String reason) {
        assertThatThrownBy(() -> reader.read(value))
                .isInstanceOf(UnusableMessageException.class)
                .hasMessage(reason);
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void aTombstoneAndAnEmptyValueAreUnusableInEveryFormat(InputFormat format) {
        assertUnusable(reader(format), null, "it is a tombstone, a key without a value");
        assertUnusable(reader(format), new byte[0], "it is empty");
    }

    @ParameterizedTest
    @EnumSource
    void aValueBeyondTheLimitIsNotLookedAt(InputFormat format) {
        MessageReader reader = new MessageReader(INPUT, format, 1999);
        assertUnusable(reader, new byte[2000], "its 2,000 bytes are more than the limit of 1,999");
        assertThatThrownBy(() -> reader.read(new byte[1999])).hasMessageNotContaining("limit");
    }

    @Test
    void anImageFileIsPreparedAsTheModelPreparesIt() throws IOException {
        byte[] file = Inputs.png(20, 17, 3);
        MessageReader.Parsed parsed = reader(InputFormat.IMAGE).read(file);
        assertThat(parsed.input()).containsExactly(expected(file));
        assertThat(parsed.id()).isNull();
    }

    @Test
    void aFileThatIsNoImageIsRefusedWithTheDecodersReason() {
        assertUnusable(
                reader(InputFormat.IMAGE), json("GIF89a and more"), "it is a GIF, but only JPEG and PNG are supported");
    }

    @Test
    void tensorsOfAnyPixelsGoThereAndBack() {
        long seed = Long.getLong("convoy.test.seed", System.nanoTime());
        System.out.println("MessageReaderTest: -Dconvoy.test.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Shape shape = Shape.of(random.nextBoolean() ? 1 : 3, 1 + random.nextInt(9), 1 + random.nextInt(9));
            ImageInput input = Inputs.input(shape);
            MessageReader reader = new MessageReader(input, InputFormat.TENSOR);
            byte[] pixels = new byte[input.floats()];
            random.nextBytes(pixels);
            float[] values = new float[pixels.length];
            float[] wild = new float[pixels.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (pixels[i] & 0xFF) / 255f;
                wild[i] = (float) random.nextGaussian();
            }
            float[] expected = new float[pixels.length];
            input.put(pixels, expected, 0);
            assertThat(reader.read(TensorMessage.of(shape, pixels)).input()).containsExactly(expected);
            assertThat(reader.read(TensorMessage.of(shape, values)).input()).containsExactly(expected);
            input.put(wild, expected, 0);
            assertThat(reader.read(TensorMessage.of(shape, wild)).input()).containsExactly(expected);
        }
    }

    @Test
    void theBytesOfATensorAreAsDocumented() {
        assertThat(TensorMessage.of(Shape.of(1, 2, 1), new byte[] {7, (byte) 200}))
                .containsExactly('C', 'V', 'T', 'M', 1, 3, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 7, (byte) 200);
        assertThat(TensorMessage.of(Shape.of(1, 1, 1), new float[] {0.5f}))
                .containsExactly('C', 'V', 'T', 'M', 2, 3, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x3F);
    }

    private static byte[] tensor(int... changes) {
        byte[] tensor = TensorMessage.of(SHAPE, new float[INPUT.floats()]);
        for (int i = 0; i < changes.length; i += 2) {
            tensor[changes[i]] = (byte) changes[i + 1];
        }
        return tensor;
    }

    @Test
    void poisonedTensorHeadersAreRefused() {
        MessageReader reader = reader(InputFormat.TENSOR);
        assertUnusable(reader, tensor(0, 'X'), "it is no tensor, as it does not begin with CVTM");
        assertUnusable(
                reader,
                tensor(4, 200),
                "its elements are of type 200, but only 1 (uint8) and 2 (float32) are supported");
        assertUnusable(reader, tensor(5, 255), "its header is damaged");
        assertUnusable(reader, tensor(7, 1), "its header is damaged");
        assertUnusable(reader, tensor(5, 2), "its shape is [3, 6], but the model takes [3, 6, 5]");
        assertUnusable(
                reader,
                tensor(8, 255, 9, 255, 10, 255, 11, 255),
                "its shape is [4294967295, 6, 5], but the model takes [3, 6, 5]");
        assertUnusable(reader, tensor(12, 5, 16, 6), "its shape is [3, 5, 6], but the model takes [3, 6, 5]");
        assertUnusable(reader, tensor(4, 1), "it has 360 bytes of elements, but [3, 6, 5] takes 90");
        assertUnusable(
                reader, Arrays.copyOf(tensor(), 20 + 359), "it has 359 bytes of elements, but [3, 6, 5] takes 360");
        assertUnusable(
                reader, Arrays.copyOf(tensor(), 20 + 361), "it has 361 bytes of elements, but [3, 6, 5] takes 360");
    }

    @Test
    void aTensorCutOffAnywhereIsRefused() {
        byte[] tensor = tensor();
        for (int length = 1; length < 20; length++) {
            assertUnusable(reader(InputFormat.TENSOR), Arrays.copyOf(tensor, length), "its header is cut off");
        }
        for (int length = 20; length < tensor.length; length++) {
            byte[] cut = Arrays.copyOf(tensor, length);
            assertThatThrownBy(() -> reader(InputFormat.TENSOR).read(cut))
                    .isInstanceOf(UnusableMessageException.class)
                    .hasMessageContaining("bytes of elements");
        }
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-Infinity"})
    void numbersThatAreNotFiniteAreRefused(float value) {
        byte[] tensor = tensor();
        ByteBuffer.wrap(tensor).order(ByteOrder.LITTLE_ENDIAN).putFloat(20 + 4 * 17, value);
        assertUnusable(
                reader(InputFormat.TENSOR), tensor, "its element 17 is " + value + ", which is no finite number");
    }

    @Test
    void aWriterOfTensorsCountsItsElements() {
        assertThatThrownBy(() -> TensorMessage.of(Shape.of(3, 2, 1), new byte[5]))
                .hasMessage("TensorMessage of [3, 2, 1] expects 6 elements, but it got 5.");
    }

    @Test
    void anEnvelopeBringsAnIdAndAnImage() throws IOException {
        byte[] file = Inputs.png(9, 9, 1);
        String base64 = Base64.getEncoder().encodeToString(file);
        MessageReader reader = reader(InputFormat.JSON);
        MessageReader.Parsed named = reader.read(json("{\"id\": \"Tür 7\", \"image\": \"" + base64 + "\"}"));
        assertThat(named.id()).isEqualTo("Tür 7");
        assertThat(named.input()).containsExactly(expected(file));
        MessageReader.Parsed numbered =
                reader.read(json("{\"image\":\"" + base64 + "\",\"id\":12345678901234567890}\n"));
        assertThat(numbered.id()).isEqualTo("12345678901234567890");
        assertThat(reader.read(json("{\"image\":\"" + base64 + "\"}")).id()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "hello | it is no JSON",
                "{\"image\": \"QUJD\" | it is no JSON",
                "{\"image\" \"QUJD\"} | it is no JSON",
                "{image: \"QUJD\"} | it is no JSON",
                "[1] | it is no JSON object",
                "\"QUJD\" | it is no JSON object",
                "null | it is no JSON object",
                "{} | its JSON has no \"image\"",
                "{\"id\": \"a\"} | its JSON has no \"image\"",
                "{\"image\": null} | its \"image\" is no text",
                "{\"image\": 5} | its \"image\" is no text",
                "{\"image\": {\"a\": [[[]]]}} | its \"image\" is no text",
                "{\"image\": \"QUJD\"} x | it is no JSON",
                "{\"image\": \"QUJD\"} {} | there is something behind its JSON object",
                "{\"image\": \"QUJD\", \"image\": \"QUJD\"} | its JSON has the key \"image\" twice",
                "{\"id\": \"a\", \"id\": \"a\", \"image\": \"QUJD\"} | its JSON has the key \"id\" twice",
                "{\"image\": \"QUJD\", \"Id\": 1} | its key \"Id\" is unknown, only \"id\" and \"image\" are known",
                "{\"image\": \"Q!JD\"} | its \"image\" is no Base64",
                "{\"image\": \"QUJ\"} | it is no image, but only JPEG and PNG are supported",
                "{\"image\": \"QUJDR\"} | its \"image\" is no Base64",
                "{\"image\": \"\"} | its \"image\" is empty",
                "{\"image\": \"QUJD\"} | it is no image, but only JPEG and PNG are supported",
                "{\"id\": true, \"image\": \"QUJD\"} | its \"id\" is neither a text nor a whole number",
                "{\"id\": 1.5, \"image\": \"QUJD\"} | its \"id\" is neither a text nor a whole number",
                "{\"id\": null, \"image\": \"QUJD\"} | its \"id\" is neither a text nor a whole number",
                "{\"id\": \" \", \"image\": \"QUJD\"} | its \"id\" has no characters",
                "{\"id\": \"\\ud800\", \"image\": \"QUJD\"} | its \"id\" has half of a surrogate pair",
                "{\"a\\u0000\\n\": 1} | its key \"a??\" is unknown, only \"id\" and \"image\" are known",
            })
    void everyOtherEnvelopeIsRefused(String value, String reason) {
        assertUnusable(reader(InputFormat.JSON), json(value), reason);
    }

    @Test
    void longIdsKeysNumbersAndDeepEnvelopesAreRefused() {
        MessageReader reader = reader(InputFormat.JSON);
        String image = ",\"image\":\"QUJD\"}";
        assertUnusable(
                reader,
                json("{\"id\":\"" + "a".repeat(1025) + "\"" + image),
                "its \"id\" has more than 1024 characters");
        assertUnusable(
                reader,
                json("{\"id\":" + "1".repeat(1025) + image),
                "its JSON has a number or a key that is too long, or too many levels");
        assertUnusable(
                reader,
                json("{\"" + "k".repeat(60_000) + "\":1}"),
                "its JSON has a number or a key that is too long, or too many levels");
        assertUnusable(
                reader,
                json("{\"" + "k".repeat(41) + "\":1}"),
                "its key \"" + "k".repeat(40) + "…\" is unknown, only \"id\" and \"image\" are known");
        assertUnusable(reader, json("[".repeat(100_000)), "it is no JSON object");
    }

    @Test
    void anEnvelopeOfTenMegabytesIsRead() throws IOException {
        byte[] file = Arrays.copyOf(Inputs.png(9, 9, 1), 10_000_000);
        String base64 = Base64.getEncoder().encodeToString(file);
        MessageReader.Parsed parsed = reader(InputFormat.JSON).read(json("{\"image\":\"" + base64 + "\"}"));
        assertThat(parsed.input()).containsExactly(expected(file));
    }

    @Test
    void anyBytesAreReadOrRefusedWithAReason() {
        long seed = Long.getLong("convoy.test.seed", System.nanoTime());
        System.out.println("MessageReaderTest: -Dconvoy.test.seed=" + seed);
        Random random = new Random(seed);
        byte[] good = json("{\"id\":\"a\",\"image\":\"QUJD\"}");
        for (int round = 0; round < 3000; round++) {
            InputFormat format = List.of(InputFormat.values()).get(random.nextInt(3));
            byte[] value = format == InputFormat.TENSOR ? tensor() : good.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                value[random.nextInt(Math.min(value.length, 60))] = (byte) random.nextInt();
            }
            try {
                assertThat(reader(format).read(value).input()).hasSize(INPUT.floats());
            } catch (UnusableMessageException e) {
                assertThat(e.reason()).isNotBlank().doesNotContain("null").doesNotContain("xception");
            }
        }
    }
}
