package io.convoy.ps.coordinator;

import java.util.function.Consumer;

/** Does in a slot what the driver commands. */
public interface CommandHandler {
    /**
     * Does one command; one at a time, on a thread of its own.
     *
     * @param body JSON, as the driver sent it
     * @param progress takes JSON for the driver's listener; each report also renews the command's deadline
     * @return JSON for the driver
     * @throws Exception if it fails; an {@link io.convoy.engine.exchange.ExchangeException}'s message reaches the user as it is
     */
    String handle(String name, String body, Consumer<String> progress) throws Exception;

    /**
     * The run is over while a command may be under way: makes {@link #handle} end soon, e.g. by abandoning its
     * {@link io.convoy.ps.client.ParameterClient}. Called at most once, by another thread.
     */
    void abandon(String why);
}
