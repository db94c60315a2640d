package io.convoy.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
    @TempDir
    Path folder;

    private static byte[] bytes(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return out.toByteArray();
    }

    /** A file of the given header and data. */
    private static byte[] file(String header, int... data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(json.length).put(json);
        for (int b : data) {
            buffer.put((byte) b);
        }
        return buffer.array();
    }

    private SafetensorsReader open(byte[] file) throws IOException {
        Path path = folder.resolve("w.safetensors");
        Files.write(path, file);
        return SafetensorsReader.open("w.safetensors", Files.newByteChannel(path));
    }

    private static SafetensorsReader read(byte[] file) throws IOException {
        return SafetensorsReader.read("w.safetensors", new ByteArrayInputStream(file));
    }

    /** Both ways of reading refuse the file with the same words. */
    private void refused(byte[] file, String message) {
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
    }

    /** The first bytes of what torch.save writes, now and before version 1.6, and of a bare pickle of protocol 4. */
    @Test
    void picklesAreRefusedWithAWayToConvertThem() {
        String tail =
                " expects a safetensors file, but it is a pickle, as PyTorch's .pt, .pth, .bin and .ckpt files are,"
                        + " which could run any program and is never read. Maybe convert it where PyTorch is: python3 -c"
                        + " \"import torch, safetensors.torch; safetensors.torch.save_file(torch.load('%s', map_location='cpu',"
                        + " weights_only=True), '%s.safetensors')\".";
        String message = "w.safetensors" + tail.formatted("w.safetensors", "w");
        refused(HexFormat.of().parseHex("504b0304000008080000000000000000000000000000000000000c002f0d0a"), message);
        refused(HexFormat.of().parseHex("80028a0a6cfc9c46f920 6aa850192e8002".replace(" ", "")), message);
        refused(HexFormat.of().parseHex("80049500000001000000007d942e"), message);
        byte[] zip = HexFormat.of().parseHex("504b030414000000080000000000");
        assertThatThrownBy(
                        () -> SafetensorsReader.read("hdfs://host/models/resnet18.pth", new ByteArrayInputStream(zip)))
                .hasMessage("hdfs://host/models/resnet18.pth" + tail.formatted("resnet18.pth", "resnet18"));
    }

    /** A header of 640 bytes begins like a pickle, and is none. */
    @Test
    void aHeaderWhoseLengthBeginsLikeAPickleIsRead() throws IOException {
        String header = "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
        byte[] file = file(header + " ".repeat(0x0280 - header.length()), 7);
        assertThat(file[0] & 0xFF).isEqualTo(0x80);
        assertThat(file[1]).isEqualTo((byte) 2);
        try (SafetensorsReader reader = read(file)) {
            assertThat(reader.contains("w")).isTrue();
        }
    }

    @Test
    void aFileHasExactlyTheseBytes() throws IOException {
        byte[] written = bytes(new SafetensorsWriter()
                .add("w", Shape.of(2), new float[] {9, 1, -2}, 1)
                .metadata("step", "3")
                .add("n", Shape.of(), 258));
        String header =
                "{\"__metadata__\":{\"step\":\"3\"},\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}";
        String padded = header + " ".repeat(-header.length() & 7);
        assertThat(written).isEqualTo(file(padded, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0));
    }

    @Test
    void everyTensorIsAlignedToItsElements() throws IOException {
        for (int extra = 0; extra < 20; extra++) {
            byte[] written = bytes(new SafetensorsWriter()
                    .add("a", Shape.of(3), new float[3], 0)
                    .add("z".repeat(1 + extra), Shape.of(1), 7));
            long headerBytes =
                    ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).getLong();
            assertThat(headerBytes % 8).isZero();
            try (SafetensorsReader reader = read(written)) {
                for (StoredTensor tensor : reader.tensors()) {
                    assertThat(tensor.begin() % tensor.type().bytes()).isZero();
                }
            }
        }
    }

    @Test
    void theOrderOfAddingDoesNotMatter() throws IOException {
        float[] values = {1, 2, 3, 4};
        byte[] one = bytes(new SafetensorsWriter()
                .metadata("b", "2")
                .metadata("a", "1")
                .add("w1", Shape.of(2), values, 0)
                .add("w0", Shape.of(2), values, 2));
        byte[] other = bytes(new SafetensorsWriter()
                .add("w0", Shape.of(2), values, 2)
                .add("w1", Shape.of(2), values, 0)
                .metadata("a", "1")
                .metadata("b", "2"));
        assertThat(one).isEqualTo(other);
    }

    @Test
    void whatIsWrittenIsReadToTheLastBitBothWays() throws IOException {
        RandomStream stream = Property.seed(SafetensorsTest.class).stream();
        // The last ones are longer than the buffers they go through.
        int[] lengths = {0, 1, 7, 16_384, 16_385, 40_000};
        List<float[]> tensors = new ArrayList<>();
        SafetensorsWriter writer = new SafetensorsWriter().metadata("größe", "naïve \"quoted\" \n");
        for (int length : lengths) {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = Float.intBitsToFloat((int) stream.nextLong());
            }
            tensors.add(values);
            writer.add("layer." + length, Shape.of(length), values, 0);
        }
        long[] longs = new long[9_000];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = stream.nextLong();
        }
        writer.add("tracked", Shape.of(3, 3000), longs);
        byte[] file = bytes(writer);
        for (SafetensorsReader reader : List.of(open(file), read(file))) {
            assertThat(reader.metadata()).containsExactly(Map.entry("größe", "naïve \"quoted\" \n"));
            for (int i = 0; i < lengths.length; i++) {
                float[] values = reader.floats("layer." + lengths[i]);
                assertThat(bits(values)).isEqualTo(bits(tensors.get(i)));
            }
            assertThat(reader.longs("tracked")).isEqualTo(longs);
            assertThat(reader.tensor("tracked"))
                    .isEqualTo(new StoredTensor("tracked", DataType.I64, Shape.of(3, 3000), 0));
            assertThat(reader.contains("layer.7")).isTrue();
            assertThat(reader.contains("layer.8")).isFalse();
            reader.close();
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    @Test
    void valuesGoStraightToTheirPlaceInAFlatVector() throws IOException {
        byte[] file = bytes(new SafetensorsWriter().add("w", Shape.of(2, 1), new float[] {5, 6}, 0));
        try (SafetensorsReader reader = open(file)) {
            float[] flat = {1, 1, 1, 1};
            reader.floats("w", Shape.of(2, 1), flat, 1);
            assertThat(flat).containsExactly(1, 5, 6, 1);
            assertThatThrownBy(() -> reader.floats("w", Shape.of(2), flat, 1))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("w.safetensors expects tensor \"w\" to be asked for as [2, 1], but it was asked for as"
                            + " [2]. Maybe it belongs to another network.");
        }
    }

    @Test
    void otherFloatingPointTypesAreReadAsFloats() throws IOException {
        String header = "{\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                + "\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[4,12]},"
                + "\"h\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[12,18]}}";
        // bfloat16 1.5 and −2; float64 0.1; float16 1, −0.5 and 65504.
        byte[] file = file(
                header, 0xC0, 0x3F, 0x00, 0xC0, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F, 0x00, 0x3C, 0x00, 0xB8,
                0xFF, 0x7B);
        for (SafetensorsReader reader : List.of(open(file), read(file))) {
            assertThat(reader.floats("b")).containsExactly(1.5f, -2);
            assertThat(reader.floats("d")).containsExactly(0.1f);
            assertThat(reader.doubles("d")).containsExactly(0.1);
            assertThat(reader.floats("h")).containsExactly(1, -0.5f, 65504);
            reader.close();
        }
    }

    @Test
    void everyHalfIsConvertedExactly() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 0x1F;
            int fraction = bits & 0x3FF;
            double magnitude = exponent == 0
                    ? fraction * StrictMath.pow(2, -24)
                    : (1024 + fraction) * StrictMath.pow(2, exponent - 25);
            float expected = (float) (bits >> 15 == 0 ? magnitude : -magnitude);
            if (exponent == 31) {
                expected =
                        fraction != 0 ? Float.NaN : bits >> 15 == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
            }
            assertThat(SafetensorsReader.halfToFloat((short) bits)).isEqualTo(Float.valueOf(expected));
        }
        assertThat(Float.floatToRawIntBits(SafetensorsReader.halfToFloat((short) 0x8000)))
                .isEqualTo(0x80000000);
    }

    @Test
    void aTensorIsOnlyReadAsWhatItIs() throws IOException {
        byte[] file = file("{\"m\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}", 1, 0);
        try (SafetensorsReader reader = open(file)) {
            String expected = "w.safetensors expects tensor \"m\" to be asked for as what it is, BOOL[2], but it was"
                    + " asked for as ";
            assertThatThrownBy(() -> reader.floats("m"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(expected + "floats.");
            assertThatThrownBy(() -> reader.doubles("m")).hasMessage(expected + "doubles.");
            assertThatThrownBy(() -> reader.longs("m")).hasMessage(expected + "longs.");
            assertThatThrownBy(() -> reader.bytes("m")).hasMessage(expected + "bytes.");
            assertThatThrownBy(() -> reader.longs("x"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("w.safetensors expects the name of one of its 1 tensors, but it was asked for \"x\"."
                            + " Maybe it belongs to another network.");
        }
    }

    @Test
    void bytesAreReadAsTheyLie() throws IOException {
        byte[] file = file("{\"m\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 7, 255);
        try (SafetensorsReader reader = open(file)) {
            assertThat(reader.bytes("m")).containsExactly(7, 255);
        }
    }

    @Test
    void aFileWithoutAWholeHeaderIsRefused() {
        refused(
                new byte[] {1, 2, 3},
                "w.safetensors expects the length of its header in its first 8 bytes, but it has 3."
                        + " Maybe it was cut short while it was written or copied.");
        refused(
                new byte[] {20, 0, 0, 0, 0, 0, 0, 0, '{', '}'},
                "w.safetensors expects a header of 20 bytes, but only 2 bytes follow its length."
                        + " Maybe it was cut short while it was written or copied.");
        refused(
                new byte[] {1, -31, -11, 5, 0, 0, 0, 0, '{', '}'},
                "w.safetensors expects a header of at most 100000000 bytes, but its first 8 bytes say 100000001."
                        + " Maybe it is not a safetensors file.");
        refused(
                "version https://git-lfs".getBytes(StandardCharsets.US_ASCII),
                "w.safetensors expects a header of at most 100000000 bytes, but its first 8 bytes say"
                        + " 2336927755350992246. Maybe it is not a safetensors file.");
        refused(
                new byte[] {-1, -1, -1, -1, -1, -1, -1, -1},
                "w.safetensors expects a header of at most 100000000 bytes, but its first 8 bytes say"
                        + " 18446744073709551615. Maybe it is not a safetensors file.");
    }

    @Test
    void aHeaderThatIsNotJsonIsRefused() {
        String maybe = " Maybe it is not a safetensors file.";
        refused(
                file("{\"w\": nonsense}"),
                "w.safetensors expects a JSON object as its header, but at character 14 it is not JSON." + maybe);
        refused(
                file("{\"w\":"),
                "w.safetensors expects a JSON object as its header, but at character 5 it is not JSON." + maybe);
        refused(file("[]"), "w.safetensors expects a JSON object as its header, but it got another JSON value.");
        refused(file(""), "w.safetensors expects a JSON object as its header, but it got another JSON value.");
        refused(
                file("{} {}"),
                "w.safetensors expects nothing behind the JSON object of its header, but it got more JSON.");
        byte[] latin = file("{\"?\":1}");
        latin[10] = (byte) 0xE9;
        refused(latin, "w.safetensors expects a header in UTF-8, but it has other bytes." + maybe);
    }

    /** A header of one F32 tensor with two elements, with one thing about it replaced. */
    private static byte[] with(String from, String to) {
        String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        assertThat(header).contains(from);
        return file(header.replace(from, to), 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void anEntryThatDoesNotAddUpIsRefused() {
        refused(
                with("F32", "F31"),
                "w.safetensors expects one of [BOOL, U8, I8, F8_E5M2, F8_E4M3, U16, I16, F16, BF16, U32, I32, F32, U64,"
                        + " I64, F64] as dtype of tensor \"w\", but it got F31.");
        refused(
                with("[2]", "[3]"),
                "w.safetensors expects 12 bytes for tensor \"w\" F32[3], but it got data_offsets [0, 8].");
        refused(
                with("[2]", "[-2]"),
                "w.safetensors expects whole numbers from 0 to 2147483647 as shape of tensor \"w\", but it got [-2].");
        refused(
                with("[2]", "[2147483648]"),
                "w.safetensors expects whole numbers from 0 to 2147483647 as shape of tensor \"w\", but it got"
                        + " [2147483648].");
        refused(
                with("[2]", "[2.0]"),
                "w.safetensors expects whole numbers from 0 to 2147483647 as shape of tensor \"w\", but it got another"
                        + " JSON value among them.");
        refused(
                with("[2]", "2"),
                "w.safetensors expects whole numbers from 0 to 2147483647 as shape of tensor \"w\", but it got another"
                        + " JSON value.");
        // 2^31 · 2^31 · 4 is 0 in a long that wraps around.
        refused(
                with("[2]", "[1073741824,1073741824,1073741824]"),
                "w.safetensors expects fewer than 2^63 bytes for tensor \"w\" F32[1073741824, 1073741824, 1073741824],"
                        + " but it got data_offsets [0, 8].");
        refused(
                with("[0,8]", "[8,0]"),
                "w.safetensors expects 0 ≤ begin ≤ end as data_offsets of tensor \"w\", but it got [8, 0].");
        refused(
                with("[0,8]", "[-8,0]"),
                "w.safetensors expects 0 ≤ begin ≤ end as data_offsets of tensor \"w\", but it got [-8, 0].");
        refused(
                with("[0,8]", "[0]"),
                "w.safetensors expects 0 ≤ begin ≤ end as data_offsets of tensor \"w\", but it got [0].");
        refused(
                with("[0,8]", "[0,99999999999999999999]"),
                "w.safetensors expects two whole numbers as data_offsets of tensor \"w\", but it got another JSON value"
                        + " among them.");
        refused(
                with("\"shape\":[2],", ""),
                "w.safetensors expects dtype, shape and data_offsets for tensor \"w\" once each, but it got dtype 1 time,"
                        + " shape 0 times and data_offsets 1 time.");
        refused(
                with("\"shape\":[2],", "\"shape\":[2],\"shape\":[2],"),
                "w.safetensors expects dtype, shape and data_offsets for tensor \"w\" once each, but it got dtype 1 time,"
                        + " shape 2 times and data_offsets 1 time.");
        refused(
                with("shape", "sizes"),
                "w.safetensors expects dtype, shape and data_offsets for tensor \"w\", but it got the key \"sizes\".");
        refused(file("{\"w\":7}"), "w.safetensors expects an object for tensor \"w\", but it got another JSON value.");
    }

    @Test
    void tensorsThatOverlapOrLeaveAGapAreRefused() {
        String two = "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[%d,%d]}}";
        refused(
                file(String.format(Locale.ROOT, two, 2, 6), 0, 0, 0, 0, 0, 0),
                "w.safetensors expects tensor \"b\" to begin at byte 4, where the data before it ends, but it got byte 2.");
        refused(
                file(String.format(Locale.ROOT, two, 5, 9), 0, 0, 0, 0, 0, 0, 0, 0, 0),
                "w.safetensors expects tensor \"b\" to begin at byte 4, where the data before it ends, but it got byte 5.");
        refused(
                with("[0,8]", "[1,9]"),
                "w.safetensors expects tensor \"w\" to begin at byte 0, where the data before it ends, but it got byte 1.");
    }

    @Test
    void tensorsMayLieInAnyOrderAndBeEmpty() throws IOException {
        byte[] file = file(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[0,5],\"data_offsets\":[4,4]},"
                        + "\"z\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}   ",
                0,
                0,
                0x80,
                0x3F);
        try (SafetensorsReader reader = open(file)) {
            assertThat(reader.floats("z")).containsExactly(1);
            assertThat(reader.tensors().stream().map(StoredTensor::name)).containsExactly("z", "a");
        }
        try (SafetensorsReader reader = read(file("{}"))) {
            assertThat(reader.tensors()).isEmpty();
        }
    }

    @Test
    void namesThatComeTwiceAreRefused() {
        String entry = "\"w\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
        refused(file("{" + entry + "," + entry + "}"), "w.safetensors expects each name once, but it got \"w\" twice.");
        refused(
                file("{\"__metadata__\":{},\"__metadata__\":{}}"),
                "w.safetensors expects each name once, but it got \"__metadata__\" twice.");
        refused(
                file("{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}"),
                "w.safetensors expects each key of __metadata__ once, but it got \"a\" twice.");
        refused(
                file("{\"__metadata__\":{\"a\":1}}"),
                "w.safetensors expects an object of strings as __metadata__, but it got another JSON value at \"a\".");
        refused(
                file("{\"__metadata__\":\"a\"}"),
                "w.safetensors expects an object of strings as __metadata__, but it got another JSON value.");
    }

    @Test
    void aFileThatWasCutAnywhereIsRefused() throws IOException {
        byte[] whole = bytes(
                new SafetensorsWriter().add("a", Shape.of(3), new float[3], 0).add("b", Shape.of(2), new float[2], 0));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> open(cut)).isInstanceOf(CheckpointException.class);
            assertThatThrownBy(() -> read(cut))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageEndingWith("Maybe it was cut short while it was written or copied.");
        }
        refused(
                Arrays.copyOf(whole, whole.length - 9),
                "w.safetensors expects 20 bytes of data behind its header, but it has 11."
                        + " Maybe it was cut short while it was written or copied.");
        refused(
                Arrays.copyOf(whole, whole.length + 1),
                "w.safetensors expects 20 bytes of data behind its header, but it has more."
                        + " Maybe something was appended to it.");
    }

    @Test
    void aHeaderThatClaimsGigabytesCostsNothing() {
        byte[] liar =
                file("{\"w\":{\"dtype\":\"F32\",\"shape\":[500000000],\"data_offsets\":[0,2000000000]}}", 1, 2, 3);
        refused(
                liar,
                "w.safetensors expects 2000000000 bytes of data behind its header, but it has 3."
                        + " Maybe it was cut short while it was written or copied.");
        byte[] larger = file("{\"w\":{\"dtype\":\"F32\",\"shape\":[5000000000],\"data_offsets\":[0,20000000000]}}"
                .replace("[5000000000]", "[50000,100000]"));
        assertThatThrownBy(() -> read(larger))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "w.safetensors expects tensors below 2 GiB where it can't be read anywhere, but tensor \"w\""
                                + " has 20000000000 bytes.");
    }

    @Test
    void aFileThatShrinksAfterItWasOpenedIsNamed() throws IOException {
        byte[] whole = bytes(new SafetensorsWriter().add("a", Shape.of(3), new float[3], 0));
        Path path = folder.resolve("shrinking");
        Files.write(path, whole);
        try (SafetensorsReader reader = SafetensorsReader.open(path)) {
            Files.write(path, Arrays.copyOf(whole, whole.length - 4));
            assertThatThrownBy(() -> reader.floats("a"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(path + " expects 4 more bytes at byte " + (whole.length - 4)
                            + ", but it ends there. Maybe it is being written to.");
        }
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        SafetensorsWriter writer = new SafetensorsWriter().add("w", Shape.of(1), new float[1], 0);
        assertThatThrownBy(() -> writer.add("w", Shape.of(1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SafetensorsWriter expects each tensor once, but it got \"w\" twice.");
        assertThatThrownBy(() -> writer.add("v", Shape.of(2, 2), new float[5], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SafetensorsWriter expects 4 values for \"v\" [2, 2], but it got 3.");
        assertThatThrownBy(() -> writer.add("__metadata__", Shape.of(1), 1))
                .hasMessage("SafetensorsWriter expects a tensor's name, but it got \"__metadata__\", which the format"
                        + " keeps for itself.");
    }

    @Test
    void aStreamThatGivesItsBytesOneByOneIsRead() throws IOException {
        byte[] file = bytes(new SafetensorsWriter().add("w", Shape.of(3), new float[] {1, 2, 3}, 0));
        InputStream slow = new ByteArrayInputStream(file) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1));
            }
        };
        try (SafetensorsReader reader = SafetensorsReader.read("w.safetensors", slow)) {
            assertThat(reader.floats("w")).containsExactly(1, 2, 3);
        }
    }
}
