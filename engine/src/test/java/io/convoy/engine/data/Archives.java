package io.convoy.engine.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes archives; the order of the files is that of the map. */
final class Archives {
    private Archives() {}

    static byte[] tar(Map<String, byte[]> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.forEach((path, bytes) -> {
            if (path.length() > 100) {
                // Every other writer has its own way with long names.
                if (path.length() % 2 == 0) {
                    entry(out, "././@LongLink", 'L', (path + "\0").getBytes(StandardCharsets.UTF_8));
                } else {
                    String record = " path=" + path + "\n";
                    int length = record.length() + 3;
                    entry(out, "pax", 'x', (length + record).getBytes(StandardCharsets.UTF_8));
                }
            }
            entry(out, path.substring(0, Math.min(100, path.length())), '0', bytes);
        });
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    static void entry(ByteArrayOutputStream out, String path, char type, byte[] bytes) {
        byte[] header = new byte[512];
        put(header, 0, path);
        put(header, 100, "0000644\0000000000\0000000000\0");
        put(header, 124, String.format(Locale.ROOT, "%011o\0", bytes.length));
        put(header, 136, "00000000000\0        ");
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xFF;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        out.writeBytes(header);
        out.writeBytes(Arrays.copyOf(bytes, (bytes.length + 511) / 512 * 512));
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("a folder/"));
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }
}
