package io.convoy.engine.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A file of a checkpoint, as its manifest remembers it.
 *
 * @param name the file's name beside the manifest, without any folder
 * @param bytes its length
 * @param sha256 the SHA-256 of its bytes, 64 lower-case hexadecimal digits
 */
public record StoredFile(String name, long bytes, String sha256) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    public StoredFile {
        // A manifest may come from anywhere: its names must not lead out of its folder.
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("A checkpoint's file expects a name of letters, digits, '.', '_' and '-'"
                    + " that does not start with '.', but it got \"" + name + "\".");
        }
        if (bytes < 0 || !SHA_256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("File " + name + " of a checkpoint expects a length of at least 0 and a"
                    + " SHA-256 of 64 hexadecimal digits, but it got " + bytes + " and \"" + sha256 + "\".");
        }
    }

    /** Reads {@code in} to its end and remembers what it was. */
    public static StoredFile of(String name, InputStream in) throws IOException {
        Output output = new Output(OutputStream.nullOutputStream());
        in.transferTo(output);
        return output.file(name);
    }

    /**
     * Reads {@code in} to its end and compares.
     *
     * @throws CheckpointException if it is not the file that the manifest remembers
     */
    public void verify(InputStream in) throws IOException {
        StoredFile actual = of(name, in);
        if (!actual.equals(this)) {
            throw new CheckpointException("File " + name + " of a checkpoint expects " + bytes + " bytes with SHA-256 "
                    + sha256 + ", but it has " + actual.bytes + " bytes with " + actual.sha256
                    + ". Maybe it was cut short or changed after the checkpoint was written.");
        }
    }

    /** Passes bytes on and remembers their number and their SHA-256. */
    public static final class Output extends OutputStream {
        private final OutputStream out;
        private final MessageDigest digest = Sha256.create();
        private long bytes;

        public Output(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            digest.update((byte) b);
            bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
            digest.update(from, offset, length);
            bytes += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        /** Closes the stream that bytes are passed on to. */
        @Override
        public void close() throws IOException {
            out.close();
        }

        /** What was written, under {@code name}; to be called once, after the last byte. */
        public StoredFile file(String name) {
            return new StoredFile(name, bytes, HexFormat.of().formatHex(digest.digest()));
        }
    }
}
