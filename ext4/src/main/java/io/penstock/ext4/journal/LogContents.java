package io.penstock.ext4.journal;

import io.penstock.ext4.store.NumberTable;

/**
 * What a log holds.
 *
 * @param moved block of the volume → twice the block of the journal's device with its newest
 *     contents, plus 1 where its first four bytes have to be put back
 * @param transactions how many were committed
 * @param nextSequence the number of the transaction after them
 */
record LogContents(NumberTable moved, long transactions, long nextSequence) {}
