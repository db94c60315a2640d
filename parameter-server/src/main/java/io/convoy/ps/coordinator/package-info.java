/** Membership and commands: the driver's side, and the slot's. */
@NullMarked
package io.convoy.ps.coordinator;

import org.jspecify.annotations.NullMarked;
