package io.convoy.ps.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.ps.transport.Connection;
import io.convoy.ps.transport.Listening;
import io.convoy.ps.transport.NettySettings;
import io.convoy.ps.transport.NettyTransport;
import io.convoy.ps.transport.PortRange;
import io.convoy.ps.transport.Receiver;
import io.convoy.ps.transport.TakenPortException;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Address;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.FrameCodec;
import io.convoy.ps.wire.RunId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The mutual challenge against real sockets. */
class HandshakeTest {
    private static final RunId RUN = new RunId("r1");
    private static final Duration SOON = Duration.ofSeconds(10);

    private final SharedSecret secret = SharedSecret.draw();
    private final RunKey key = RunKey.derive(secret, RUN);
    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    private final BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    private final List<Transport> transports = new ArrayList<>();
    private final Receiver receiver = new Receiver() {
        @Override
        public void received(Connection connection, Frame frame) {
            received.add(frame);
        }

        @Override
        public void closed(Connection connection, String why) {
            closed.add(why);
        }
    };

    @AfterEach
    void close() {
        transports.forEach(Transport::close);
    }

    private Transport transport(RunKey with, NettySettings settings) {
        Transport transport = new NettyTransport("handshake", with, settings, reports::add);
        transports.add(transport);
        return transport;
    }

    private Address listen(NettySettings settings) {
        return transport(key, settings)
                .listen(Role.SHARDS, "127.0.0.1", PortRange.ANY, receiver)
                .address();
    }

    private static Socket dial(Address address) throws IOException {
        Socket socket = new Socket(address.host(), address.port());
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    /** What comes until the other side closes. */
    private static byte[] rest(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            // Closed with bytes of ours unread: a reset.
            return new byte[0];
        }
    }

    /** Passes the challenge by hand. */
    private Socket authenticated(Address address) throws IOException {
        Socket socket = dial(address);
        byte[] ours = Handshake.nonce();
        socket.getOutputStream().write(Handshake.MAGIC);
        socket.getOutputStream().write(ours);
        byte[] theirs = socket.getInputStream().readNBytes(RunKey.BYTES);
        socket.getOutputStream().write(key.proof(RunKey.Side.CONNECTING, Role.SHARDS, ours, theirs));
        byte[] verdict = socket.getInputStream().readNBytes(Handshake.VERDICT);
        assertThat(verdict[0]).isEqualTo(Handshake.TAKEN);
        return socket;
    }

    @Test
    void whoKnowsTheSecretIsLetIn() throws Exception {
        Address address = listen(NettySettings.defaults());
        Connection connection = transport(key, NettySettings.defaults()).connect(Role.SHARDS, address, receiver, SOON);
        connection.send(new Frame.Ping(5));
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(new Frame.Ping(5));
        connection.close();
        assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("the other side closed it");
        assertThat(reports).isEmpty();
    }

    @Test
    void aWrongSecretIsToldToBothSides() throws Exception {
        Address address = listen(NettySettings.defaults());
        Transport stranger = transport(RunKey.derive(SharedSecret.draw(), RUN), NettySettings.defaults());
        assertThatThrownBy(() -> stranger.connect(Role.SHARDS, address, receiver, SOON))
                .isInstanceOf(ExchangeException.class)
                .hasMessage("A connection of run r1 expects both sides to know the run's secret, but " + address
                        + " refused it. Maybe that is the port of another run.");
        assertThat(reports.poll(10, TimeUnit.SECONDS))
                .matches(
                        "Run r1 expects its members to know its secret, but /127\\.0\\.0\\.1:\\d+ came with a wrong proof\\."
                                + " Maybe it belongs to another run\\.");
        assertThat(reports).isEmpty();
    }

    @Test
    void theKeyDependsOnTheRunAndTheProofOnTheRole() {
        Address address = listen(NettySettings.defaults());
        Transport otherRun = transport(RunKey.derive(secret, new RunId("r2")), NettySettings.defaults());
        assertThatThrownBy(() -> otherRun.connect(Role.SHARDS, address, receiver, SOON))
                .hasMessageContaining("A connection of run r2 expects both sides to know");
        Transport member = transport(key, NettySettings.defaults());
        assertThatThrownBy(() -> member.connect(Role.COORDINATOR, address, receiver, SOON))
                .hasMessageContaining("refused it");
    }

    @Test
    void aListenerThatDoesNotKnowTheSecretIsFoundOut() throws Exception {
        try (ServerSocket impostor = new ServerSocket(0)) {
            Thread accepting = new Thread(() -> {
                try (Socket socket = impostor.accept()) {
                    socket.getInputStream().readNBytes(Handshake.HELLO);
                    socket.getOutputStream().write(new byte[RunKey.BYTES]);
                    byte[] proof = socket.getInputStream().readNBytes(RunKey.BYTES);
                    // The best it can do: say yes and send the proof back.
                    socket.getOutputStream().write(Handshake.TAKEN);
                    socket.getOutputStream().write(proof);
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The other side is expected to hang up, maybe with a reset.
                    assertThat(e).isInstanceOf(SocketException.class);
                }
            });
            accepting.start();
            Address address = new Address("127.0.0.1", impostor.getLocalPort());
            assertThatThrownBy(() ->
                            transport(key, NettySettings.defaults()).connect(Role.SHARDS, address, receiver, SOON))
                    .hasMessage("A connection of run r1 expects both sides to know the run's secret, but " + address
                            + " could not prove that it knows it. Maybe that is somebody else's port.");
            accepting.join(10_000);
        }
    }

    @Test
    void garbageIsClosedWithoutAWord() throws Exception {
        Address address = listen(NettySettings.defaults());
        for (String greeting : List.of("GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001", "CVX")) {
            try (Socket socket = dial(address)) {
                socket.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
                assertThat(rest(socket)).isEmpty();
            }
        }
        assertThat(reports).isEmpty();
        assertThat(received).isEmpty();
    }

    @Test
    void aFrameBeforeTheProofIsNotParsed() throws Exception {
        Address address = listen(NettySettings.defaults());
        try (Socket socket = dial(address)) {
            socket.getOutputStream().write(frame(new Frame.Ping(1)));
            assertThat(rest(socket)).isEmpty();
        }
        assertThat(received).isEmpty();
        assertThat(reports).isEmpty();
    }

    @Test
    void whoTakesItsTimeIsClosedAtTheDeadline() throws Exception {
        Address address = listen(new NettySettings(1, Duration.ofMillis(200), 4));
        long start = System.nanoTime();
        try (Socket silent = dial(address);
                Socket slow = dial(address)) {
            slow.getOutputStream().write(Handshake.MAGIC);
            assertThat(rest(silent)).isEmpty();
            assertThat(rest(slow)).isEmpty();
        }
        assertThat(System.nanoTime() - start).isGreaterThan(150_000_000L);
        assertThat(reports).isEmpty();
    }

    @Test
    void onlySoManyStrangersMayWait() throws Exception {
        Address address = listen(new NettySettings(1, Duration.ofSeconds(30), 2));
        try (Socket first = dial(address);
                Socket second = dial(address)) {
            first.getOutputStream().write(Handshake.MAGIC);
            second.getOutputStream().write(Handshake.MAGIC);
            try (Socket third = dial(address)) {
                assertThat(rest(third)).isEmpty();
            }
        }
        // A place is free again once one of them is seen to have gone.
        boolean answered = false;
        while (!answered) {
            try (Socket next = dial(address)) {
                next.getOutputStream().write(Handshake.MAGIC);
                next.getOutputStream().write(Handshake.nonce());
                answered = next.getInputStream().readNBytes(RunKey.BYTES).length == RunKey.BYTES;
            } catch (SocketException e) {
                // Turned away while its greeting was under way: a reset.
                assertThat(answered).isFalse();
            }
        }
    }

    @Test
    void malformedFramesCloseTheConnectionWithOneLine() throws Exception {
        Address address = listen(NettySettings.defaults());
        try (Socket socket = authenticated(address)) {
            socket.getOutputStream().write(frame(new Frame.Ping(1)));
            byte[] bad = frame(new Frame.Ping(2));
            bad[FrameCodec.HEADER] ^= 1;
            socket.getOutputStream().write(bad);
            socket.getOutputStream().write(frame(new Frame.Ping(3)));
            rest(socket);
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(new Frame.Ping(1));
            assertThat(reports.poll(10, TimeUnit.SECONDS))
                    .isEqualTo("The connection with 127.0.0.1:" + socket.getLocalPort()
                            + " is closed: A frame has the checksum of its bytes, but it got another.");
        }
        assertThat(closed.poll(10, TimeUnit.SECONDS)).startsWith("A frame has the checksum");
        assertThat(received).isEmpty();
        assertThat(reports).isEmpty();
    }

    @Test
    void randomBytesAfterTheProofNeverHarmTheListener() throws Exception {
        Seed seed = new Seed(System.nanoTime());
        System.out.println("randomBytesAfterTheProofNeverHarmTheListener: " + seed);
        RandomStream random = seed.stream();
        Address address = listen(NettySettings.defaults());
        for (int round = 0; round < 50; round++) {
            byte[] bytes = frame(new Frame.Command(round, "train", "{}"));
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            try (Socket socket = authenticated(address)) {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                rest(socket);
            }
        }
        assertThat(received).isEmpty();
        whoKnowsTheSecretIsLetInAt(address);
    }

    private void whoKnowsTheSecretIsLetInAt(Address address) throws Exception {
        transport(key, NettySettings.defaults())
                .connect(Role.SHARDS, address, receiver, SOON)
                .send(new Frame.Ping(99));
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(new Frame.Ping(99));
    }

    @Test
    void aReceiverThatThrowsLosesItsConnectionOnly() throws Exception {
        Receiver failing = new Receiver() {
            @Override
            public void received(Connection connection, Frame frame) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void closed(Connection connection, String why) {
                closed.add(why);
            }
        };
        Listening listening =
                transport(key, NettySettings.defaults()).listen(Role.SHARDS, "127.0.0.1", PortRange.ANY, failing);
        for (int i = 0; i < 2; i++) {
            try (Socket socket = authenticated(listening.address())) {
                socket.getOutputStream().write(frame(new Frame.Ping(1)));
                rest(socket);
            }
            assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("java.lang.IllegalStateException: broken");
            assertThat(reports.poll(10, TimeUnit.SECONDS))
                    .endsWith("is closed: java.lang.IllegalStateException: broken");
        }
    }

    @Test
    void nobodyListeningIsSaidAtOnce() throws Exception {
        Address address;
        try (ServerSocket free = new ServerSocket(0)) {
            address = new Address("127.0.0.1", free.getLocalPort());
        }
        assertThatThrownBy(() -> transport(key, NettySettings.defaults()).connect(Role.SHARDS, address, receiver, SOON))
                .isInstanceOf(ExchangeException.class)
                .hasMessage("A connection of run r1 expects somebody to listen on " + address
                        + ", but: Connection refused: /" + address + ".");
    }

    @Test
    void aListenerThatNeverAnswersIsGivenUp() throws Exception {
        try (ServerSocket mute = new ServerSocket(0)) {
            Address address = new Address("127.0.0.1", mute.getLocalPort());
            assertThatThrownBy(() -> transport(key, NettySettings.defaults())
                            .connect(Role.SHARDS, address, receiver, Duration.ofMillis(250)))
                    .hasMessage(
                            "A connection of run r1 expects " + address
                                    + " to answer the challenge within 250 ms, but it did not. Maybe that is somebody else's port.");
        }
    }

    @Test
    void aTakenPortNamesTheSetting() throws Exception {
        Transport transport = transport(key, NettySettings.defaults());
        int port = transport
                .listen(Role.SHARDS, "127.0.0.1", PortRange.ANY, receiver)
                .address()
                .port();
        assertThatThrownBy(() -> transport.listen(Role.SHARDS, "127.0.0.1", PortRange.of(port), receiver))
                .isInstanceOf(TakenPortException.class)
                .hasMessage("parameterServer.port expects a free port on 127.0.0.1, but " + port
                        + " is taken. Maybe set another port, or 0 for any free one.");
        assertThatThrownBy(() -> transport.listen(Role.SHARDS, "192.0.2.1", PortRange.ANY, receiver))
                .hasMessage(
                        "The parameter server expects a name or address of this machine, but 192.0.2.1 can't be listened"
                                + " on: Cannot assign requested address. Maybe set SPARK_LOCAL_IP to the one that the"
                                + " other machines know.");
        assertThatThrownBy(() -> new PortRange(10, 9))
                .hasMessage("parameterServer.port expects 0 or a range of ports from 1 to 65535, but it is 10-9.");
    }

    @Test
    void aSecretIsNeverPrintedAndComesBackFromItsText() {
        assertThat(secret.toString() + key + RUN).doesNotContain(secret.text());
        assertThat(SharedSecret.parse(secret.text())).isEqualTo(secret).hasSameHashCodeAs(secret);
        assertThatThrownBy(() -> SharedSecret.parse("abcd"))
                .hasMessage(
                        "SharedSecret expects an even number of hexadecimal digits, at least 32, but it got 4 characters"
                                + " that are something else.");
        assertThatThrownBy(() -> new RunId("a b"))
                .hasMessage("RunId expects 1 to 64 letters, digits, dots, hyphens or underscores, but it got \"a b\".");
    }

    private static byte[] frame(Frame frame) {
        ByteBuf encoded = new FrameCodec(new FloatBuffers()).encode(frame, UnpooledByteBufAllocator.DEFAULT);
        byte[] bytes = new byte[encoded.readableBytes()];
        encoded.readBytes(bytes);
        encoded.release();
        return bytes;
    }
}
