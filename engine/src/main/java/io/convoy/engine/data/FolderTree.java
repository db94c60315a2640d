package io.convoy.engine.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * The files of a local folder and of all folders in it. Links to files are followed, links to folders are not.
 *
 * @param root the folder
 */
public record FolderTree(Path root) implements FileTree {
    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new DataException(
                    name() + " expects a folder, but " + (Files.exists(root) ? "it is a file." : "nothing is there."));
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Iterator<Path> each = files.filter(Files::isRegularFile).iterator(); each.hasNext(); ) {
                Path file = each.next();
                String path = root.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), "/");
                visitor.file(path, most -> read(file, most));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static byte[] read(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(most + 1);
        }
    }
}
