package io.penstock.ext4.journal;

/**
 * What a log holds.
 *
 * @param moved block of the volume → twice the block of the journal's device with its newest
 *     contents, plus 1 where its first four bytes have to be put back
 * @param transactions how many were committed
 * @param nextSequence the number of the transaction after them
 */
record LogContents(BlockTable moved, long transactions, long nextSequence) {}
