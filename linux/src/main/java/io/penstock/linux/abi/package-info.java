/**
 * The kernel's calls and structures: every foreign function of the project is in this package, and
 * it is not exported.
 *
 * <p>The calls answer as the kernel does: a result of zero or more, or {@code -errno}. They throw
 * nothing for an I/O error and, unless their Javadoc says so, allocate nothing. A call that reaches
 * the disk pins the carrier of a virtual thread until it returns: the caller hands such calls off.
 * None of them repeats a call cut short by a signal ({@code -EINTR}).
 *
 * <p>On a system without support ({@link io.penstock.linux.abi.Abi#isSupported()}) every class here
 * loads, and every call throws {@link UnsupportedOperationException} with the reason.
 */
@NullMarked
package io.penstock.linux.abi;

import org.jspecify.annotations.NullMarked;
