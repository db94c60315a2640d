package io.convoy.spark.data;

import io.convoy.engine.serve.ModelFolder;
import java.io.InputStream;

/**
 * A model's folder on any Hadoop path.
 *
 * @param files how it is reached
 * @param name the folder's path
 */
public record HadoopModelFolder(HadoopFiles files, String name) implements ModelFolder {
    @Override
    public void write(String file, Contents contents) {
        files.write(HadoopFiles.resolve(name, file), contents::writeTo);
    }

    @Override
    public InputStream open(String file) {
        return files.open(HadoopFiles.resolve(name, file));
    }
}
