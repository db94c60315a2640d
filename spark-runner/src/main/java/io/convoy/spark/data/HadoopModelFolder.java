package io.convoy.spark.data;

import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.spark.InvalidInputException;
import java.io.IOException;
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

    /**
     * Reads the model.
     *
     * @throws InvalidInputException if there is none, or it can't be used
     */
    public Model read() {
        return explained(() -> Model.read(this));
    }

    /** The version of the model, for which only its card is read. */
    public String version() {
        return explained(() -> Model.version(this));
    }

    /** What the model says of itself, for which nothing else is read. */
    public ModelCard card() {
        return explained(() -> Model.card(this));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T explained(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new InvalidInputException(name + " expects to be read to its end, but: " + e.getMessage() + ".", e);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(name + " is not a model that can be used. " + e.getMessage(), e);
        }
    }
}
