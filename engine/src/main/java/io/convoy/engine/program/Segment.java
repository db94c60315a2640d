package io.convoy.engine.program;

import io.convoy.engine.kernel.Operation;
import java.util.List;

/**
 * A run of operations after which something can be exchanged with other workers.
 *
 * @param operations in order
 * @param finishedBuckets the gradient buckets that nothing behind this segment changes any more
 */
record Segment(List<Operation> operations, List<Integer> finishedBuckets) {
    void run() {
        for (int i = 0; i < operations.size(); i++) {
            operations.get(i).run();
        }
    }
}
