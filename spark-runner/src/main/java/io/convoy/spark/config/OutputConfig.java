package io.convoy.spark.config;

/**
 * Where results go: Hadoop paths, relative ones from the working directory.
 *
 * @param model the folder of the trained model
 * @param checkpoints the folder of the checkpoints, one after each epoch
 */
public record OutputConfig(String model, String checkpoints) {
    /** Checks that both are named. */
    public OutputConfig {
        Expect.text("model", model);
        Expect.text("checkpoints", checkpoints);
        Expect.that(
                !model.equals(checkpoints),
                "checkpoints",
                "expects another folder than the model's, but both are " + model + ".");
    }
}
