/** The mutual challenge that every connection passes before a single frame is parsed. */
@NullMarked
package io.convoy.ps.security;

import org.jspecify.annotations.NullMarked;
