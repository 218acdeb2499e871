/**
 * Block devices: the lower interface that users implement, and the devices the engine brings along.
 */
@NullMarked
package io.penstock.core.device;

import org.jspecify.annotations.NullMarked;
