package io.convoy.spark.job;

import io.convoy.engine.checkpoint.CheckpointException;
import io.convoy.engine.checkpoint.SafetensorsReader;
import io.convoy.engine.checkpoint.StateDict;
import io.convoy.engine.checkpoint.StoredFile;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.InitialWeightsConfig;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.HadoopFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run starts from.
 *
 * @param state weights that are drawn from the seed, and those of a file in their place
 * @param loaded what the file gave; nothing if there is none
 */
record InitialWeights(ModelState state, Optional<StateDict.Loaded> loaded) {
    /**
     * The same run with its file's absolute path and digest, as every slot will find it.
     *
     * @param needed whether the file is read at all; a resumed run has its weights elsewhere
     * @throws InvalidInputException if the file has another digest than the configuration says
     */
    static RunConfig pinned(RunConfig config, HadoopFiles files, boolean needed) {
        InitialWeightsConfig weights = config.initialWeights();
        if (weights == null || (!needed && weights.sha256() != null)) {
            return config;
        }
        String path = files.absolute(weights.file());
        String digest;
        try (InputStream in = files.open(path)) {
            digest = StoredFile.of("weights", in).sha256();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        requireDigest(path, weights.sha256(), digest);
        return config.with(weights.at(path, digest));
    }

    private static void requireDigest(String path, @Nullable String expected, String actual) {
        if (expected != null && !expected.equals(actual)) {
            throw new InvalidInputException("initialWeights.sha256 expects " + path + " to have " + expected
                    + ", but it has " + actual + ". Maybe the file was changed.");
        }
    }

    private static InvalidInputException unreadable(String path, IOException e) {
        return new InvalidInputException(path + " expects to be read to its end, but: " + e.getMessage() + ".", e);
    }

    /**
     * What a run that is not resumed starts from.
     *
     * @throws InvalidInputException if the file can't be used
     */
    static InitialWeights of(RunConfig config, TrainingPlan plan, HadoopFiles files) {
        ModelState drawn = plan.initialState();
        InitialWeightsConfig weights = config.initialWeights();
        if (weights == null) {
            return new InitialWeights(drawn, Optional.empty());
        }
        try {
            if (weights.sha256() != null) {
                try (InputStream in = files.open(weights.file())) {
                    requireDigest(
                            weights.file(),
                            weights.sha256(),
                            StoredFile.of("weights", in).sha256());
                }
            }
            try (InputStream in = files.open(weights.file());
                    SafetensorsReader reader = SafetensorsReader.read(weights.file(), in)) {
                StateDict.Loaded loaded = new StateDict(config.networkName(), plan.parameters(), plan.statistics())
                        .load(reader, mode(weights.mode()), weights.head(), drawn.weights(), drawn.statistics());
                return new InitialWeights(drawn, Optional.of(loaded));
            }
        } catch (CheckpointException e) {
            throw new InvalidInputException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw unreadable(weights.file(), e);
        }
    }

    private static StateDict.Mode mode(InitialWeightsConfig.Mode mode) {
        return switch (mode) {
            case STRICT -> StateDict.Mode.STRICT;
            case PARTIAL -> StateDict.Mode.PARTIAL;
            case REPLACE_HEAD -> StateDict.Mode.REPLACE_HEAD;
        };
    }
}
