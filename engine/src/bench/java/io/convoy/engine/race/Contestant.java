package io.convoy.engine.race;

/** One side of a race in one setting. */
interface Contestant extends AutoCloseable {
    /**
     * Goes on until {@code nanos} have passed and whole batches are done.
     *
     * @return how many samples it has done
     */
    long run(long nanos);

    /**
     * The means of the losses of the first steps from the common first weights, in training; in scoring the scores of the batch.
     *
     * @param microBatch samples that BatchNorm sees together
     */
    double[] check(int steps, int microBatch);

    @Override
    void close();
}
