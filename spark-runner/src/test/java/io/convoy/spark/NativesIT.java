package io.convoy.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where and when oneDNN's native libraries are unpacked: it works, or one line says which setting to change. */
@Timeout(300)
final class NativesIT {
    private static final String[] DOCTOR = {"doctor", "--master", "local[2]"};

    @TempDir
    private Path folder;

    private static void works(ConvoyProcess.Ended ended) {
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).containsPattern("(?m)^0 .* oneDNN 3\\.").containsPattern("(?m)^1 .* oneDNN 3\\.");
        assertThat(ended.exitCode()).isZero();
    }

    private static String refusal(Path cache) {
        return "oneDNN expects to load its native libraries from " + cache + ", but the system refuses: failed to map"
                + " segment from shared object. Maybe that folder can't be written or is mounted noexec: name another"
                + " with -Dorg.bytedeco.javacpp.cachedir=FOLDER, in CONVOY_JAVA_OPTIONS or, for executors, in"
                + " spark.executor.extraJavaOptions.\n";
    }

    @Test
    void twoProcessesUnpackIntoOneEmptyFolderAtOnce() throws Exception {
        List<String> shared = List.of("-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"));
        ConvoyProcess one = ConvoyProcess.start(folder, shared, DOCTOR);
        ConvoyProcess other = ConvoyProcess.start(folder, shared, DOCTOR);
        works(one.await());
        works(other.await());
        assertThat(folder.resolve("cache")).isDirectoryContaining("glob:**/convoy.jar");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aHomeThatCanNotBeWrittenIsDoneWithout() throws Exception {
        // Not even root makes folders in /proc.
        works(ConvoyProcess.run(folder, List.of("-Duser.home=/proc", "-Djava.io.tmpdir=" + folder), DOCTOR));
        assertThat(folder.resolve(".javacpp-" + System.getProperty("user.name") + "/cache"))
                .isDirectoryContaining("glob:**/convoy.jar");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderMountedNoexecIsNamedWithTheSettingToChange() throws Exception {
        Path mounted = mountNoexec();
        try {
            Path cache = mounted.resolve("cache");
            ConvoyProcess.Ended ended =
                    ConvoyProcess.run(folder, List.of("-Dorg.bytedeco.javacpp.cachedir=" + cache), DOCTOR);
            assertThat(ended.err()).isEqualTo(refusal(cache));
            assertThat(ended.exitCode()).isEqualTo(1);
            // A temporary folder that is mounted noexec harms only where the home can't be used.
            List<String> home = List.of("-Duser.home=" + folder, "-Djava.io.tmpdir=" + mounted);
            works(ConvoyProcess.run(folder, home, DOCTOR));
            List<String> homeless = List.of("-Duser.home=/proc", "-Djava.io.tmpdir=" + mounted);
            ended = ConvoyProcess.run(folder, homeless, DOCTOR);
            assertThat(ended.err())
                    .isEqualTo(refusal(mounted.resolve(".javacpp-" + System.getProperty("user.name") + "/cache")));
            assertThat(ended.exitCode()).isEqualTo(1);
        } finally {
            assertThat(new ProcessBuilder("umount", mounted.toString()).start().waitFor())
                    .isZero();
        }
    }

    private Path mountNoexec() throws IOException, InterruptedException {
        Path mounted = Files.createDirectories(folder.resolve("noexec"));
        int exitCode = new ProcessBuilder("sh", "-c", "exec mount -t tmpfs -o noexec tmpfs '" + mounted + "'")
                .redirectErrorStream(true)
                .start()
                .waitFor();
        assumeTrue(exitCode == 0, "a folder can't be mounted here: noexec is not tried");
        return mounted;
    }
}
