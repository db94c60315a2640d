package io.convoy.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in {@code convoy.jar}, and what is in the folder of Spark's jars beside it. */
final class ConvoyJarIT {
    private static List<String> entries() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("convoy.jar"))) {
            return jar.stream().map(ZipEntry::getName).toList();
        }
    }

    private static List<String> sparkJars() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("target", "spark", "jars"))) {
            return jars.map(jar -> jar.getFileName().toString()).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/apache/spark",
                "scala/",
                "org/apache/hadoop",
                "io/netty",
                "com/esotericsoftware/kryo",
                "com/twitter/chill",
                "com/fasterxml/jackson",
                "org/slf4j",
                "org/apache/logging",
                "org/yaml/snakeyaml",
                "org/junit",
            })
    void whatTheClusterHasIsNotInTheJar(String prefix) throws IOException {
        assertThat(entries()).noneMatch(name -> name.startsWith(prefix) || name.contains("/" + prefix + "/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io/convoy/engine/rng/Seed.class",
                "io/convoy/spark/cli/Convoy.class",
                "io/convoy/spark/cli/log4j2.properties",
                "io/convoy/spark/data/csv/CsvParser.class",
                "org/bytedeco/dnnl/linux-x86_64/libjnidnnl.so",
                "org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so",
                "picocli/CommandLine.class",
                "org/jspecify/annotations/Nullable.class",
            })
    void whatConvoyBringsIsInTheJar(String name) throws IOException {
        String platform = System.getProperty("convoy.native.platform");
        assertThat(entries()).contains(name.replace("linux-x86_64", platform));
    }

    @Test
    void aRunNeedsTheJarAndSparksJarsAndNothingElse() throws IOException {
        assertThat(sparkJars())
                .contains("spark-core_2.13-4.1.1.jar", "hadoop-client-api-3.5.0.jar", "hadoop-client-runtime-3.5.0.jar")
                .anyMatch(name -> name.startsWith("log4j-slf4j2-impl-"))
                .noneMatch(name -> name.startsWith("convoy-"))
                .noneMatch(name -> name.startsWith("junit"))
                .noneMatch(name -> name.startsWith("dnnl"));
    }

    @Test
    void theManifestTellsWhatStartsAndWhichVersionItIs() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("convoy.jar"))) {
            var manifest = jar.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Main-Class")).isEqualTo("io.convoy.spark.cli.Convoy");
            assertThat(manifest.getValue("Implementation-Version")).isNotBlank();
        }
    }
}
