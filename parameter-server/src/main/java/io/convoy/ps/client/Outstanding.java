package io.convoy.ps.client;

import io.convoy.ps.wire.Frame;
import org.jspecify.annotations.Nullable;

/** A request that is not answered yet. Its lock keeps a push's array from being recycled while it is sent once more. */
final class Outstanding {
    private final Link link;
    private final Frame.Request frame;
    private final @Nullable PullCall call;
    private final long bytes;
    private long sentAt;
    private boolean finished;

    /**
     * A request to the owner at the end of {@code link}.
     *
     * @param call whose question it is; null for a push and for sums
     */
    Outstanding(Link link, Frame.Request frame, @Nullable PullCall call, long bytes) {
        this.link = link;
        this.frame = frame;
        this.call = call;
        this.bytes = bytes;
    }

    Link link() {
        return link;
    }

    Frame.Request frame() {
        return frame;
    }

    @Nullable
    PullCall call() {
        return call;
    }

    long bytes() {
        return bytes;
    }

    int span() {
        return frame.span();
    }

    synchronized void send() {
        if (!finished) {
            sentAt = System.nanoTime();
            link.send(frame);
        }
    }

    /**
     * Repeats it if it was sent so long ago. A question is always repeated, which makes the owner say what it waits for; a
     * sum only where it may be lost, since on a connection that is merely slow it would be in its own way.
     */
    synchronized void sendAgain(long now, long afterNanos) {
        if (now - sentAt >= afterNanos && (call != null || link.mayLose())) {
            send();
        }
    }

    /** Never sends again; returns the array of a push. */
    synchronized float @Nullable [] finish() {
        finished = true;
        return frame instanceof Frame.Push push ? push.values().array() : null;
    }
}
