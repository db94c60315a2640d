/**
 * The configuration of a run: YAML to immutable records and back to canonical JSON. Every default is written once, beside
 * the component it belongs to.
 */
@NullMarked
package io.convoy.spark.config;

import org.jspecify.annotations.NullMarked;
