package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.SparkConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import org.apache.spark.SparkConf;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SparkSetupTest {
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local | 2 | 1 | expects 2 cores, but local has 1. Maybe set spark.slots to 1, or spark.master to local[2].",
                "local[3] | 2 | 2 | expects 4 cores, but local[3] has 3. Maybe set spark.slots to 1, or spark.master to local[4].",
                "local[3,1] | 4 | 1 | expects 4 cores, but local[3,1] has 3. Maybe set spark.slots to 3, or spark.master to local[4].",
                "local[1] | 1 | 2 | expects 2 cores, but local[1] has 1. Maybe set spark.coresPerSlot to 1 and spark.slots to 1, or spark.master to local[2].",
                "local-cluster[2,3,1024] | 4 | 2 | expects 8 cores, but local-cluster[2,3,1024] has 2 workers of 3. Maybe set spark.slots to 2.",
            })
    void moreSlotsThanCoresAreRefusedBeforeAnythingStarts(String master, int slots, int cores, String message) {
        assertThatThrownBy(() -> new SparkSetup(master, new Slots(slots, cores)).start("test"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("spark.slots = " + slots + " with spark.coresPerSlot = " + cores + " " + message);
    }

    @Test
    void theStarMeansThisMachinesCores() {
        assertThatCode(() -> new SparkSetup("local[*]", new Slots(CORES, 1)).requirePossible())
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new SparkSetup("local[*]", new Slots(CORES + 1, 1)).requirePossible())
                .hasMessageContaining("expects " + (CORES + 1) + " cores, but local[*] has " + CORES + ".");
    }

    @Test
    void slotsThatFitAreAccepted() {
        assertThatCode(() -> {
                    new SparkSetup("local[4]", new Slots(2, 2)).requirePossible();
                    new SparkSetup("local-cluster[2,1,1024]", new Slots(2, 1)).requirePossible();
                    new SparkSetup("yarn", new Slots(100, 8)).requirePossible();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void theCommandLinesMasterComesFirstThenSparkSubmitsThenTheConfigurations() {
        SparkConfig config = new SparkConfig("local[7]", 2, 1);
        assertThat(SparkSetup.of(config, "local[9]").master()).isEqualTo("local[9]");
        assertThat(SparkSetup.of(config, null).master()).isEqualTo("local[7]");
        System.setProperty("spark.master", "local[8]");
        try {
            assertThat(SparkSetup.of(config, null).master()).isEqualTo("local[8]");
            assertThat(SparkSetup.of(config, "local[9]").master()).isEqualTo("local[9]");
        } finally {
            System.clearProperty("spark.master");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[x]", "local[2]x", "mesos://host:5050", "host:7077"})
    void aMasterOfNoKnownFormIsNamed(String master) {
        assertThatThrownBy(() -> new SparkSetup(master, new Slots(1, 1)).start("test"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "spark.master expects local[*], local[N], spark://host:port, yarn or k8s://https://host:port, but"
                                + " it is " + master + ".");
    }

    @Test
    void aMasterThatDoesNotAnswerIsNamedAtOnce() throws IOException {
        int port;
        try (ServerSocket closedAgain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closedAgain.getLocalPort();
        }
        assertThatThrownBy(() -> new SparkSetup("spark://127.0.0.1:" + port, new Slots(1, 1)).start("test"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("spark.master expects Spark's master at spark://127.0.0.1:" + port
                        + ", but nobody answers there (Connection refused). Maybe start it (deploy/standalone-up.sh), or use"
                        + " another port.");
        assertThatThrownBy(() -> new SparkSetup("spark://nowhere", new Slots(1, 1)).start("test"))
                .hasMessage("spark.master expects spark://host:port, but it is spark://nowhere.");
    }

    @Test
    void onAClusterEachSlotGetsAnExecutorOfItsOwn() {
        SparkConf conf = new SparkSetup("spark://somewhere:7077", new Slots(3, 4)).conf("digits");
        assertThat(conf.get("spark.app.name")).isEqualTo("digits");
        assertThat(conf.get("spark.task.cpus")).isEqualTo("4");
        assertThat(conf.get("spark.executor.cores")).isEqualTo("4");
        assertThat(conf.get("spark.executor.instances")).isEqualTo("3");
        assertThat(conf.get("spark.cores.max")).isEqualTo("12");
        assertThat(conf.get("spark.scheduler.minRegisteredResourcesRatio")).isEqualTo("1.0");
        assertThat(conf.get("spark.executorEnv.OMP_NUM_THREADS")).isEqualTo("1");
        assertThat(conf.get("spark.executorEnv.OMP_WAIT_POLICY")).isEqualTo("PASSIVE");
        assertThat(conf.get("spark.serializer")).isEqualTo("org.apache.spark.serializer.KryoSerializer");
        assertThat(conf.get("spark.kryo.registrator")).isEqualTo("io.convoy.spark.job.ConvoyRegistrator");
    }

    @Test
    void aSettingOfSparkThatContradictsTheSlotsIsNamed() {
        System.setProperty("spark.executor.cores", "8");
        try {
            assertThatThrownBy(() -> new SparkSetup("spark://somewhere:7077", new Slots(2, 4)).conf("digits"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "Spark's spark.executor.cores expects 4 for 2 slots of 4 core(s), but it is 8. Maybe leave"
                                    + " it out, and set spark.slots and spark.coresPerSlot.");
        } finally {
            System.clearProperty("spark.executor.cores");
        }
    }

    @Test
    void theJvmHasEveryModuleOptionThatSparkAsksFor() {
        assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
                .containsAll(Arrays.stream(JavaModuleOptions.defaultModuleOptionArray())
                        .filter(option -> !option.startsWith("--add-modules"))
                        // JDK 24 no longer has this package and would warn at every start.
                        .filter(option -> !option.contains("/sun.security.action="))
                        .toList());
    }
}
