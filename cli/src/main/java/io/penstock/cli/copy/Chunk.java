package io.penstock.cli.copy;

/**
 * A part of a file that is moved at once. Bytes.
 *
 * @param position from the start of the file, a multiple of the unit
 * @param length a multiple of the unit, so that the last chunk may reach past the end of the file
 */
record Chunk(long position, int length) {}
