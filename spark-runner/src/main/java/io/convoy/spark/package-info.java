@NullMarked
package io.convoy.spark;

import org.jspecify.annotations.NullMarked;
