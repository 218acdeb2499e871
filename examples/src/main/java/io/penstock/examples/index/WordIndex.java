package io.penstock.examples.index;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** Which files have a word. Words are of letters and digits, upper and lower case alike. */
public final class WordIndex {
  private final ConcurrentMap<String, Set<Path>> filesByWord = new ConcurrentHashMap<>();
  private final LongAdder files = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  WordIndex() {}

  void add(Path file, Set<String> words, long length) {
    for (String word : words) {
      filesByWord.computeIfAbsent(word, _ -> ConcurrentHashMap.newKeySet()).add(file);
    }
    files.increment();
    bytes.add(length);
  }

  /** The files that have the word, in order of their names. */
  public SortedSet<Path> filesWith(String word) {
    return new TreeSet<>(filesByWord.getOrDefault(word.toLowerCase(Locale.ROOT), Set.of()));
  }

  /** Number of files that were read. */
  public long files() {
    return files.sum();
  }

  /** Bytes of them. */
  public long bytes() {
    return bytes.sum();
  }

  /** Number of different words. */
  public int words() {
    return filesByWord.size();
  }
}
