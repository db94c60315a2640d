/** The listening side of a slot: other slots push to it and pull from it. */
@NullMarked
package io.convoy.ps.server;

import org.jspecify.annotations.NullMarked;
