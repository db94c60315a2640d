package io.convoy.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.checkpoint.StateDict.Loaded;
import io.convoy.engine.checkpoint.StateDict.Mode;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateDictTest {
    private static final ParameterLayout PARAMETERS = layout(10);
    private static final StatisticsLayout STATISTICS =
            new StatisticsLayout(List.of(new StatisticsLayout.Statistics("bn", 3, 4, 0.1)));

    private static ParameterLayout layout(int classes) {
        return new ParameterLayout(
                List.of(
                        new ParameterLayout.Parameter("conv.weight", Shape.of(3, 1, 2, 2)),
                        new ParameterLayout.Parameter("bn.weight", Shape.of(3), true),
                        new ParameterLayout.Parameter("fc.weight", Shape.of(classes, 3)),
                        new ParameterLayout.Parameter("fc.bias", Shape.of(classes))),
                1 << 20,
                1);
    }

    private static StateDict dict(ParameterLayout layout) {
        return new StateDict("tiny", layout, STATISTICS);
    }

    private static SafetensorsReader reader(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return SafetensorsReader.read("w.safetensors", new ByteArrayInputStream(out.toByteArray()));
    }

    private static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    private static float[] part(ParameterLayout layout, String name, float[] vector) {
        ParameterLayout.Entry entry = layout.entry(name);
        return Arrays.copyOfRange(vector, entry.offset(), entry.offset() + entry.length());
    }

    private static SafetensorsReader fileOf(ParameterLayout layout, float value) throws IOException {
        return reader(dict(layout).writer(filled(layout.length(), value), filled(STATISTICS.length(), value), 5));
    }

    @Test
    void anyBitsComeBackAsTheyWere() throws IOException {
        RandomStream random = Property.seed(StateDictTest.class).stream();
        float[] weights = new float[PARAMETERS.length()];
        float[] running = new float[STATISTICS.length()];
        for (ParameterLayout.Entry entry : PARAMETERS.entries()) {
            for (int i = 0; i < entry.length(); i++) {
                weights[entry.offset() + i] = Float.intBitsToFloat((int) random.nextLong());
            }
        }
        for (int i = 0; i < running.length; i++) {
            running[i] = Float.intBitsToFloat((int) random.nextLong());
        }
        float[] back = new float[weights.length];
        float[] backRunning = new float[running.length];
        try (SafetensorsReader reader = reader(dict(PARAMETERS).writer(weights, running, 1L << 40))) {
            assertThat(reader.longs("bn.num_batches_tracked")).containsExactly(1L << 40);
            Loaded loaded = dict(PARAMETERS).load(reader, back, backRunning);
            assertThat(loaded).hasToString("6 of 6 tensors from w.safetensors");
        }
        assertThat(raw(back)).isEqualTo(raw(weights));
        assertThat(raw(backRunning)).isEqualTo(raw(running));
    }

    private static int[] raw(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    /** One tensor each of F64, F16, BF16, and the rest F32: conv, bn.weight, fc.bias. */
    @Test
    void otherFloatsBecomeTheNearestFloat32() throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        List<String> header = new ArrayList<>();
        ByteBuffer doubles = ByteBuffer.allocate(12 * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 12; i++) {
            doubles.putDouble(0.1 * i);
        }
        add(header, data, "conv.weight", "F64", "[3,1,2,2]", doubles);
        ByteBuffer halves = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        add(
                header,
                data,
                "bn.weight",
                "F16",
                "[3]",
                halves.putShort((short) 0x3C00).putShort((short) 0xC000).putShort((short) 0x3555));
        ByteBuffer brains = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 10; i++) {
            brains.putShort((short) (0x3F80 + i));
        }
        add(header, data, "fc.bias", "BF16", "[10]", brains);
        add(header, data, "fc.weight", "F32", "[10,3]", ByteBuffer.allocate(120));
        add(header, data, "bn.running_mean", "F32", "[3]", ByteBuffer.allocate(12));
        add(header, data, "bn.running_var", "F32", "[3]", ByteBuffer.allocate(12));
        byte[] json = ("{" + String.join(",", header) + "}").getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array());
        file.write(json);
        file.write(data.toByteArray());
        float[] weights = new float[PARAMETERS.length()];
        try (SafetensorsReader reader = SafetensorsReader.read("w", new ByteArrayInputStream(file.toByteArray()))) {
            // The file has no num_batches_tracked, as those of old.
            Loaded unused = dict(PARAMETERS).load(reader, weights, new float[STATISTICS.length()]);
        }
        assertThat(part(PARAMETERS, "conv.weight", weights))
                .containsExactly(
                        0f,
                        0.1f,
                        0.2f,
                        (float) (0.1 * 3),
                        0.4f,
                        0.5f,
                        (float) (0.1 * 6),
                        (float) (0.1 * 7),
                        0.8f,
                        0.9f,
                        1f,
                        1.1f);
        assertThat(part(PARAMETERS, "bn.weight", weights)).containsExactly(1f, -2f, 0x1.554p-2f);
        assertThat(part(PARAMETERS, "fc.bias", weights)).startsWith(1f, 1.0078125f, 1.015625f);
    }

    private static void add(
            List<String> header, ByteArrayOutputStream data, String name, String type, String shape, ByteBuffer bytes) {
        int begin = data.size();
        byte[] values = new byte[bytes.capacity()];
        bytes.get(0, values);
        data.writeBytes(values);
        header.add("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, type, shape, begin, data.size()));
    }

    @Test
    void strictLoadingListsWhatIsMissingUnexpectedAndMisshapedAndChangesNothing() throws IOException {
        float[] weights = filled(PARAMETERS.length(), 7);
        try (SafetensorsReader reader = reader(new SafetensorsWriter()
                .add("conv.weight", Shape.of(3, 1, 2, 2), new float[12], 0)
                .add("bn.weight", Shape.of(3), 1, 2, 3)
                .add("fc.weight", Shape.of(5, 3), new float[15], 0)
                .add("head.bias", Shape.of(5), new float[5], 0)
                .add("bn.running_mean", Shape.of(3), new float[3], 0)
                .add("bn.running_var", Shape.of(3), new float[3], 0))) {
            assertThatThrownBy(() -> dict(PARAMETERS).load(reader, weights, new float[6]))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(
                            "w.safetensors expects the 6 tensors of tiny, but 1 is missing (fc.bias F32[10]), 1 is"
                                    + " unexpected (head.bias F32[5]) and 2 have another form (bn.weight is I64[3] instead of"
                                    + " F32[3], fc.weight is F32[5, 3] instead of F32[10, 3]). Maybe it belongs to another network.");
        }
        assertThat(weights).containsOnly(7f);
    }

    @Test
    void aWordInFrontOfEveryNameIsFound() throws IOException {
        try (SafetensorsReader reader = reader(new SafetensorsWriter()
                .add("module.conv.weight", Shape.of(3, 1, 2, 2), new float[12], 0)
                .add("module.bn.weight", Shape.of(3), new float[3], 0)
                .add("module.fc.weight", Shape.of(10, 3), new float[30], 0)
                .add("module.fc.bias", Shape.of(10), new float[10], 0)
                .add("module.bn.running_mean", Shape.of(3), new float[3], 0)
                .add("module.bn.running_var", Shape.of(3), new float[3], 0))) {
            assertThatThrownBy(() -> dict(PARAMETERS).load(reader, new float[PARAMETERS.length()], new float[6]))
                    .hasMessageStartingWith("w.safetensors expects the 6 tensors of tiny, but 6 are missing (")
                    .hasMessageEndingWith(". Maybe take \"module.\" off the front of its names.");
        }
    }

    @Test
    void partialLoadingTakesWhatFitsAndSaysWhatDoesNot() throws IOException {
        ParameterLayout other = layout(5);
        float[] weights = filled(PARAMETERS.length(), 7);
        float[] running = filled(6, 7);
        try (SafetensorsReader reader = fileOf(other, 2)) {
            Loaded loaded = dict(PARAMETERS).load(reader, Mode.PARTIAL, List.of(), weights, running);
            assertThat(loaded)
                    .hasToString("4 of 6 tensors from w.safetensors; 2 have another form (fc.bias is F32[5] instead of"
                            + " F32[10], fc.weight is F32[5, 3] instead of F32[10, 3])");
        }
        assertThat(part(PARAMETERS, "conv.weight", weights)).containsOnly(2f);
        assertThat(part(PARAMETERS, "fc.weight", weights)).containsOnly(7f);
        assertThat(part(PARAMETERS, "fc.bias", weights)).containsOnly(7f);
        assertThat(running).containsOnly(2f);
        try (SafetensorsReader reader = reader(new SafetensorsWriter().add("x", Shape.of(1), new float[1], 0))) {
            assertThatThrownBy(() -> dict(PARAMETERS).load(reader, Mode.PARTIAL, List.of(), weights, running))
                    .hasMessageStartingWith(
                            "w.safetensors expects at least one of the 6 tensors of tiny, but 6 are missing"
                                    + " (bn.running_mean F32[3], ");
        }
    }

    @Test
    void aReplacedHeadStaysAsItWasAndTheRestIsStrict() throws IOException {
        for (int classes : new int[] {5, 10}) {
            float[] weights = filled(PARAMETERS.length(), 7);
            float[] running = filled(6, 7);
            try (SafetensorsReader reader = fileOf(layout(classes), 2)) {
                Loaded loaded = dict(PARAMETERS).load(reader, Mode.REPLACE_HEAD, List.of(), weights, running);
                assertThat(loaded).hasToString("4 of 6 tensors from w.safetensors");
            }
            assertThat(part(PARAMETERS, "conv.weight", weights)).containsOnly(2f);
            assertThat(part(PARAMETERS, "fc.weight", weights)).containsOnly(7f);
            assertThat(part(PARAMETERS, "fc.bias", weights)).containsOnly(7f);
            assertThat(running).containsOnly(2f);
        }
        try (SafetensorsReader reader = fileOf(layout(5), 2)) {
            float[] weights = new float[PARAMETERS.length()];
            assertThatThrownBy(() ->
                            dict(PARAMETERS).load(reader, Mode.REPLACE_HEAD, List.of("fc.bias"), weights, new float[6]))
                    .hasMessage(
                            "w.safetensors expects the 6 tensors of tiny but for its head (fc.bias), but 1 has another"
                                    + " form (fc.weight is F32[5, 3] instead of F32[10, 3]). Maybe it belongs to another network.");
            assertThatThrownBy(() -> dict(PARAMETERS)
                            .load(reader, Mode.REPLACE_HEAD, List.of("fc.*", "aux.*"), weights, new float[6]))
                    .hasMessage(
                            "The head of tiny expects patterns of its tensors' names, but \"aux.*\" fits none of them,"
                                    + " nor any in w.safetensors.");
        }
    }
}
