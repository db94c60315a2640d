package io.convoy.spark.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configurations of runs that come with Convoy. */
class ConfigurationsTest {
    private static final Path FOLDER = Path.of("../configs");
    private static final Pattern WORD = Pattern.compile("[^a-z0-9_]+");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml") && !file.endsWith("stream.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static RunConfig read(Path file, List<String> overrides) throws IOException {
        return ConfigReader.read(file.toString(), Files.readString(file), overrides);
    }

    /** The members of the zoo that the comment at the file's top names, if any. */
    private static Set<String> members(Path file) throws IOException {
        String top = Files.readAllLines(file).stream()
                .takeWhile(line -> line.startsWith("#"))
                .collect(Collectors.joining(" "));
        Set<String> members = Arrays.stream(WORD.split(top)).collect(Collectors.toCollection(TreeSet::new));
        members.retainAll(Zoo.names());
        return members;
    }

    @ParameterizedTest
    @MethodSource("files")
    void aConfigurationIsCalledAsItsFileAndCanBeReadForEachMemberThatItNames(Path file) throws IOException {
        assertThat(read(file, List.of()).name() + ".yaml").isEqualTo(String.valueOf(file.getFileName()));
        for (String member : members(file)) {
            RunConfig config = read(file, List.of("network.name=" + member));
            assertThat(config.network().name()).isEqualTo(member);
        }
    }

    @Test
    void everyMemberOfTheZooHasAConfiguration() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path file : files()) {
            named.addAll(members(file));
            Optional.ofNullable(read(file, List.of()).network().name()).ifPresent(named::add);
        }
        assertThat(named).containsAll(Zoo.names());
    }

    @Test
    void configurationsWriteToFoldersOfTheirOwn() throws IOException {
        Set<String> folders = new TreeSet<>();
        for (Path file : files()) {
            OutputConfig output = read(file, List.of()).output();
            assertThat(folders.add(output.model())).as("%s", file).isTrue();
            assertThat(folders.add(output.checkpoints())).as("%s", file).isTrue();
        }
    }
}
