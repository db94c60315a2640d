/** The trained artefact in files, and the compiled inference model that every way of scoring shares. */
@NullMarked
package io.convoy.engine.serve;

import org.jspecify.annotations.NullMarked;
