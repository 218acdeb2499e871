package io.penstock.ext4;

import io.penstock.ext4.format.FileKind;

/**
 * A name in a directory and what it leads to.
 *
 * @param name the name
 * @param inode the number of the inode
 * @param kind what the entry says it is; {@link FileKind#UNKNOWN} on volumes whose entries do not
 *     say it
 */
public record DirectoryEntry(Name name, long inode, FileKind kind) {}
