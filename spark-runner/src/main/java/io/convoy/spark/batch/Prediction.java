package io.convoy.spark.batch;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a model tells of one input.
 *
 * @param names what the input is called: a file's path, a row's other columns; {@link String}, {@link Number}, {@link Boolean} or null
 * @param reason why it could not be used, a clause; none if it was scored
 * @param scores of all heads; empty if it was not scored
 * @param embedding the values of the node that was asked for; empty if none was, or it was not scored
 */
@SuppressWarnings("ArrayRecordComponent")
record Prediction(List<@Nullable Object> names, Optional<String> reason, float[] scores, float[] embedding) {}
