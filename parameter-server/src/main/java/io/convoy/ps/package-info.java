@NullMarked
package io.convoy.ps;

import org.jspecify.annotations.NullMarked;
