package io.convoy.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in an installation of its own: the real jars, and a {@code mvnw} that counts its builds, ends
 * when the test lets it, and puts the real jar in its place.
 */
@Timeout(180)
final class LauncherIT {
    private static final Path HOME = Path.of(System.getProperty("convoy.home"));
    private static final String BUILDING =
            "convoy: building (the first time downloads Spark, some 300 MB; a few minutes)\n";

    @TempDir
    private Path folder;

    private Path jar;

    private record Ended(int exitCode, String out, String err) {}

    @BeforeEach
    void install() throws IOException {
        Path target = Files.createDirectories(folder.resolve("spark-runner/target"));
        jar = target.resolve("convoy.jar");
        Files.createSymbolicLink(target.resolve("spark"), HOME.resolve("spark-runner/target/spark"));
        Files.copy(HOME.resolve("convoy"), folder.resolve("convoy"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(folder.resolve("spark-runner/src/main"));
        for (String pom : List.of("pom.xml", "spark-runner/pom.xml")) {
            Files.setLastModifiedTime(
                    Files.writeString(folder.resolve(pom), "<project/>"), FileTime.from(Instant.EPOCH));
        }
        Files.setLastModifiedTime(folder.resolve("spark-runner/src/main"), FileTime.from(Instant.EPOCH));
        Path maven = Files.writeString(
                folder.resolve("mvnw"),
                "#!/bin/sh\n[ -f broken ] && { echo 'COMPILATION ERROR'; exit 1; }\necho build >>builds\n"
                        + "tries=0; until [ -f go ] || [ $tries -gt 600 ]; do tries=$((tries + 1)); sleep 0.1; done\ncp '"
                        + System.getProperty("convoy.jar") + "' spark-runner/target/convoy.jar\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        Files.writeString(folder.resolve("go"), "");
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(folder.resolve("convoy").toString()));
        command.addAll(List.of(arguments));
        Path log = Files.createTempDirectory(folder, "log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectOutput(log.resolve("out").toFile())
                .redirectError(log.resolve("err").toFile());
        builder.environment().putAll(environment);
        logs.add(log);
        return builder.start();
    }

    private final List<Path> logs = new ArrayList<>();

    private Ended ended(Process process, int number) throws IOException, InterruptedException {
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        Path log = logs.get(number);
        return new Ended(
                process.exitValue(), Files.readString(log.resolve("out")), Files.readString(log.resolve("err")));
    }

    @Test
    void itBuildsOnceAndNotAgainUntilASourceIsNewer() throws Exception {
        Ended first = ended(start(Map.of(), "--version"), 0);
        assertThat(first.err()).isEqualTo(BUILDING);
        assertThat(first.out()).startsWith("convoy ");
        assertThat(first.exitCode()).isZero();
        assertThat(ended(start(Map.of(), "--version"), 1).err()).isEmpty();
        Files.setLastModifiedTime(
                folder.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(ended(start(Map.of(), "--version"), 2).err()).isEqualTo(BUILDING);
        assertThat(folder.resolve("builds")).hasContent("build\nbuild");
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        Files.delete(folder.resolve("go"));
        Process one = start(Map.of(), "--version");
        Process other = start(Map.of(), "--version");
        while (one.isAlive()
                && other.isAlive()
                && !Files.readString(logs.get(0).resolve("err")).contains("waiting")
                && !Files.readString(logs.get(1).resolve("err")).contains("waiting")) {
            Thread.onSpinWait();
        }
        Files.writeString(folder.resolve("go"), "");
        List<Ended> both = List.of(ended(one, 0), ended(other, 1));
        assertThat(both).extracting(Ended::exitCode).containsOnly(0);
        assertThat(both)
                .extracting(Ended::err)
                .containsExactlyInAnyOrder(BUILDING, "convoy: waiting for another convoy that is building\n");
        assertThat(folder.resolve("builds")).hasContent("build");
    }

    @Test
    void aFailedBuildShowsMavensWordsAndLeavesNoJar() throws Exception {
        Files.writeString(folder.resolve("broken"), "");
        Ended ended = ended(start(Map.of(), "--version"), 0);
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .isEqualTo(BUILDING
                        + "COMPILATION ERROR\nconvoy expects its build to succeed, but it failed, see above (also"
                        + " in " + folder.toRealPath().resolve("target/convoy-build.log") + ").\n");
        assertThat(jar).doesNotExist();
    }

    @Test
    void aFailedBuildLeavesTheFormerJarAndTheNextStartBuildsAgain() throws Exception {
        Files.writeString(jar, "former");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
        Files.setLastModifiedTime(folder.resolve("pom.xml"), FileTime.from(Instant.EPOCH.plusSeconds(60)));
        Path broken = Files.writeString(folder.resolve("broken"), "");
        assertThat(ended(start(Map.of(), "--version"), 0).exitCode()).isEqualTo(1);
        assertThat(jar).hasContent("former");
        Files.delete(broken);
        Ended ended = ended(start(Map.of(), "--version"), 1);
        assertThat(ended.err()).isEqualTo(BUILDING);
        assertThat(ended.exitCode()).isZero();
        assertThat(jar.resolveSibling("convoy.jar.before")).doesNotExist();
    }

    @Test
    void withoutAJavaItSaysWhatItNeeds() throws Exception {
        Ended ended = ended(start(Map.of("JAVA_HOME", "/nowhere"), "--version"), 0);
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err())
                .isEqualTo(
                        "convoy expects a JDK 17 or later, but there is no java in JAVA_HOME, /nowhere. Maybe install one"
                                + " and set JAVA_HOME.\n");
    }

    @Test
    void anOldJavaIsNamed() throws Exception {
        Path java = Files.createDirectories(folder.resolve("old/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho '    java.specification.version = 11' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Ended ended = ended(start(Map.of("JAVA_HOME", folder.resolve("old").toString()), "--version"), 0);
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err())
                .isEqualTo(
                        "convoy expects a JDK 17 or later, but " + java + " is 11. Maybe set JAVA_HOME to another.\n");
    }
}
