package io.convoy.spark.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HadoopFilesTest {
    private final HadoopFiles files = HadoopFiles.ofThisProcess();

    @TempDir
    private Path folder;

    @Test
    void aFileIsWrittenReplacedAndReadAndNothingElseIsLeftBeside() throws IOException {
        String path = folder.resolve("a/b/c.txt").toString();
        files.write(path, out -> out.write("one".getBytes(UTF_8)));
        assertThat(files.readText(path)).isEqualTo("one");
        files.write("file://" + path, out -> out.write("two, longer".getBytes(UTF_8)));
        assertThat(files.readText("file:" + path)).isEqualTo("two, longer");
        assertThat(files.list(folder.resolve("a/b").toString())).containsExactly("c.txt");
        assertThat(files.exists(path)).isTrue();
    }

    @Test
    void aFailedWriteLeavesTheFormerFileAndNoPartialOne() throws IOException {
        Path file = Files.writeString(folder.resolve("c.txt"), "former");
        assertThatThrownBy(() -> files.write(file.toString(), out -> {
                    out.write(new byte[10_000]);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + " expects a place to write to, but No space left on device.");
        assertThat(file).hasContent("former");
        assertThat(files.list(folder.toString())).containsExactly("c.txt");
    }

    @Test
    void aFolderIsListedInOrderAndAMissingOneIsEmpty() throws IOException {
        for (String name : List.of("b", "c", "a")) {
            Files.writeString(folder.resolve(name), name);
        }
        assertThat(files.list(folder.toString())).containsExactly("a", "b", "c");
        assertThat(files.list(folder.resolve("nowhere").toString())).isEmpty();
        assertThat(files.exists(folder.resolve("nowhere").toString())).isFalse();
    }

    @Test
    void aRelativePathStartsInTheWorkingDirectory() {
        assertThat(files.exists("pom.xml")).isTrue();
        assertThat(files.exists("./src/../pom.xml")).isTrue();
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> files.open("nowhere/images.gz"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "nowhere/images.gz expects a file to read, but nothing is there. Maybe it is not relative to "
                                + Path.of("").toAbsolutePath() + ".");
        assertThatThrownBy(() -> files.open("/nowhere/images.gz"))
                .hasMessage("/nowhere/images.gz expects a file to read, but nothing is there. Maybe its name is spelled"
                        + " differently.");
    }

    @Test
    void aFolderInPlaceOfAFileIsNamed() {
        assertThatThrownBy(() -> files.readText(folder.toString()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(folder + " expects a file to read, but ");
    }

    @Test
    void aFileInPlaceOfAFolderIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("taken"), "x");
        assertThatThrownBy(() -> files.write(file + "/model", out -> out.write(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + "/model expects a place to write to, but ");
    }

    @Test
    void anUnknownSchemeIsNamed() {
        assertThatThrownBy(() -> files.open("mars://crater/images.gz"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "mars://crater/images.gz expects a file to read, but no file system is known for mars://. Maybe"
                                + " its jar is missing: put it on Spark's class path (spark-submit --packages).");
        assertThatThrownBy(() -> files.write("mars://crater/model", out -> out.write(1)))
                .hasMessageStartingWith(
                        "mars://crater/model expects a place to write to, but no file system is known for mars://.");
    }

    @Test
    void whatIsNoPathIsNamed() {
        assertThatThrownBy(() -> files.open(""))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(" expects the form of a Hadoop path, scheme://host/folder/file or folder/file, but: Can not"
                        + " create a Path from an empty string.");
    }

    @Test
    void deniedAccessAndUnreachableHostsAreNamed() {
        Configuration configuration = new Configuration();
        configuration.set("fs.refusing.impl", RefusingFileSystem.class.getName());
        HadoopFiles refusing = new HadoopFiles(configuration);
        assertThatThrownBy(() -> refusing.open("refusing://disk/images.gz"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("refusing://disk/images.gz expects a file to read, but access is denied to "
                        + System.getProperty("user.name")
                        + ". Maybe change the file's owner or mode, or run as another user.");
        assertThatThrownBy(() -> refusing.list("refusing://disk/folder"))
                .hasMessage("refusing://disk/folder expects a folder to list, but its host can't be reached: Connection"
                        + " refused. Maybe the host or port is another.");
        assertThatThrownBy(() -> refusing.exists("refusing://disk/folder"))
                .hasMessage(
                        "refusing://disk/folder expects a path to look at, but its host can't be reached: disk. Maybe"
                                + " the host or port is another.");
    }
}
