package io.convoy.spark.job;

import io.convoy.ps.security.RunKey;
import io.convoy.ps.transport.NettySettings;
import io.convoy.ps.transport.NettyTransport;
import io.convoy.ps.transport.Transport;
import java.io.Serializable;

/** How a slot talks with the others: over Netty, or over whatever a test puts between them. */
interface SlotTransport extends Serializable {
    SlotTransport NETTY = (name, key) -> new NettyTransport(name, key, NettySettings.defaults());

    /**
     * Opens the transport of a slot.
     *
     * @param name for its threads
     */
    Transport open(String name, RunKey key);
}
