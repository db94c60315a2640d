/** Connections that carry frames: over Netty, and inside one process with seeded faults for tests. */
@NullMarked
package io.convoy.ps.transport;

import org.jspecify.annotations.NullMarked;
