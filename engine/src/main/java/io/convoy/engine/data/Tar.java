package io.convoy.engine.data;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads a tar from front to end: POSIX ustar and pax, and GNU's long names (pubs.opengroup.org/onlinepubs/9699919799, "pax").
 * Folders, links and devices are passed over.
 */
final class Tar {
    private static final int BLOCK = 512;
    private static final int LONGEST_NAME = 1 << 16;

    private final String name;
    private final InputStream in;

    Tar(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    void visit(FileTree.Visitor visitor) throws IOException {
        String longName = "";
        boolean first = true;
        byte[] header = new byte[BLOCK];
        while (true) {
            int length = in.readNBytes(header, 0, BLOCK);
            if ((length == 0 && !first) || (length == BLOCK && isBlank(header))) {
                return;
            }
            if (length < BLOCK && !first) {
                throw new EOFException();
            }
            requireHeader(header, length, first);
            first = false;
            long size = number(header, 124, 12);
            Data data = new Data(in, size);
            char type = (char) header[156];
            switch (type) {
                case '0', '\0', '7' -> {
                    String path = longName.isEmpty() ? path(header) : longName;
                    longName = "";
                    if (!path.endsWith("/")) {
                        ArchiveTree.Once content = new ArchiveTree.Once(data);
                        visitor.file(path, content);
                        content.close();
                    }
                }
                case 'L' -> longName = text(data.bytes(name), 0, (int) size);
                case 'x' -> longName = paxPath(data.bytes(name), longName);
                // What holds for all files says nothing that matters here.
                case 'g' -> {}
                default -> longName = "";
            }
            data.finish();
        }
    }

    private void requireHeader(byte[] header, int length, boolean first) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
        }
        if (length < BLOCK || sum != number(header, 148, 8)) {
            throw new DataException(
                    name
                            + (first
                                    ? " expects a tar, tar.gz or zip, but it is none of them."
                                    : " expects an intact archive, but a header in it is damaged. Maybe a copy or a download went wrong."));
        }
    }

    private static boolean isBlank(byte[] header) {
        for (byte one : header) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    private static String path(byte[] header) {
        String path = text(header, 0, 100);
        String prefix = text(header, 257, 5).equals("ustar") ? text(header, 345, 155) : "";
        // GNU's own form has other fields there.
        boolean posix = header[263] == '0';
        return prefix.isEmpty() || !posix ? path : prefix + "/" + path;
    }

    private static String text(byte[] from, int begin, int most) {
        int end = begin;
        while (end < begin + most && end < from.length && from[end] != 0) {
            end++;
        }
        return new String(from, begin, end - begin, StandardCharsets.UTF_8);
    }

    /** Octal digits, or, if the first bit is set, binary; −1 if it is neither. */
    private static long number(byte[] header, int begin, int length) {
        long value = 0;
        if (header[begin] < 0) {
            for (int i = begin + length - 8; i < begin + length; i++) {
                value = value << 8 | (header[i] & 0xFF);
            }
            return value;
        }
        for (int i = begin; i < begin + length; i++) {
            if (header[i] >= '0' && header[i] <= '7') {
                value = value * 8 + header[i] - '0';
            } else if (header[i] != ' ' && header[i] != 0) {
                return -1;
            }
        }
        return value;
    }

    /** The value of {@code path} in records of the form "length key=value\n". */
    private static String paxPath(byte[] records, String otherwise) {
        String path = otherwise;
        int at = 0;
        while (at < records.length) {
            int digits = at;
            int length = 0;
            while (digits < records.length
                    && records[digits] >= '0'
                    && records[digits] <= '9'
                    && length < LONGEST_NAME) {
                length = length * 10 + records[digits++] - '0';
            }
            if (length <= digits - at || at + length > records.length) {
                return path;
            }
            String record = new String(records, digits + 1, at + length - digits - 2, StandardCharsets.UTF_8);
            if (record.startsWith("path=")) {
                path = record.substring("path=".length());
            }
            at += length;
        }
        return path;
    }

    /** The bytes of one entry. */
    private static final class Data extends FilterInputStream {
        private final long padding;
        private long left;

        Data(InputStream in, long size) throws IOException {
            super(in);
            if (size < 0) {
                throw new EOFException();
            }
            left = size;
            padding = (BLOCK - size % BLOCK) % BLOCK;
        }

        byte[] bytes(String name) throws IOException {
            if (left > LONGEST_NAME) {
                throw new DataException(name + " expects names of at most " + LONGEST_NAME + " bytes, but one has "
                        + left + ". Maybe it is damaged.");
            }
            return readNBytes((int) left);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException();
            }
            left -= count;
            return count;
        }

        void finish() throws IOException {
            in.skipNBytes(left + padding);
            left = 0;
        }
    }
}
