package io.convoy.engine.serve;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where the files of a model lie. The engine knows local folders; whoever knows other file systems brings folders on them. */
public interface ModelFolder {
    /** Writes what a file is to hold. */
    @FunctionalInterface
    interface Contents {
        /** Writes everything to {@code out}, which the folder closes. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** What messages call the folder, e.g. its path. */
    String name();

    /** Makes or replaces the file called {@code file}: as a whole, or, if {@code contents} fails, not at all. */
    void write(String file, Contents contents) throws IOException;

    /** Opens the file called {@code file}; the caller closes it. */
    InputStream open(String file) throws IOException;

    /** A folder of the local file system, made with the first file. */
    static ModelFolder local(Path folder) {
        return new Local(folder);
    }

    /**
     * A folder of the local file system.
     *
     * @param path where it is
     */
    record Local(Path path) implements ModelFolder {
        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public void write(String file, Contents contents) throws IOException {
            Files.createDirectories(path);
            Path partial = Files.createTempFile(path, "." + file + ".", ".partial");
            try {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
                    contents.writeTo(out);
                }
                Files.move(
                        partial,
                        path.resolve(file),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        }

        @Override
        public InputStream open(String file) throws IOException {
            return Files.newInputStream(path.resolve(file));
        }
    }
}
