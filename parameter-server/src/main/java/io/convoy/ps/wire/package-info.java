/** What travels between slots and driver: sealed frames and their binary form; nothing that a socket sent becomes a class by name. */
@NullMarked
package io.convoy.ps.wire;

import org.jspecify.annotations.NullMarked;
