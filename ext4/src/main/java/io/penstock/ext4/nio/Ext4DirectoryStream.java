package io.penstock.ext4.nio;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.format.DirectoryEntry;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The names in a directory, without the dots. Not thread-safe, but for its closing. */
final class Ext4DirectoryStream implements DirectoryStream<Path> {
  private final Ext4Path directory;
  private final Ext4Node.Entries entries;
  private final Filter<? super Path> filter;
  private boolean taken;
  private volatile boolean closed;

  Ext4DirectoryStream(Ext4Path directory, Ext4Node.Entries entries, Filter<? super Path> filter)
      throws IOException {
    this.directory = directory;
    this.entries = entries;
    this.filter = filter;
    directory.getFileSystem().use(this);
  }

  @Override
  public Iterator<Path> iterator() {
    if (closed || taken) {
      throw new IllegalStateException(
          closed ? "the stream is closed" : "a directory stream has one iterator; open another");
    }
    taken = true;
    return new Iterator<>() {
      private @Nullable Path next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = ahead();
        }
        return next != null;
      }

      @Override
      public Path next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Path path = java.util.Objects.requireNonNull(next);
        next = null;
        return path;
      }
    };
  }

  /** The next path that the filter lets pass; null at the end, and when the stream is closed. */
  private @Nullable Path ahead() {
    try {
      while (!closed) {
        DirectoryEntry entry = entries.next();
        if (entry == null) {
          return null;
        }
        if (!entry.name().isDots()) {
          Path path = directory.child(entry.name());
          if (filter.accept(path)) {
            return path;
          }
        }
      }
      return null;
    } catch (IOException failure) {
      throw new DirectoryIteratorException(JdkFailures.of(failure, directory));
    }
  }

  @Override
  public void close() {
    closed = true;
    directory.getFileSystem().release(this);
  }
}
