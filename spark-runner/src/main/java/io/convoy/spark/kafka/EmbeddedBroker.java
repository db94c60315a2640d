package io.convoy.spark.kafka;

import io.convoy.spark.RunFailedException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker of its own process, with a folder of its own: for tests, and for demonstrations without a cluster. It listens
 * on 127.0.0.1 alone, is broker and controller in one (KRaft), and has room for messages of 16 MiB. It can be killed and started
 * again with the same port and the same logs. Whatever becomes of this process, the broker ends and its folder is removed.
 *
 * <p>One thread at a time.
 */
public final class EmbeddedBroker implements AutoCloseable {
    /** The system property with the folder of Kafka's jars, which the module deploy/kafka-broker fills. */
    public static final String JARS = "convoy.kafka";

    private static final int FIRST_PORT = 20_000;
    /** Where Linux begins to choose ports for outgoing connections, which could take one while the broker is down. */
    private static final int PORTS_END = 32_000;

    private static final int SECONDS_TO_START = 90;
    private static final int SECONDS_TO_STOP = 30;

    private final Path jars;
    private final Path folder;
    private final int port;
    private final Optional<Security> security;
    private final List<String> format;
    private final Thread hook;
    private Process process;

    /** Who may connect, and how its certificate is trusted. */
    private record Security(String user, String password, Path trustStore, String storePassword) {}

    private EmbeddedBroker(Path jars, Path folder, Optional<Security> security) throws IOException {
        this.jars = jars;
        this.folder = folder;
        this.security = security;
        List<Integer> ports = freePorts(3);
        this.port = ports.get(0);
        this.format = new ArrayList<>(List.of("--cluster-id", Uuid.randomUuid().toString()));
        security.ifPresent(login -> format.addAll(
                List.of("--add-scram", "SCRAM-SHA-512=[name=" + login.user() + ",password=" + login.password() + "]")));
        Files.writeString(folder.resolve("server.properties"), properties(ports));
        Files.writeString(folder.resolve("log4j2.properties"), LOGGING);
        this.process = launch();
        this.hook = new Thread(this::end, "embedded-broker-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private static final String LOGGING = """
            rootLogger.level = warn
            rootLogger.appenderRef.out.ref = out
            appender.out.type = Console
            appender.out.name = out
            appender.out.layout.type = PatternLayout
            appender.out.layout.pattern = %d %p %c{1}: %m%n
            """;

    /** Starts a broker without any security, with the jars that {@value #JARS} names. */
    public static EmbeddedBroker start() {
        return start(jars());
    }

    /** Starts a broker without any security from the jars in {@code jars}; it is ready when this returns. */
    public static EmbeddedBroker start(Path jars) {
        return start(jars, Optional.empty());
    }

    /**
     * Starts a broker that lets in nobody but {@code user}, by SCRAM-SHA-512 over TLS with a certificate that it makes itself;
     * {@link #clientSettings()} has what clients need.
     */
    public static EmbeddedBroker startSecured(String user, String password) {
        return start(jars(), Optional.of(new String[] {user, password}));
    }

    private static EmbeddedBroker start(Path jars, Optional<String[]> login) {
        Path folder = null;
        EmbeddedBroker broker;
        try {
            requireJars(jars);
            folder = Files.createTempDirectory("convoy-kafka");
            Optional<Security> security = Optional.empty();
            if (login.isPresent()) {
                security = Optional.of(certificate(folder, login.get()[0], login.get()[1]));
            }
            broker = new EmbeddedBroker(jars, folder, security);
        } catch (IOException e) {
            if (folder != null) {
                BrokerProcess.delete(folder);
            }
            throw new UncheckedIOException("An embedded broker could not be set up.", e);
        }
        try {
            broker.await();
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private static Path jars() {
        return Path.of(System.getProperty(JARS, "deploy/kafka-broker/target/kafka"))
                .toAbsolutePath();
    }

    private static void requireJars(Path jars) throws IOException {
        boolean there = false;
        if (Files.isDirectory(jars)) {
            try (Stream<Path> files = Files.list(jars)) {
                there = files.anyMatch(
                        file -> String.valueOf(file.getFileName()).startsWith("kafka-server-"));
            }
        }
        if (!there) {
            throw new RunFailedException("An embedded broker expects Kafka's jars in " + jars
                    + ", but there are none. Maybe run ./mvnw -pl deploy/kafka-broker package.");
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            while (sockets.size() < count) {
                int candidate = ThreadLocalRandom.current().nextInt(FIRST_PORT, PORTS_END);
                try {
                    sockets.add(new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress()));
                } catch (IOException e) {
                    // Somebody has it: another one.
                }
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Security certificate(Path folder, String user, String password) throws IOException {
        String secret = UUID.randomUUID().toString();
        Path key = folder.resolve("key.p12");
        Path certificate = folder.resolve("certificate.pem");
        Path trust = folder.resolve("trust.p12");
        keytool(
                folder,
                secret,
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "30",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                key.toString());
        keytool(
                folder,
                secret,
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-keystore",
                key.toString(),
                "-file",
                certificate.toString());
        keytool(
                folder,
                secret,
                "-importcert",
                "-noprompt",
                "-alias",
                "broker",
                "-storetype",
                "PKCS12",
                "-keystore",
                trust.toString(),
                "-file",
                certificate.toString());
        return new Security(user, password, trust, secret);
    }

    private static void keytool(Path folder, String secret, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass:env", "CONVOY_STORE"));
        Path log = folder.resolve("keytool.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("CONVOY_STORE", secret);
        Process keytool = builder.start();
        if (!ended(keytool, SECONDS_TO_START) || keytool.exitValue() != 0) {
            keytool.destroyForcibly();
            throw new RunFailedException(
                    "An embedded broker expects keytool to make its certificate, but it failed: " + tail(log));
        }
    }

    private String properties(List<Integer> ports) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + ports.get(1));
        settings.put(
                "listeners",
                "CLIENT://127.0.0.1:" + ports.get(0) + ",CONTROLLER://127.0.0.1:" + ports.get(1)
                        + ",INTERNAL://127.0.0.1:" + ports.get(2));
        settings.put(
                "advertised.listeners", "CLIENT://127.0.0.1:" + ports.get(0) + ",INTERNAL://127.0.0.1:" + ports.get(2));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "INTERNAL");
        settings.put(
                "listener.security.protocol.map",
                "CLIENT:" + (security.isPresent() ? "SASL_SSL" : "PLAINTEXT")
                        + ",CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT");
        settings.put("log.dirs", folder.resolve("logs").toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("default.replication.factor", "1");
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            settings.put(topic + ".replication.factor", "1");
            settings.put(topic + ".num.partitions", "2");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        settings.put("message.max.bytes", Integer.toString(16 << 20));
        settings.put("replica.fetch.max.bytes", Integer.toString(16 << 20));
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
        security.ifPresent(login -> {
            settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
            settings.put(
                    "listener.name.client.scram-sha-512.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;");
            settings.put("ssl.keystore.location", folder.resolve("key.p12").toString());
            settings.put("ssl.keystore.password", login.storePassword());
            settings.put("ssl.key.password", login.storePassword());
            settings.put("ssl.keystore.type", "PKCS12");
        });
        StringBuilder text = new StringBuilder();
        settings.forEach((key, value) ->
                text.append(key).append('=').append(value.replace("\\", "\\\\")).append('\n'));
        return text.toString();
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
                "-cp",
                jars + File.separator + "*" + File.pathSeparator + home(),
                BrokerProcess.class.getName(),
                folder.toString(),
                folder.resolve("server.properties").toString()));
        command.addAll(format);
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** Where this class is: a folder, or a jar. */
    private static Path home() {
        try {
            return Path.of(EmbeddedBroker.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Convoy expects its classes in a file, but they are elsewhere.", e);
        }
    }

    private Path log() {
        return folder.resolve("broker.log");
    }

    private void await() {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        try (Admin admin = Admin.create(Map.copyOf(clientSettings()))) {
            var unused =
                    admin.describeCluster().nodes().whenComplete((nodes, failed) -> answered.complete(failed == null));
            boolean ready =
                    (Boolean) CompletableFuture.anyOf(answered, process.onExit().thenApply(ended -> false))
                            .get(SECONDS_TO_START, TimeUnit.SECONDS);
            if (!ready) {
                throw failed(null);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(e);
        }
    }

    private RunFailedException failed(@Nullable Throwable cause) {
        return new RunFailedException(
                "An embedded broker expects to be ready within " + SECONDS_TO_START
                        + " s, but it is not. Its log ends with: " + tail(log()),
                cause);
    }

    private static String tail(Path log) {
        try {
            String text = Files.readString(log, StandardCharsets.UTF_8).strip();
            return text.substring(Math.max(0, text.length() - 2000)).replaceAll("\\s+", " ");
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    /** The end of what it has logged, over all its starts, on one line. */
    public String output() {
        return tail(log());
    }

    /** Where it listens, {@code 127.0.0.1:port}: the same after every start. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** What a client needs to connect, by Kafka's names: the servers, and with security the login and whom to trust. */
    public Map<String, String> clientSettings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bootstrap.servers", bootstrapServers());
        security.ifPresent(login -> {
            settings.put("security.protocol", "SASL_SSL");
            settings.put("sasl.mechanism", "SCRAM-SHA-512");
            settings.put(
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + login.user()
                            + "\" password=\"" + login.password() + "\";");
            settings.put("ssl.truststore.location", login.trustStore().toString());
            settings.put("ssl.truststore.password", login.storePassword());
            settings.put("ssl.truststore.type", "PKCS12");
        });
        return settings;
    }

    /** Ends the process at once, as a power cut would; nothing is written any more. */
    public void kill() {
        destroy(true);
        requireEnded();
    }

    /** Ends the process in order. */
    public void stop() {
        destroy(false);
        if (!ended(process, SECONDS_TO_STOP)) {
            destroy(true);
        }
        requireEnded();
    }

    /** By its handle: a process that is destroyed closes its input first, which would mean that this one is gone. */
    private void destroy(boolean atOnce) {
        boolean asked = atOnce
                ? process.toHandle().destroyForcibly()
                : process.toHandle().destroy();
        if (!asked && process.isAlive()) {
            throw new RunFailedException(
                    "An embedded broker expects to end its process " + process.pid() + ", but it may not.");
        }
    }

    private void requireEnded() {
        if (!ended(process, SECONDS_TO_STOP)) {
            throw new RunFailedException("An embedded broker expects its process " + process.pid() + " to end within "
                    + SECONDS_TO_STOP + " s, but it has not.");
        }
    }

    private static boolean ended(Process process, int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Starts it again after {@link #kill} or {@link #stop}, on the same port with the same logs; it is ready when this returns. */
    public void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("An embedded broker expects to be down before it is started, but it runs.");
        }
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException("An embedded broker could not be started again.", e);
        }
        await();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    private void end() {
        destroy(true);
        if (ended(process, SECONDS_TO_STOP)) {
            BrokerProcess.delete(folder);
        }
    }

    /** Ends it, and removes all it wrote. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook does it.
            return;
        }
        end();
    }
}
