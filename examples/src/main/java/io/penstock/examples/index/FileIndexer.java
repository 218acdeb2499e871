package io.penstock.examples.index;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.IoClass;
import io.penstock.file.IoLimits;
import io.penstock.file.SequentialReader;
import io.penstock.file.StreamOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Reads all files below a directory, each on a virtual thread of its own, and leaves the page cache
 * to those who need it. However many threads there are, the disk has a bounded number of operations
 * to do for them ({@link IoLimits}), so that others on the same disk do not wait behind.
 */
public final class FileIndexer {
  private static final int BUFFER_BYTES = 64 * 1024;

  /** Small chunks: most files are small, and there are many at a time. */
  private static final StreamOptions CHUNKS = new StreamOptions(2, BUFFER_BYTES);

  private final DirectFileOptions options;

  /**
   * An indexer.
   *
   * @param operations device operations that are outstanding at the same time, at least 1
   */
  public FileIndexer(int operations) {
    IoLimits disk = IoLimits.builder("indexer").operations(operations).build();
    options =
        DirectFileOptions.DEFAULT
            .withLimits(disk)
            .withIoClass(IoClass.BACKGROUND)
            .withBufferedFallback(true); // memory file systems have no direct I/O
  }

  /**
   * Reads all regular files below a directory; links are not followed.
   *
   * @throws IOException when one of them cannot be read
   */
  public WordIndex index(Path directory) throws IOException, InterruptedException {
    List<Path> files;
    try (Stream<Path> below = Files.walk(directory)) {
      files = below.filter(each -> Files.isRegularFile(each, NOFOLLOW_LINKS)).toList();
    }
    WordIndex index = new WordIndex();
    List<Future<?>> readers = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("indexer-", 0).factory())) {
      for (Path file : files) {
        readers.add(
            threads.submit(
                () -> {
                  read(file, index);
                  return null;
                }));
      }
    }
    for (Future<?> each : readers) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IOException("the index is not complete", e.getCause());
      }
    }
    return index;
  }

  private void read(Path path, WordIndex index) throws IOException {
    Set<String> words = new HashSet<>();
    try (DirectFile file = DirectFile.open(path, options, READ);
        SequentialReader bytes = file.reader(0, CHUNKS)) {
      WordSplitter splitter = new WordSplitter(words::add);
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
        splitter.take(buffer, read);
      }
      splitter.end();
      index.add(path, words, bytes.position());
    }
  }
}
