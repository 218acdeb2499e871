/** What the scenarios need of the machine: loop devices, mounts, processes, facts of /proc. */
@NullMarked
package io.penstock.failures.host;

import org.jspecify.annotations.NullMarked;
