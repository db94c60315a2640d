package io.convoy.spark.config;

/**
 * A second model beside the first. Which of the two scores a message follows from the message's key, so a key always has the same.
 *
 * @param model the second model's folder, on any Hadoop path
 * @param share of the keys that it scores, above 0 and below 1
 */
public record AbTestConfig(String model, double share) {
    /** Checks that both models have a share. */
    public AbTestConfig {
        Expect.text("model", model);
        Expect.that(
                share > 0 && share < 1,
                "share",
                "expects a number above 0 and below 1, but it got " + Expect.text(share) + ".");
    }
}
