package io.penstock.ext4.nio;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * How a file is opened, checked as {@link java.nio.channels.FileChannel#open} says. Immutable.
 *
 * @param path the file
 * @param reads whether it is read
 * @param writes whether it is written
 * @param appends whether every write goes to its end
 * @param truncates whether it is cut to nothing first
 * @param creates whether it is created when it is not there
 * @param isNew whether it must not be there
 * @param deletes whether its name is removed when it is closed
 * @param syncs whether every write is durable when it returns
 * @param follows whether a symbolic link at the end of the path is followed
 */
record OpenOptions(
    Ext4Path path,
    boolean reads,
    boolean writes,
    boolean appends,
    boolean truncates,
    boolean creates,
    boolean isNew,
    boolean deletes,
    boolean syncs,
    boolean follows) {

  static OpenOptions of(Ext4Path path, Set<? extends OpenOption> given) {
    for (OpenOption each : given) {
      if (!(each instanceof StandardOpenOption) && each != LinkOption.NOFOLLOW_LINKS) {
        throw new UnsupportedOperationException("there is no option " + each + " here");
      }
    }
    boolean appends = given.contains(StandardOpenOption.APPEND);
    boolean writes = appends || given.contains(StandardOpenOption.WRITE);
    boolean reads = given.contains(StandardOpenOption.READ);
    boolean truncates = given.contains(StandardOpenOption.TRUNCATE_EXISTING);
    if (appends && (reads || truncates)) {
      throw new IllegalArgumentException(
          "APPEND goes neither with READ nor with TRUNCATE_EXISTING");
    }
    boolean deletes = given.contains(StandardOpenOption.DELETE_ON_CLOSE);
    boolean isNew = writes && given.contains(StandardOpenOption.CREATE_NEW);
    return new OpenOptions(
        path,
        reads || !writes,
        writes,
        appends,
        writes && truncates,
        writes && given.contains(StandardOpenOption.CREATE),
        isNew,
        deletes,
        given.contains(StandardOpenOption.SYNC) || given.contains(StandardOpenOption.DSYNC),
        !isNew && !deletes && !given.contains(LinkOption.NOFOLLOW_LINKS));
  }

  /** Removes the name, if it was to be. */
  void afterClose() throws IOException {
    if (deletes && path.getFileSystem().isOpen()) {
      try {
        new Changes(path.getFileSystem()).delete(path);
      } catch (NoSuchFileException e) {
        // somebody else has removed it
      }
    }
  }
}
