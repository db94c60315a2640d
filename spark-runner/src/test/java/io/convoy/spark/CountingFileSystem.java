package io.convoy.spark;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Local files under {@code counting://disk/}, which says how often each was opened. */
public final class CountingFileSystem extends RawLocalFileSystem {
    /** What tells Hadoop, through Spark's settings, of this class. */
    public static final String SETTING = "spark.hadoop.fs.counting.impl";

    private static final ConcurrentHashMap<String, LongAdder> OPENED = new ConcurrentHashMap<>();

    /** How often the file at {@code path}, without a scheme, was opened in this JVM. */
    public static long opened(java.nio.file.Path path) {
        return OPENED.getOrDefault(path.toString(), new LongAdder()).sum();
    }

    @Override
    public String getScheme() {
        return "counting";
    }

    @Override
    public URI getUri() {
        return URI.create("counting://disk/");
    }

    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
        OPENED.computeIfAbsent(file.toUri().getPath(), path -> new LongAdder()).increment();
        return super.open(file, bufferSize);
    }
}
