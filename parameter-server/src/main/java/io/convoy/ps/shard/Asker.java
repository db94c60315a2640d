package io.convoy.ps.shard;

import io.convoy.engine.exchange.LeafRange;
import java.util.List;

/**
 * Who asked for a version and gets the answer, now or once it exists. Called by whichever thread made the version; must not
 * wait.
 */
public interface Asker {
    /**
     * The version is there.
     *
     * @param values the live floats: they stay as they are until the asking worker pushes the next step or asks for the next
     *     version
     */
    void values(long version, float[] values);

    /**
     * It was asked for again and is still not there.
     *
     * @param leaves V of the step that is being summed; 0 if none of its leaves is in
     * @param missing leaves that are not in, the first few
     * @param owners workers whose sums over blocks are missing, if the leaves are in and the rule needs such sums
     * @param absent workers that have neither pushed in this step nor asked for the next version
     */
    void waiting(int leaves, List<LeafRange> missing, List<Integer> owners, List<Integer> absent);
}
