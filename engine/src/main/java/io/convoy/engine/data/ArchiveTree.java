package io.convoy.engine.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * The files in a tar, tar.gz or zip, told apart by content. It is read once from front to end and never unpacked to a disk, so an
 * entry's path leads nowhere, and a file takes no more memory than its reader allows.
 *
 * @param name what messages call it, usually its path
 * @param opening opens its bytes
 */
public record ArchiveTree(String name, Opening opening) implements FileTree {
    /** Opens bytes that are read once. */
    @FunctionalInterface
    public interface Opening {
        /** A new stream, which the caller closes. */
        InputStream open() throws IOException;
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        try (PushbackInputStream in = new PushbackInputStream(opening.open(), 4)) {
            byte[] start = in.readNBytes(4);
            in.unread(start);
            if (start.length == 4 && start[0] == 'P' && start[1] == 'K') {
                zip(in, visitor);
            } else if (start.length >= 2 && start[0] == 0x1F && start[1] == (byte) 0x8B) {
                new Tar(name, new GZIPInputStream(in, 1 << 16)).visit(visitor);
            } else {
                new Tar(name, in).visit(visitor);
            }
        } catch (EOFException e) {
            throw new DataException(
                    name + " expects a whole archive, but it ends too early. Maybe a copy or a download was cut off.",
                    e);
        } catch (ZipException | IllegalArgumentException e) {
            throw new DataException(
                    name + " expects an intact archive, but reading it fails: " + e.getMessage()
                            + ". Maybe a copy or a download went wrong.",
                    e);
        }
    }

    private static void zip(InputStream in, Visitor visitor) throws IOException {
        ZipInputStream zip = new ZipInputStream(in);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (!entry.isDirectory()) {
                Once content = new Once(zip);
                visitor.file(entry.getName(), content);
                content.close();
            }
        }
    }

    /** The file that the archive is at, which can be read until the visitor is back. */
    static final class Once implements Content, AutoCloseable {
        private final InputStream in;
        private boolean over;

        Once(InputStream in) {
            this.in = in;
        }

        @Override
        public byte[] read(int most) throws IOException {
            if (over) {
                throw new IllegalStateException("A file of an archive expects to be read while it is visited.");
            }
            return in.readNBytes(most + 1);
        }

        @Override
        public void close() {
            over = true;
        }
    }
}
