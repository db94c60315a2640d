package io.convoy.spark.config;

/**
 * What is asked of a network that compares images when it is evaluated: one-shot classification among classes of one folder, such as
 * the letters of an alphabet, as {@link io.convoy.engine.serve.OneShot} says in full.
 *
 * @param ways among how many classes, at least 2; every folder of the test images has at least as many; default 20
 * @param episodes how often it is asked, at least 1; default 1000
 * @param seed what is asked is drawn from, any 64-bit number; default 1; another one than the run's, so that runs of several seeds are
 *     asked the same
 */
public record OneShotConfig(
        @Default("20") int ways,
        @Default("1000") int episodes,
        @Default("1") long seed) {
    /** Checks the ranges. */
    public OneShotConfig {
        Expect.between("ways", ways, 2, 1_000_000);
        Expect.between("episodes", episodes, 1, 10_000_000);
    }
}
