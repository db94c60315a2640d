package io.convoy.spark.data;

import io.convoy.engine.data.ArchiveTree;
import io.convoy.engine.data.FileTree;
import io.convoy.spark.InvalidInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Reads, writes and lists files of every file system that Hadoop knows. Local files are written without Hadoop's {@code .crc}
 * companions: Convoy's own formats carry checksums.
 *
 * <p>Every method that can't do its work throws an {@link InvalidInputException} with one line: which path, what it expects,
 * what was there.
 */
public final class HadoopFiles {
    private final Configuration configuration;

    /** Files as {@code configuration} reaches them. */
    public HadoopFiles(Configuration configuration) {
        this.configuration = new Configuration(configuration);
        this.configuration.set("fs.AbstractFileSystem.file.impl", "org.apache.hadoop.fs.local.RawLocalFs");
    }

    /** Files as this process reaches them: with Spark's {@code spark.hadoop.*} settings, those of the session or,
     * before there is one, those that spark-submit gives. */
    public static HadoopFiles ofThisProcess() {
        SparkEnv spark = SparkEnv.get();
        return new HadoopFiles(SparkHadoopUtil.get().newConfiguration(spark == null ? new SparkConf() : spark.conf()));
    }

    /** Writes the contents of a file. */
    @FunctionalInterface
    public interface Writer {
        /** Writes everything to {@code out}, which the caller closes. */
        void write(OutputStream out) throws IOException;
    }

    /** The name {@code name} in the folder {@code root}; a name that is absolute or has a scheme stays as it is. */
    public static String resolve(String root, String name) {
        return new Path(new Path(root + "/"), name).toString();
    }

    /** {@code path} as every process understands it, whatever its working folder is. */
    public String absolute(String path) {
        return path(path).toString();
    }

    /** Opens the file at {@code path}; the caller closes it. */
    public InputStream open(String path) {
        Path file = path(path);
        try {
            return fileSystem(file).open(file);
        } catch (IOException failed) {
            throw explained(path, "a file to read", failed);
        }
    }

    /** The whole file at {@code path} as UTF-8 text. */
    public String readText(String path) {
        try (InputStream in = open(path)) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException failed) {
            throw new InvalidInputException(path + " expects text in UTF-8, but it has other bytes.", failed);
        } catch (IOException failed) {
            throw explained(path, "a file to read", failed);
        }
    }

    /** Whether there is a file or folder at {@code path}. */
    public boolean exists(String path) {
        Path file = path(path);
        try {
            return fileSystem(file).exists(file);
        } catch (IOException failed) {
            throw explained(path, "a path to look at", failed);
        }
    }

    /**
     * Whether there is a folder at {@code path}, and not a file.
     *
     * @throws InvalidInputException if nothing is there
     */
    public boolean isFolder(String path) {
        Path file = path(path);
        try {
            return fileSystem(file).getFileStatus(file).isDirectory();
        } catch (IOException failed) {
            throw explained(path, "a file or a folder", failed);
        }
    }

    /** Gives the file or folder {@code from} the name {@code to}, which is not taken, on the same file system. */
    public void rename(String from, String to) {
        Path file = path(from);
        try {
            context(file).rename(file, path(to));
        } catch (IOException failed) {
            throw explained(to, "a name that is not taken", failed);
        }
    }

    /** The names of the files and folders in the folder {@code path}, sorted; a folder that isn't there has none. */
    public List<String> list(String path) {
        Path folder = path(path);
        try {
            return Arrays.stream(fileSystem(folder).listStatus(folder))
                    .map(FileStatus::getPath)
                    .map(Path::getName)
                    .sorted()
                    .toList();
        } catch (FileNotFoundException absent) {
            return List.of();
        } catch (IOException failed) {
            throw explained(path, "a folder to list", failed);
        }
    }

    /** The files of the folder or archive at {@code path}. */
    public FileTree tree(String path) {
        Path root = path(path);
        try {
            FileSystem fileSystem = fileSystem(root);
            return fileSystem.getFileStatus(root).isDirectory()
                    ? new Folder(path, fileSystem, root)
                    : new ArchiveTree(path, () -> open(path));
        } catch (IOException failed) {
            throw explained(path, "a folder or an archive of images", failed);
        }
    }

    /** A folder of any file system. */
    private record Folder(String name, FileSystem fileSystem, Path root) implements FileTree {
        @Override
        public void visit(Visitor visitor) throws IOException {
            String above = fileSystem.makeQualified(root).toUri().getPath() + "/";
            RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(root, true);
            while (files.hasNext()) {
                Path file = files.next().getPath();
                String path = file.toUri().getPath();
                visitor.file(path.startsWith(above) ? path.substring(above.length()) : path, most -> read(file, most));
            }
        }

        private byte[] read(Path file, int most) throws IOException {
            try (InputStream in = fileSystem.open(file)) {
                return in.readNBytes(most + 1);
            }
        }
    }

    /**
     * Makes or replaces the file at {@code path}, as a whole or not at all: it is written beside its place under another name,
     * flushed to the disk, and renamed. Missing folders are made. A rename is atomic on local disks and HDFS; object stores
     * show a new object only when it is complete.
     */
    public void write(String path, Writer contents) {
        Path file = path(path);
        Path partial = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID() + ".partial");
        try {
            FileContext context = context(file);
            try {
                try (var out = context.create(partial, EnumSet.of(CreateFlag.CREATE), CreateOpts.createParent())) {
                    contents.write(out);
                    out.hsync();
                }
                context.rename(partial, file, Rename.OVERWRITE);
            } catch (IOException | RuntimeException failed) {
                discard(context, partial, failed);
                throw failed;
            }
        } catch (IOException failed) {
            throw explained(path, "a place to write to", failed);
        }
    }

    /** Removes the file or the folder at {@code path} with all that is in it, if it is there. */
    public void delete(String path) {
        Path file = path(path);
        try {
            FileSystem fileSystem = fileSystem(file);
            if (fileSystem.exists(file) && !fileSystem.delete(file, true) && fileSystem.exists(file)) {
                throw new InvalidInputException(path + " expects to be removed, but it is still there.");
            }
        } catch (IOException failed) {
            throw explained(path, "to be removed", failed);
        }
    }

    /**
     * Finds out whether files can be written to the folder {@code path}, by writing one. Nothing of it stays: neither the file
     * nor a folder that wasn't there.
     *
     * @param setting what messages call the folder, e.g. {@code output.model}
     * @throws InvalidInputException if they can't
     */
    public void requireWritable(String setting, String path) {
        Path folder = path(path);
        Path file = new Path(folder, "." + UUID.randomUUID() + ".probe");
        try {
            FileContext context = context(folder);
            List<Path> absent = new ArrayList<>();
            Path above = folder;
            while (above.getParent() != null && !context.util().exists(above)) {
                absent.add(above);
                above = above.getParent();
            }
            if (context.util().exists(above) && !context.getFileStatus(above).isDirectory()) {
                throw new InvalidInputException(setting + " expects a folder that can be written, but " + above
                        + " is a file. Maybe choose another name.");
            }
            try {
                try (var out = context.create(file, EnumSet.of(CreateFlag.CREATE), CreateOpts.createParent())) {
                    out.write(0);
                }
            } finally {
                context.delete(file, false);
                for (Path made : absent) {
                    // Somebody else may have begun to use it in the meantime.
                    if (context.util().exists(made) && context.util().listStatus(made).length == 0) {
                        context.delete(made, false);
                    }
                }
            }
        } catch (IOException failed) {
            throw new InvalidInputException(
                    setting + " expects a folder that can be written, but " + path + " can't be: "
                            + reason(path, failed),
                    failed);
        }
    }

    private static void discard(FileContext context, Path partial, Exception failed) {
        try {
            context.delete(partial, false);
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    private Path path(String path) {
        try {
            Path given = new Path(path);
            String folder = java.nio.file.Path.of("").toUri().toString();
            return given.toUri().getScheme() == null
                            && FileSystem.getDefaultUri(configuration)
                                    .getScheme()
                                    .equals("file")
                    ? new Path(new Path(folder), given)
                    : given;
        } catch (IllegalArgumentException malformed) {
            throw new InvalidInputException(
                    path + " expects the form of a Hadoop path, scheme://host/folder/file or folder/file, but: "
                            + malformed.getMessage() + ".",
                    malformed);
        }
    }

    private FileSystem fileSystem(Path path) throws IOException {
        try {
            FileSystem fileSystem = path.getFileSystem(configuration);
            return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
        } catch (RuntimeException failed) {
            throw withoutItsJar(failed);
        }
    }

    private FileContext context(Path path) throws IOException {
        try {
            return FileContext.getFileContext(path.toUri(), configuration);
        } catch (RuntimeException failed) {
            throw withoutItsJar(failed);
        }
    }

    /** Hadoop knows the names of some file systems whose classes it doesn't bring, s3a among them. */
    private static UnsupportedFileSystemException withoutItsJar(RuntimeException failed) {
        if (failed.getCause() instanceof ClassNotFoundException) {
            UnsupportedFileSystemException unsupported = new UnsupportedFileSystemException(failed.getMessage());
            unsupported.initCause(failed);
            return unsupported;
        }
        throw failed;
    }

    private InvalidInputException explained(String path, String expected, IOException failed) {
        return new InvalidInputException(path + " expects " + expected + ", but " + reason(path, failed), failed);
    }

    private String reason(String path, IOException failed) {
        String message = String.valueOf(failed.getMessage()).strip().replaceAll("\\s+", " ");
        if (failed instanceof AccessControlException
                || failed instanceof AccessDeniedException
                || message.endsWith("(Permission denied)")) {
            return "access is denied to " + System.getProperty("user.name")
                    + ". Maybe change the file's owner or mode, or run as another user.";
        }
        if (failed instanceof FileNotFoundException && message.contains("does not exist")) {
            boolean relative = !path.startsWith("/") && !path.contains(":");
            return "nothing is there. Maybe "
                    + (relative
                            ? "it is not relative to "
                                    + java.nio.file.Path.of("").toAbsolutePath() + "."
                            : "its name is spelled differently.");
        }
        if (message.startsWith("Mkdirs failed to create")) {
            return "a folder of it can't be made. Maybe its disk is full or mounted read-only.";
        }
        if (failed instanceof UnsupportedFileSystemException) {
            String scheme = path(path).toUri().getScheme();
            return "no file system is known for " + scheme
                    + "://. Maybe its jar is missing: put it on Spark's class path" + " (spark-submit --packages).";
        }
        if (failed instanceof UnknownHostException || failed instanceof ConnectException) {
            return "its host can't be reached: " + message + ". Maybe the host or port is another.";
        }
        return message + ".";
    }
}
