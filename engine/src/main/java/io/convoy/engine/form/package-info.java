/** Networks as sections of keys: what JSON and YAML files say of layers, blocks and graphs. */
@NullMarked
package io.convoy.engine.form;

import org.jspecify.annotations.NullMarked;
