package io.convoy.spark.job;

import io.convoy.spark.RunFailedException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of the driver at which every slot reports, and is let go when all have: proof that the slots run at the same time and
 * that executors reach the driver. It speaks one fixed-size message; whoever doesn't know the token is hung up on.
 */
final class Rendezvous implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rendezvous.class);
    private static final int TOKEN_BYTES = 32;
    private static final int GO = 1;
    private static final int MESSAGE_MILLIS = 5_000;

    private final ServerSocket server;
    private final String host;
    private final Duration deadline;
    private final byte[] token = new byte[TOKEN_BYTES];

    /**
     * @param host the name under which executors reach this JVM
     * @param slots how many have to report
     * @param deadline the longest wait for all of them
     */
    Rendezvous(String host, int slots, Duration deadline) throws IOException {
        this.host = host;
        this.deadline = deadline;
        new SecureRandom().nextBytes(token);
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
        Executors.newSingleThreadExecutor(work -> {
                    Thread thread = new Thread(work, "convoy-rendezvous");
                    thread.setDaemon(true);
                    return thread;
                })
                .execute(() -> gather(slots));
    }

    /** What a slot needs to report here; shipped in its task. */
    Invitation invitation() {
        return new Invitation(host, server.getLocalPort(), HexFormat.of().formatHex(token), (int) deadline.toMillis());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void gather(int slots) {
        List<Socket> waiting = new ArrayList<>();
        TreeSet<Integer> missing = IntStream.range(0, slots).boxed().collect(Collectors.toCollection(TreeSet::new));
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (!missing.isEmpty()) {
                server.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
                Socket guest = server.accept();
                if (isExpected(guest, missing)) {
                    waiting.add(guest);
                } else {
                    guest.close();
                }
            }
            for (Socket guest : waiting) {
                guest.getOutputStream().write(GO);
            }
        } catch (IOException late) {
            LOG.warn(
                    "All {} slots expect to meet at {} within {} s, but slot(s) {} did not come: {}",
                    slots,
                    host,
                    deadline.toSeconds(),
                    missing,
                    late.toString());
        } finally {
            waiting.forEach(Rendezvous::hangUp);
        }
    }

    private static void hangUp(Socket guest) {
        try {
            guest.close();
        } catch (IOException alreadyGone) {
            LOG.debug("A slot expects to be hung up on, but its connection had gone.", alreadyGone);
        }
    }

    private boolean isExpected(Socket guest, Set<Integer> missing) throws IOException {
        guest.setSoTimeout(MESSAGE_MILLIS);
        DataInputStream in = new DataInputStream(guest.getInputStream());
        byte[] shown = in.readNBytes(TOKEN_BYTES);
        return MessageDigest.isEqual(shown, token) && missing.remove(in.readInt());
    }

    /** The way to a {@link Rendezvous}. */
    record Invitation(String host, int port, String token, int millis) implements Serializable {
        /** Reports as {@code slot}, and returns when all slots have, with the milliseconds that connecting took. */
        double report(int slot) {
            long begin = System.nanoTime();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), millis);
                double connected = (System.nanoTime() - begin) * 1e-6;
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.write(HexFormat.of().parseHex(token));
                out.writeInt(slot);
                out.flush();
                socket.setSoTimeout(millis);
                if (socket.getInputStream().read() != GO) {
                    throw new IOException("it hung up");
                }
                return connected;
            } catch (IOException failed) {
                throw new RunFailedException(
                        "Slot " + slot + " expects to meet the others at the driver, " + host + ":" + port + ", but: "
                                + failed.getMessage()
                                + ". Maybe a firewall is between them, or spark.driver.host is not the driver's address.",
                        failed);
            }
        }
    }
}
