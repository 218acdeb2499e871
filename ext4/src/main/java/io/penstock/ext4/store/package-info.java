/** Where metadata comes from: the only place that reads the device without the engine. */
@NullMarked
package io.penstock.ext4.store;

import org.jspecify.annotations.NullMarked;
