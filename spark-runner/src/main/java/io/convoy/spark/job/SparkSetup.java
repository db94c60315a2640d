package io.convoy.spark.job;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.config.SparkConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The Spark session of the launcher and of spark-submit: one executor for each slot, with all its cores for the slot's one
 * task. A session that somebody else has made is never changed by this.
 *
 * @param master Spark's master
 * @param slots what the run fills
 */
public record SparkSetup(String master, Slots slots) {
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[([0-9]+|\\*)(?:\\s*,\\s*[0-9]+)?])?");
    private static final Pattern LOCAL_CLUSTER =
            Pattern.compile("local-cluster\\[\\s*([0-9]+)\\s*,\\s*([0-9]+)\\s*,\\s*[0-9]+\\s*]");
    private static final Pattern STANDALONE = Pattern.compile("spark://(.*)");
    private static final Pattern ADDRESS = Pattern.compile("([^:/]+):([0-9]{1,5})");
    private static final Pattern OTHER = Pattern.compile("spark://.+|yarn|k8s://.+");
    private static final int MASTER_MILLIS = 5_000;
    private static final Duration EXECUTOR_WAIT = Duration.ofSeconds(30);

    /**
     * The set-up that {@code config} asks for; {@code master} of the command line comes first, then spark-submit's, then the
     * configuration's.
     */
    public static SparkSetup of(SparkConfig config, @Nullable String master) {
        String chosen = Optional.ofNullable(master)
                .or(() -> Optional.ofNullable(System.getProperty("spark.master")))
                .orElse(config.master());
        return new SparkSetup(chosen, Slots.of(config));
    }

    /**
     * Checks, without starting anything, that there can be such a master, that it answers if it is a standalone cluster's, and
     * that the slots fit into the cores of a local one.
     *
     * @throws InvalidInputException naming the setting to change
     */
    public void requirePossible() {
        requireMaster();
        requireCores();
        requireReachableMaster();
    }

    private void requireCores() {
        OptionalLong places = places();
        if (places.isPresent() && places.getAsLong() < slots.count()) {
            long fitting = places.getAsLong();
            throw new InvalidInputException("spark.slots = " + slots.count() + " with spark.coresPerSlot = "
                    + slots.coresEach() + " expects " + slots.cores() + " cores, but " + master + " has "
                    + coresText() + ". Maybe set "
                    + (fitting > 0 ? "spark.slots to " + fitting : "spark.coresPerSlot to 1 and spark.slots to 1")
                    + (isLocal() ? ", or spark.master to local[" + slots.cores() + "]." : "."));
        }
    }

    /**
     * Starts the session and waits until there is an executor for every slot.
     *
     * @throws InvalidInputException when the slots don't fit, or the cluster doesn't give enough executors within 30 s
     */
    public JavaSparkContext start(String name) {
        requirePossible();
        SparkConf conf = conf(name);
        JavaSparkContext spark = new JavaSparkContext(conf);
        try {
            if (!isLocal()) {
                awaitExecutors(spark);
            }
            return spark;
        } catch (InterruptedException interrupted) {
            spark.close();
            Thread.currentThread().interrupt();
            throw new RunFailedException(
                    "Spark expects time to start its executors, but it was interrupted.", interrupted);
        } catch (RuntimeException failed) {
            spark.close();
            throw failed;
        }
    }

    private void requireMaster() {
        if (!(LOCAL.matcher(master).matches()
                || LOCAL_CLUSTER.matcher(master).matches()
                || OTHER.matcher(master).matches())) {
            throw new InvalidInputException("spark.master expects local[*], local[N], spark://host:port, yarn or"
                    + " k8s://https://host:port, but it is " + master + ".");
        }
    }

    /** Spark itself tries for a minute, with pages of log. */
    private void requireReachableMaster() {
        Matcher standalone = STANDALONE.matcher(master);
        if (!standalone.matches()) {
            return;
        }
        List<String> failures = new ArrayList<>();
        for (String address : standalone.group(1).split(",", -1)) {
            Matcher parts = ADDRESS.matcher(address);
            if (!parts.matches()) {
                throw new InvalidInputException("spark.master expects spark://host:port, but it is " + master + ".");
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(parts.group(1), Integer.parseInt(parts.group(2))), MASTER_MILLIS);
                return;
            } catch (UnknownHostException unknown) {
                failures.add("its host is unknown");
            } catch (IOException failed) {
                failures.add(String.valueOf(failed.getMessage()));
            }
        }
        throw new InvalidInputException("spark.master expects Spark's master at " + master
                + ", but nobody answers there (" + String.join(", ", failures)
                + "). Maybe start it (deploy/standalone-up.sh), or use another port.");
    }

    /**
     * The settings of a session without slots, whose tasks Spark places as it likes.
     *
     * @param name what Spark's pages call the application
     * @param configured the configuration's master, the last one that counts
     * @param master of the command line, the first
     * @throws InvalidInputException if there can be no such master, or it doesn't answer
     */
    public static SparkConf withoutSlots(String name, String configured, @Nullable String master) {
        SparkSetup setup = of(new SparkConfig(configured, 1, 1), master);
        setup.requirePossible();
        SparkConf conf = new SparkConf().setAppName(name).setMaster(setup.master);
        setup.everywhere(conf);
        return conf;
    }

    private void everywhere(SparkConf conf) {
        conf.setIfMissing("spark.ui.enabled", isLocal() ? "false" : "true");
        conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", "1");
        conf.setIfMissing("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE");
        if (isLocal()) {
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        } else {
            // Where spark-submit has not shipped the jar, as with the launcher, the session does.
            jar().ifPresent(jar -> conf.setIfMissing("spark.jars", jar));
        }
    }

    /** The settings of the session: those that spark-submit or system properties give, and Convoy's. */
    SparkConf conf(String name) {
        SparkConf conf = new SparkConf().setAppName(name).setMaster(master);
        // A standalone cluster starts cluster-mode drivers without the module options that Kryo needs. Java's
        // serialiser
        // does for the little that Spark ships here.
        boolean kryoWorks = ByteBuffer.class.getModule().isOpen("java.nio", KryoSerializer.class.getModule());
        conf.setIfMissing("spark.serializer", (kryoWorks ? KryoSerializer.class : JavaSerializer.class).getName());
        conf.setIfMissing("spark.kryo.registrator", ConvoyRegistrator.class.getName());
        everywhere(conf);
        requireAbsentOr(conf, "spark.dynamicAllocation.enabled", "false");
        requireAbsentOr(conf, "spark.speculation", "false");
        requireAbsentOr(conf, "spark.task.cpus", Integer.toString(slots.coresEach()));
        if (!isLocal()) {
            requireAbsentOr(conf, "spark.executor.cores", Integer.toString(slots.coresEach()));
            conf.setIfMissing("spark.executor.instances", Integer.toString(slots.count()));
            conf.setIfMissing("spark.cores.max", Long.toString(slots.cores()));
            conf.setIfMissing("spark.scheduler.minRegisteredResourcesRatio", "1.0");
            conf.setIfMissing("spark.task.maxFailures", "1");
        }
        return conf;
    }

    /** The jar that this class is from; nothing where classes lie in folders. */
    private static Optional<String> jar() {
        return Optional.ofNullable(SparkSetup.class.getProtectionDomain().getCodeSource())
                .map(source -> source.getLocation().toString())
                .filter(location -> location.endsWith(".jar"));
    }

    private void requireAbsentOr(SparkConf conf, String key, String value) {
        String given = conf.get(key, value);
        if (!given.equals(value)) {
            throw new InvalidInputException("Spark's " + key + " expects " + value + " for " + slots.count()
                    + " slots of " + slots.coresEach() + " core(s), but it is " + given
                    + ". Maybe leave it out, and set spark.slots and spark.coresPerSlot.");
        }
        conf.set(key, value);
    }

    private boolean isLocal() {
        return LOCAL.matcher(master).matches();
    }

    /** How many slots fit at once, where that is known before anything is started. */
    private OptionalLong places() {
        Matcher local = LOCAL.matcher(master);
        if (local.matches()) {
            return OptionalLong.of(localCores(local.group(1)) / slots.coresEach());
        }
        Matcher cluster = LOCAL_CLUSTER.matcher(master);
        if (cluster.matches()) {
            return OptionalLong.of(
                    Long.parseLong(cluster.group(1)) * (Long.parseLong(cluster.group(2)) / slots.coresEach()));
        }
        return OptionalLong.empty();
    }

    private String coresText() {
        Matcher cluster = LOCAL_CLUSTER.matcher(master);
        if (cluster.matches()) {
            return cluster.group(1) + " workers of " + cluster.group(2);
        }
        Matcher local = LOCAL.matcher(master);
        return Long.toString(local.matches() ? localCores(local.group(1)) : 0);
    }

    private static long localCores(@Nullable String count) {
        if (count == null) {
            return 1;
        }
        return count.equals("*") ? Runtime.getRuntime().availableProcessors() : Long.parseLong(count);
    }

    private void awaitExecutors(JavaSparkContext spark) throws InterruptedException {
        long deadline = System.nanoTime() + EXECUTOR_WAIT.toNanos();
        int executors = executors(spark);
        while (executors < slots.count()) {
            if (System.nanoTime() > deadline) {
                throw new InvalidInputException("spark.slots = " + slots.count() + " expects as many executors of "
                        + slots.coresEach() + " core(s) at " + master + ", but " + executors + " came within "
                        + EXECUTOR_WAIT.toSeconds() + " s. Maybe set spark.slots to " + Math.max(1, executors)
                        + ", or give the workers more cores or memory.");
            }
            Thread.sleep(50);
            executors = executors(spark);
        }
    }

    /** Executors that have registered; the driver, which Spark lists among them, is none. */
    private static int executors(JavaSparkContext spark) {
        return Math.max(0, spark.sc().statusTracker().getExecutorInfos().length - 1);
    }
}
