package io.convoy.spark.job;

import io.convoy.spark.config.RunConfig;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks for.
 *
 * @param config the run
 * @param master Spark's master, before the configuration's; {@code null} leaves the choice to it
 * @param resume whether to go on from the last checkpoint
 * @param digests the file that gets digests of all tensors after every step, or {@code null}
 */
public record TrainingRequest(
        RunConfig config,
        @Nullable String master,
        boolean resume,
        @Nullable String digests) {}
