package io.convoy.spark;

import io.convoy.engine.checkpoint.CheckpointException;
import io.convoy.engine.data.DataException;
import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.kernel.KernelException;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.onnx.OnnxException;
import io.convoy.engine.train.TrainingException;
import io.convoy.ps.transport.TakenPortException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a user is told about a failure.
 *
 * @param line one line in the house form
 * @param exitCode 2 for bad input, 1 for a failure during the run
 */
public record Explanation(String line, int exitCode) {
    /** The exit code of input that can't be run as it is. */
    public static final int BAD_INPUT = 2;

    /** The exit code of a run that could not go on. */
    public static final int RUN_FAILED = 1;

    /**
     * The explanation that {@code thrown} or the nearest of its causes carries; nothing when none was written for the user.
     * This is the only place that knows which exceptions are.
     */
    public static Optional<Explanation> of(@Nullable Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidInputException
                    || cause instanceof DataException
                    || cause instanceof ShapeException
                    || cause instanceof CheckpointException
                    || cause instanceof OnnxException
                    || cause instanceof TakenPortException) {
                return Optional.of(new Explanation(String.valueOf(cause.getMessage()), BAD_INPUT));
            }
            if (cause instanceof RunFailedException
                    || cause instanceof ExchangeException
                    || cause instanceof KernelException
                    || cause instanceof TrainingException) {
                return Optional.of(new Explanation(String.valueOf(cause.getMessage()), RUN_FAILED));
            }
        }
        return Optional.empty();
    }

    /** This explanation as an exception, with {@code cause} below it for {@code --verbose}. */
    public ConvoyException asException(@Nullable Throwable cause) {
        return exitCode == BAD_INPUT ? new InvalidInputException(line, cause) : new RunFailedException(line, cause);
    }
}
