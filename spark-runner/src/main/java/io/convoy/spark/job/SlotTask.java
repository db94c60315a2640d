package io.convoy.spark.job;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/** The one task of a slot's job: it tells the body where it is, and runs it. */
record SlotTask(Slots slots, SlotBody body) implements FlatMapFunction<Iterator<Integer>, byte[]> {
    @Override
    public Iterator<byte[]> call(Iterator<Integer> slot) throws Exception {
        return List.of(body.run(SlotContext.ofThisTask(slot.next(), slots))).iterator();
    }
}
