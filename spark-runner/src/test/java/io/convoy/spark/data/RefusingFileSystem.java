package io.convoy.spark.data;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;

/** A file system, {@code refusing://}, that lets nobody in: root, who runs many a build, may read every local file. */
public final class RefusingFileSystem extends RawLocalFileSystem {
    @Override
    public String getScheme() {
        return "refusing";
    }

    @Override
    public URI getUri() {
        return URI.create("refusing://disk/");
    }

    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
        throw new AccessControlException("Permission denied: user=somebody, access=READ");
    }

    @Override
    public FileStatus[] listStatus(Path folder) throws IOException {
        throw new ConnectException("Connection refused");
    }

    @Override
    public boolean exists(Path file) throws IOException {
        throw new UnknownHostException("disk");
    }
}
