package io.penstock.core.memory;

/**
 * What a {@link BufferPool} has and has had, at one moment.
 *
 * @param budgetBytes most bytes it may hold; {@link Long#MAX_VALUE} for no bound
 * @param heldBytes native memory it holds, in use or idle; never more than the budget
 * @param inUseBytes bytes of buffers taken and not given back, those beyond the budget included
 * @param peakInUseBytes the most that were in use at once
 * @param beyondBytes bytes in use beyond the budget, by those who may neither wait nor fail ({@link
 *     BufferPool#takeNow})
 * @param takes buffers taken so far
 * @param misses takes that found no idle buffer and had to allocate
 * @param waits takes that had to wait for others to give back
 * @param overflows takes that went beyond the budget
 */
public record PoolUsage(
    long budgetBytes,
    long heldBytes,
    long inUseBytes,
    long peakInUseBytes,
    long beyondBytes,
    long takes,
    long misses,
    long waits,
    long overflows) {}
