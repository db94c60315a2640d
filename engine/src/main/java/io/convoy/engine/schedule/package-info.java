/** Learning-rate schedules as values: pure functions of the step and the epoch. */
@NullMarked
package io.convoy.engine.schedule;

import org.jspecify.annotations.NullMarked;
