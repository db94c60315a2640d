package io.convoy.spark.job;

import java.io.Serializable;

/**
 * What a slot needs in order to take part. It travels in the task closure, never in a property: it holds the run's secret.
 *
 * @param configuration the run's, as JSON with absolute paths
 * @param preprocessing the training set's, as JSON
 * @param run the run's id
 * @param secret what proves membership
 * @param host where the coordinator listens
 * @param port its port
 * @param resumeStep the step of the checkpoint to start from; −1 to start anew
 */
record Invitation(
        String configuration, String preprocessing, String run, String secret, String host, int port, long resumeStep)
        implements Serializable {
    /** Without the secret. */
    @Override
    public String toString() {
        return "Invitation[run=" + run + ", coordinator=" + host + ":" + port + "]";
    }
}
