@NullMarked
package io.convoy.engine.form;

import org.jspecify.annotations.NullMarked;
