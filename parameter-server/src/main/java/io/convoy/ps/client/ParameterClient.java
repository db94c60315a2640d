package io.convoy.ps.client;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.GradientExchange;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.ps.shard.Ownership;
import io.convoy.ps.shard.RefusedException;
import io.convoy.ps.shard.Shards;
import io.convoy.ps.transport.Transport;
import io.convoy.ps.wire.Doubles;
import io.convoy.ps.wire.Floats;
import io.convoy.ps.wire.Frame;
import io.convoy.ps.wire.Origin;
import io.convoy.ps.wire.Roster;
import io.convoy.ps.wire.Text;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The exchange of one slot of many: sums go to the owners of their parts, versions come from them. What this slot owns
 * itself takes no socket. Requests that are not answered are sent again, over a new connection if need be; owners ignore
 * what they have.
 *
 * <p>Every slot calls {@link #pull} for every version, also one that was dealt no leaf.
 */
public final class ParameterClient implements GradientExchange {
    private final Shards own;
    private final Roster roster;
    private final ClientSettings settings;
    private final Origin self;
    private final Ownership ownership;
    private final @Nullable Link[] links;
    private final ScheduledThreadPoolExecutor retries;
    private final AtomicLong requests = new AtomicLong();
    private final Map<Long, Outstanding> outstanding = new ConcurrentHashMap<>();
    private final Set<PullCall> calls = ConcurrentHashMap.newKeySet();
    private final AtomicReference<ExchangeException> failure = new AtomicReference<>();
    private final Object room = new Object();
    private long bytesUnderWay;

    private ParameterClient(Transport transport, Roster roster, Shards own, ClientSettings settings) {
        this.own = own;
        this.roster = roster;
        this.settings = settings;
        this.self = own.self();
        this.ownership = own.ownership();
        this.links = new Link[roster.size()];
        for (int slot = 0; slot < links.length; slot++) {
            boolean owns = slot < ownership.shards();
            if (owns && slot != self.worker()) {
                links[slot] = new Link(transport, roster.member(slot), this::answered);
            }
        }
        this.retries = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "convoy-client-" + self.worker());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Connects to every owner.
     *
     * @param own what this slot owns
     * @throws ExchangeException if an owner can't be reached within the deadline
     */
    public static ParameterClient connect(Transport transport, Roster roster, Shards own, ClientSettings settings) {
        ParameterClient client = new ParameterClient(transport, roster, own, settings);
        try {
            for (Link link : client.links) {
                if (link != null) {
                    link.connect(settings.deadline());
                }
            }
            client.start();
            own.announceTo(client::announce);
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private void start() {
        long period =
                Math.max(TimeUnit.MILLISECONDS.toNanos(1), settings.retry().toNanos() / 2);
        ScheduledFuture<?> unused = retries.scheduleWithFixedDelay(this::retry, period, period, TimeUnit.NANOSECONDS);
    }

    private void retry() {
        try {
            for (Link link : links) {
                if (link != null && link.trouble() != null) {
                    reconnect(link);
                }
            }
            long now = System.nanoTime();
            for (Outstanding request : outstanding.values()) {
                request.sendAgain(now, settings.retry().toNanos());
            }
        } catch (RuntimeException e) {
            fail(new ExchangeException(
                    "Slot " + self.worker() + " expects to repeat its requests, but it got " + e + ".", e));
        }
    }

    private void reconnect(Link link) {
        try {
            link.connect(settings.retry().compareTo(settings.deadline()) < 0 ? settings.retry() : settings.deadline());
        } catch (ExchangeException e) {
            // Not yet. The link keeps the reason for whoever gives up waiting.
            return;
        }
        outstanding.values().stream().filter(request -> request.link() == link).forEach(Outstanding::send);
    }

    @Override
    public void push(StepPlan plan, LeafRange node, Part part, float[] gradient) {
        push(plan, node, part.index(), ownership.owner(part.shard()), gradient, part.length());
    }

    @Override
    public void pushStatistics(StepPlan plan, LeafRange node, float[] statistics) {
        push(
                plan,
                node,
                Frame.STATISTICS,
                ownership.statisticsOwner(),
                statistics,
                own.statisticsLayout().length());
    }

    private void push(StepPlan plan, LeafRange node, int span, int owner, float[] values, int length) {
        throwFailure();
        Link link = links[owner];
        long bytes = (long) length * Float.BYTES;
        if (link != null) {
            reserve(bytes, link);
        }
        // A copy, because the caller's buffer is the caller's again when this returns, and the frame may be sent twice.
        float[] copy = own.buffers().take(length);
        System.arraycopy(values, 0, copy, 0, length);
        if (link == null) {
            try {
                own.push(self, plan, span, node, copy);
            } catch (RefusedException e) {
                throw fail(new ExchangeException(String.valueOf(e.getMessage()), e));
            }
            return;
        }
        long request = requests.incrementAndGet();
        Outstanding push =
                new Outstanding(link, new Frame.Push(request, self, plan, span, node, new Floats(copy)), null, bytes);
        outstanding.put(request, push);
        push.send();
    }

    /** Tells the other owners; they need it before anybody can pull the next version, so it is not counted as room. */
    private void announce(long step, int span, int round, Doubles sums) {
        for (int owner : own.otherOwners()) {
            Link link = links[owner];
            if (link != null) {
                long request = requests.incrementAndGet();
                Outstanding frame =
                        new Outstanding(link, new Frame.Sums(request, self, step, span, round, sums), null, 0);
                outstanding.put(request, frame);
                frame.send();
            }
        }
    }

    private void reserve(long bytes, Link link) {
        long end = System.nanoTime() + settings.deadline().toNanos();
        synchronized (room) {
            while (bytesUnderWay > 0 && bytesUnderWay + bytes > settings.outstandingBytes()) {
                throwFailure();
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw fail(new ExchangeException("Slot " + self.worker()
                            + " expects its gradients to be taken within "
                            + Text.of(settings.deadline()) + ", but " + bytesUnderWay
                            + " bytes are on their way and there is no room"
                            + " for one to " + link.owner().label()
                            + (link.trouble() == null ? "" : ", which can't be reached (" + link.trouble() + ")")
                            + ". Maybe that slot is stuck, or set parameterServer.deadlineSeconds higher."));
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(room, left);
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
            bytesUnderWay += bytes;
        }
    }

    @Override
    public void pull(long version, WeightSink sink) {
        pull(version, 0, sink);
    }

    @Override
    public void pullAverages(long version, WeightSink sink) {
        pull(version, own.keepsAverages() ? own.layout().parts().size() : 0, sink);
    }

    /** Pulls the spans of all parts, or of what lies so many spans behind them. */
    private void pull(long version, int behind, WeightSink sink) {
        throwFailure();
        long end = System.nanoTime() + settings.deadline().toNanos();
        PullCall call = new PullCall(version);
        calls.add(call);
        try {
            for (Part part : own.layout().parts()) {
                ask(call, behind + part.index(), ownership.owner(part.shard()));
            }
            if (own.statisticsLayout().length() > 0) {
                ask(call, Frame.STATISTICS, ownership.statisticsOwner());
            }
            while (!call.isComplete()) {
                throwFailure();
                PullCall.Arrival arrival = call.next(end - System.nanoTime());
                if (arrival == null) {
                    throwFailure();
                    throw fail(new ExchangeException(overdue(call)));
                }
                hand(arrival, sink);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            calls.remove(call);
            call.requests().forEach(outstanding::remove);
        }
    }

    private void ask(PullCall call, int span, int owner) {
        long request = requests.incrementAndGet();
        call.asked(span, owner, request);
        Link link = links[owner];
        if (link == null) {
            askOwn(call, span, request);
            return;
        }
        Outstanding pull = new Outstanding(link, new Frame.Pull(request, self, span, call.version()), call, 0);
        outstanding.put(request, pull);
        pull.send();
    }

    private void askOwn(PullCall call, int span, long request) {
        try {
            own.pull(self, request, span, call.version(), call.new OwnAsker(span));
        } catch (RefusedException e) {
            throw fail(new ExchangeException(String.valueOf(e.getMessage()), e));
        }
    }

    private void hand(PullCall.Arrival arrival, WeightSink sink) {
        if (arrival.span() == Frame.STATISTICS) {
            sink.statistics(arrival.values().array());
        } else if (arrival.span() >= 0) {
            sink.weights(part(arrival.span()), arrival.values().array());
        }
        if (arrival.received()) {
            own.buffers().give(arrival.values().array());
        }
    }

    private void answered(Frame frame) {
        if (!(frame instanceof Frame.Reply reply)) {
            return;
        }
        Outstanding request = outstanding.get(reply.request());
        if (request == null) {
            // The answer to a copy of a request that has been answered.
            if (frame instanceof Frame.Values values) {
                own.buffers().give(values.values().array());
            }
            return;
        }
        if (frame instanceof Frame.Refused refused) {
            fail(new ExchangeException(refused.reason()));
        } else if (frame instanceof Frame.Waiting waiting && request.call() != null) {
            request.call().explained(request.span(), waiting);
        } else if (frame instanceof Frame.Accepted && request.call() == null) {
            finish(request);
        } else if (frame instanceof Frame.Values values) {
            arrived(request, values);
        }
    }

    private void arrived(Outstanding request, Frame.Values values) {
        PullCall call = request.call();
        if (call == null) {
            return;
        }
        boolean fits = values.span() == request.span()
                && values.version() == call.version()
                && values.values().length() == length(values.span());
        if (!fits) {
            fail(new ExchangeException("Slot " + self.worker() + " expects the floats it asked for, but "
                    + request.link().owner().label() + " answered with "
                    + values.values().length()
                    + " floats of version " + values.version() + ". Maybe the slots have different configurations."));
        } else if (outstanding.remove(values.request(), request)) {
            call.arrived(values.span(), values.values(), true);
        } else {
            own.buffers().give(values.values().array());
        }
    }

    private int length(int span) {
        return span == Frame.STATISTICS
                ? own.statisticsLayout().length()
                : part(span).length();
    }

    /** Behind the parts come their averages. */
    private Part part(int span) {
        List<Part> parts = own.layout().parts();
        return parts.get(span % parts.size());
    }

    private void finish(Outstanding push) {
        if (outstanding.remove(push.frame().request(), push)) {
            float[] pushed = push.finish();
            if (pushed != null) {
                own.buffers().give(pushed);
            }
            synchronized (room) {
                bytesUnderWay -= push.bytes();
                room.notifyAll();
            }
        }
    }

    /**
     * Ends every wait, now and from now on, with an {@link ExchangeException}: the run is over, e.g. because the coordinator
     * said so.
     *
     * @param why the exception's message
     */
    public void abandon(String why) {
        fail(new ExchangeException(why));
    }

    private ExchangeException fail(ExchangeException why) {
        failure.compareAndSet(null, why);
        calls.forEach(PullCall::wake);
        synchronized (room) {
            room.notifyAll();
        }
        return why;
    }

    private void throwFailure() {
        ExchangeException first = failure.get();
        if (first != null) {
            throw new ExchangeException(String.valueOf(first.getMessage()), first);
        }
    }

    private ExchangeException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        ExchangeException first = failure.get();
        return new ExchangeException(
                first == null
                        ? "Slot " + self.worker() + " was interrupted while it waited for the other slots."
                        : String.valueOf(first.getMessage()),
                e);
    }

    private String overdue(PullCall call) {
        for (PullCall.Question mine : call.questions()) {
            if (links[mine.owner()] == null) {
                // Asking again makes the owner say what it waits for.
                askOwn(call, mine.span(), mine.request());
            }
        }
        PullCall.Question question = call.mostTelling();
        Link link = links[question.owner()];
        String span = name(question.span());
        int others = call.open() - 1;
        return "Slot " + self.worker() + " expects version " + call.version() + " of everything within "
                + Text.of(settings.deadline())
                + ", but " + span + (others == 0 ? "" : " and " + others + " more") + " did not come from "
                + roster.member(question.owner()).label() + ", which "
                + new Explanation(roster, call.version())
                        .of(call.explanation(question.span()), link == null ? null : link.trouble())
                + ". Maybe a slot is stuck, or set parameterServer.deadlineSeconds higher.";
    }

    private String name(int span) {
        if (span == Frame.STATISTICS) {
            return "the running statistics";
        }
        return (span < own.layout().parts().size() ? "part " : "the average of part ")
                + part(span).index();
    }

    /** Ends the threads and connections of this client; what it owns and the transport live on. */
    @Override
    public void close() {
        fail(new ExchangeException("Slot " + self.worker() + " expects its exchange to be open, but it is closed."));
        retries.shutdownNow();
        try {
            retries.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Link link : links) {
            if (link != null) {
                link.close();
            }
        }
    }
}
