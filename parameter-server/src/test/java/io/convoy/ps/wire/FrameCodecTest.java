package io.convoy.ps.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {
    private static final UnpooledByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);
    private static final Origin ORIGIN = new Origin(-7, 3, 2);
    private static final StepPlan PLAN = new StepPlan(41, 27, 4, 0.01, 0.85);
    private static final Member MEMBER = new Member(0, 1, new Address("10.0.0.7", 4041), 2, "Zen 5", "executor é");

    private final FloatBuffers buffers = new FloatBuffers();
    private final FrameCodec codec = new FrameCodec(buffers);

    static List<Frame> everyFrame() {
        float[] floats = {1.5f, -0f, Float.NaN, Float.intBitsToFloat(0x7FC12345), Float.MIN_VALUE};
        return List.of(
                new Frame.Push(1, ORIGIN, PLAN, 5, new LeafRange(4, 6), new Floats(floats)),
                new Frame.Push(2, ORIGIN, PLAN, Frame.STATISTICS, new LeafRange(0, 7), new Floats(new float[0])),
                new Frame.Push(
                        2, ORIGIN, new StepPlan(41, 27, 4, 0.01), 5, new LeafRange(4, 6), new Floats(new float[1])),
                new Frame.Pull(3, ORIGIN, 0, 42),
                new Frame.Accepted(Long.MIN_VALUE),
                new Frame.Values(5, 1, 42, new Floats(floats)),
                new Frame.Waiting(6, 7, List.of(new LeafRange(0, 1), new LeafRange(4, 6)), List.of(1), List.of(2, 0)),
                new Frame.Sums(4, ORIGIN, 41, 5, 1, new Doubles(new double[] {1.5, -0.0, Double.NaN, 1e300})),
                new Frame.Refused(7, "warum nicht – ça va"),
                new Frame.Join(MEMBER),
                new Frame.Welcome(4),
                new Frame.Assembled(new Roster(9, List.of(MEMBER))),
                new Frame.Command(8, "train", "{\"from\":0}"),
                new Frame.Progress(9, "{}"),
                new Frame.Done(10, ""),
                new Frame.Failed(11, "no"),
                new Frame.Leave(true, "because"),
                new Frame.Ping(12),
                new Frame.Pong(13));
    }

    private byte[] bytes(Frame frame) {
        ByteBuf encoded = codec.encode(frame, HEAP);
        byte[] bytes = new byte[encoded.readableBytes()];
        encoded.readBytes(bytes);
        encoded.release();
        return bytes;
    }

    private List<Frame> read(byte[]... pieces) {
        List<Frame> frames = new ArrayList<>();
        try (FrameCodec.Reader reader = codec.reader()) {
            for (byte[] piece : pieces) {
                reader.read(Unpooled.wrappedBuffer(piece), HEAP, frames::add);
            }
        }
        return frames;
    }

    /** Overwrites the checksum with the one that fits. */
    private static byte[] sealed(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 12);
        crc.update(bytes, FrameCodec.HEADER, bytes.length - FrameCodec.HEADER);
        Unpooled.wrappedBuffer(bytes).setIntLE(12, (int) crc.getValue());
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void everyFrameComesBackAsItWas(Frame frame) {
        assertThat(read(bytes(frame))).containsExactly(frame);
    }

    @Test
    void everyKindOfFrameIsTriedHere() {
        assertThat(everyFrame().stream().map(Kind::of).distinct()).containsExactlyInAnyOrder(Kind.values());
    }

    @Test
    void framesCutAnywhereComeBackWhole() {
        Seed seed = new Seed(System.nanoTime());
        System.out.println("framesCutAnywhereComeBackWhole: " + seed);
        RandomStream random = seed.stream();
        ByteBuf all = Unpooled.buffer();
        everyFrame().forEach(frame -> all.writeBytes(bytes(frame)));
        List<byte[]> pieces = new ArrayList<>();
        while (all.isReadable()) {
            byte[] piece = new byte[Math.min(all.readableBytes(), random.nextInt(9))];
            all.readBytes(piece);
            pieces.add(piece);
        }
        assertThat(read(pieces.toArray(byte[][]::new))).isEqualTo(everyFrame());
    }

    @Test
    void theLargestPartFitsIntoAFrame() {
        float[] largest = new float[ParameterLayout.MAX_PART];
        largest[largest.length - 1] = 3;
        Frame push = new Frame.Push(1, ORIGIN, PLAN, 0, new LeafRange(0, 1), new Floats(largest));
        assertThat(read(bytes(push))).containsExactly(push);
    }

    @Test
    void theSumsOfTheLargestPartFitIntoAFrame() {
        Frame sums = new Frame.Sums(1, ORIGIN, 0, 0, 0, new Doubles(new double[Frame.MAX_DOUBLES]));
        assertThat(read(bytes(sums))).containsExactly(sums);
        assertThatThrownBy(() -> new Frame.Sums(1, ORIGIN, 0, 0, 0, new Doubles(new double[Frame.MAX_DOUBLES + 1])))
                .hasMessage("Sums expects at most 131072 numbers, but it got 131073.");
    }

    @Test
    void aBodyThatIsTooLongIsRefusedByItsSender() {
        Frame huge = new Frame.Command(1, "train", "x".repeat(FrameCodec.MAX_PAYLOAD));
        assertThatThrownBy(() -> codec.encode(huge, HEAP))
                .hasMessage("A frame expects at most 1114112 bytes, but COMMAND got 1114133.");
    }

    @Test
    void aReasonThatIsTooLongLosesItsEnd() {
        Frame.Refused read = (Frame.Refused) read(bytes(new Frame.Refused(1, "x".repeat(3 * FrameCodec.MAX_PAYLOAD))))
                .get(0);
        assertThat(read.reason()).hasSize(Frame.MAX_TEXT).endsWith("x…");
    }

    @Test
    void aLengthBeyondTheCapIsRefusedBeforeRoomIsMade() {
        byte[] bytes = bytes(new Frame.Ping(1));
        Unpooled.wrappedBuffer(bytes).setIntLE(8, FrameCodec.MAX_PAYLOAD + 1);
        UnpooledByteBufAllocator counting = new UnpooledByteBufAllocator(false);
        try (FrameCodec.Reader reader = codec.reader()) {
            assertThatThrownBy(() -> reader.read(Unpooled.wrappedBuffer(bytes), counting, frame -> {}))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessage("A frame has at most 1114112 bytes, but it got a length of 1114113.");
            assertThat(counting.metric().usedHeapMemory()).isEqualTo(FrameCodec.HEADER);
        }
        assertThat(counting.metric().usedHeapMemory()).isZero();
    }

    @Test
    void malformedFramesSayWhatIsWrong() {
        byte[] magic = bytes(new Frame.Ping(1));
        magic[0] = 'G';
        assertMalformed(magic, "A frame starts with \"CNVY\", but it got the bytes 474e5659.");
        byte[] version = bytes(new Frame.Ping(1));
        version[4] = 2;
        assertMalformed(version, "A frame has version 1, but it got 2.");
        byte[] kind = bytes(new Frame.Ping(1));
        kind[5] = 77;
        assertMalformed(kind, "A frame is of a known kind, but it got kind 77.");
        byte[] negative = bytes(new Frame.Ping(1));
        Unpooled.wrappedBuffer(negative).setIntLE(8, -1);
        assertMalformed(negative, "A frame has at most 1114112 bytes, but it got a length of -1.");
        byte[] flipped = bytes(new Frame.Ping(1));
        flipped[FrameCodec.HEADER] ^= 1;
        assertMalformed(flipped, "A frame has the checksum of its bytes, but it got another.");
        byte[] swapped = bytes(new Frame.Ping(1));
        swapped[5] = (byte) Kind.PULL.number();
        assertMalformed(sealed(swapped), "A frame has the fields of its kind, but PULL got others: ");
        byte[] longer = bytes(new Frame.Refused(1, "12345678"));
        longer[5] = (byte) Kind.PING.number();
        assertMalformed(sealed(longer), "A frame ends after its fields, but PING got 12 bytes more.");
    }

    private void assertMalformed(byte[] bytes, String message) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void fieldsOutOfRangeAreMalformedThoughTheChecksumFits() {
        Frame push = new Frame.Push(1, ORIGIN, PLAN, 5, new LeafRange(4, 6), new Floats(new float[3]));
        int fields = FrameCodec.HEADER + 8;
        int[][] changes = {
            {fields + 8, 0}, // generation
            {fields + 12, -1}, // worker
            {fields + 20, -1}, // step's upper half
            {fields + 24, 0}, // samples
            {fields + 28, -4}, // micro-batch
            {fields + 24, Integer.MAX_VALUE}, // samples that overflow
            {fields + 36, 0x7FF80000}, // learning rate NaN
            {fields + 44, 0x3FF80000}, // momentum 1.5
            {fields + 44, 0xBFE00000}, // momentum below 0
            {fields + 48, -2}, // span
            {fields + 52, 6}, // begin = end
            {fields + 56, 8}, // end beyond the last leaf
            {fields + 60, -1}, // float count
            {fields + 60, 4}, // more floats than bytes
            {fields + 60, Integer.MAX_VALUE}, // overflow in bytes
        };
        for (int[] change : changes) {
            byte[] bytes = bytes(push);
            Unpooled.wrappedBuffer(bytes).setIntLE(change[0], change[1]);
            assertMalformed(sealed(bytes), "A frame has the fields of its kind, but PUSH got others: ");
        }
        Frame sums = new Frame.Sums(1, ORIGIN, 41, 5, 1, new Doubles(new double[3]));
        int[][] sumChanges = {
            {fields + 8, 0}, // generation
            {fields + 12, -1}, // worker
            {fields + 20, -1}, // step's upper half
            {fields + 24, -1}, // span: the statistics have no sums
            {fields + 28, -1}, // round
            {fields + 32, -1}, // count
            {fields + 32, 4}, // more numbers than bytes
            {fields + 32, 0x20000001}, // overflow in bytes
        };
        for (int[] change : sumChanges) {
            byte[] bytes = bytes(sums);
            Unpooled.wrappedBuffer(bytes).setIntLE(change[0], change[1]);
            assertMalformed(sealed(bytes), "A frame has the fields of its kind, but SUMS got others: ");
        }
        byte[] text = bytes(new Frame.Refused(1, "aa"));
        text[text.length - 1] = (byte) 0xFF;
        assertMalformed(
                sealed(text), "A frame has the fields of its kind, but REFUSED got others: a text is not UTF-8");
        byte[] leave = bytes(new Frame.Leave(false, ""));
        leave[FrameCodec.HEADER] = 2;
        assertMalformed(sealed(leave), "A frame has the fields of its kind, but LEAVE got others: a yes or no is 2");
    }

    @Test
    void noBytesAreReadAsAnythingButAFrameOrMalformed() {
        Seed seed = new Seed(System.nanoTime());
        System.out.println("noBytesAreReadAsAnythingButAFrameOrMalformed: " + seed);
        RandomStream random = seed.stream();
        List<Frame> frames = everyFrame();
        int malformed = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = bytes(frames.get(random.nextInt(frames.size())));
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] cut = random.nextInt(4) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
            boolean honest = random.nextInt(2) == 0 && cut.length >= FrameCodec.HEADER;
            if (honest) {
                Unpooled.wrappedBuffer(cut).setIntLE(8, cut.length - FrameCodec.HEADER);
                sealed(cut);
            }
            try {
                List<Frame> read = read(cut);
                assertThat(read).hasSizeLessThanOrEqualTo(1);
            } catch (MalformedFrameException e) {
                malformed++;
            }
        }
        assertThat(malformed).isGreaterThan(5_000);
    }
}
