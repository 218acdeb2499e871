package io.penstock.ext4.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.penstock.ext4.host.Image;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What java.nio.file does on a volume is what it does on this host's own file system: the same
 * calls, as a seed says, have the same outcome in both, be it an exception, and leave the same.
 */
class SameAsTheHostTest {
  private static final long SEED = Long.getLong("penstock.seed", 20261126);
  private static final int OPERATIONS = Integer.getInteger("penstock.operations", 3000);
  private static final int STEPS = Integer.getInteger("penstock.steps", 100);
  private static final String[] NAMES = {"a", "b", "c", "dd", "é"};

  @TempDir Path directory;
  private Dice dice;
  private Path host;
  private Path volume;
  private final Map<String, Integer> outcomes = new TreeMap<>();

  /** A call on a path below one of the two tops. */
  private interface Call {
    Object on(Path top) throws IOException;
  }

  private String failures = "";

  private String outcome(Call call, Path top) {
    try {
      return String.valueOf(call.on(top));
    } catch (IOException | RuntimeException failure) {
      failures += ", " + failure;
      // the host is not of one mind about which of these two it throws
      return failure.getClass() == FileSystemException.class
          ? IOException.class.getSimpleName()
          : failure.getClass().getSimpleName();
    }
  }

  private void alike(String what, Call call) throws IOException {
    failures = "";
    String expected = outcome(call, host);
    String found = outcome(call, volume);
    if (!expected.equals(found)) {
      fail(what + ": " + found + " instead of " + expected + failures + " with " + tree(host));
    }
    if (expected.endsWith("Exception")) {
      outcomes.merge(expected, 1, Integer::sum);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-t ext4", "-t ext2 -b 1024"})
  void callsHaveTheSameOutcome(String options) throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed), mke2fs " + options);
    dice = new Dice(SEED);
    host = Files.createDirectory(directory.resolve("host"));
    try (Image image = Image.blank(directory, 32L << 20).format(options.split(" "))) {
      try (FileSystem opened =
          FileSystems.newFileSystem(image.file(), Map.of("accessMode", "readWrite"))) {
        volume = Files.createDirectory(opened.getPath("/top"));
        for (int i = 0; i < OPERATIONS; i++) {
          step(i);
          if (i % STEPS == 0) {
            compare();
          }
        }
        compare();
      }
      image.assertWhole();
      try (FileSystem opened = FileSystems.newFileSystem(image.file())) {
        volume = opened.getPath("/top");
        compare();
      }
    }
    System.out.println(outcomes);
    assertTrue(outcomes.size() >= 5, () -> "only " + outcomes);
  }

  // --- what is done ---

  private String anyPath() {
    StringBuilder path = new StringBuilder(dice.pick(NAMES));
    while (dice.oneIn(2)) {
      path.append('/').append(dice.pick(NAMES));
    }
    return path.toString();
  }

  private void step(int index) throws IOException {
    String path = anyPath();
    String other = anyPath();
    switch (dice.below(16)) {
      case 0, 1, 2 -> write(index, path);
      case 3, 4 ->
          alike(
              "directory " + path, top -> top.relativize(Files.createDirectory(top.resolve(path))));
      case 5 -> alike("file " + path, top -> top.relativize(Files.createFile(top.resolve(path))));
      case 6, 7 ->
          alike(
              "delete " + path,
              top -> {
                Files.delete(top.resolve(path));
                return "done";
              });
      case 8, 9 -> move(path, other);
      case 10, 11 -> copy(path, other);
      case 12 ->
          alike(
              "link " + path + " to " + other,
              top -> top.relativize(Files.createLink(top.resolve(path), top.resolve(other))));
      case 13 ->
          alike(
              "symbolic link " + path + " to " + other,
              top ->
                  top.relativize(
                      Files.createSymbolicLink(
                          top.resolve(path), top.getFileSystem().getPath(other))));
      case 14 -> attributes(path);
      default -> look(path, other);
    }
  }

  private void write(int index, String path) throws IOException {
    Set<OpenOption> options = new HashSet<>();
    options.add(StandardOpenOption.WRITE);
    for (StandardOpenOption each :
        List.of(
            StandardOpenOption.APPEND,
            StandardOpenOption.CREATE,
            StandardOpenOption.CREATE,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.SYNC,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      if (dice.oneIn(each == StandardOpenOption.CREATE ? 2 : 6)) {
        options.add(each);
      }
    }
    if (dice.oneIn(8)) {
      options.add(LinkOption.NOFOLLOW_LINKS);
    }
    byte[] data = (index + "-").repeat(1 + dice.below(dice.oneIn(5) ? 3000 : 30)).getBytes();
    long at = dice.oneIn(4) ? dice.below(20_000) : 0;
    long cut = dice.oneIn(5) ? dice.below(20_000) : -1;
    alike(
        "write " + path + " " + options + " at " + at,
        top -> {
          try (FileChannel channel = FileChannel.open(top.resolve(path), options)) {
            channel.position(at);
            int written = channel.write(ByteBuffer.wrap(data));
            if (cut >= 0) {
              channel.truncate(cut);
            }
            String read = "";
            if (options.contains(StandardOpenOption.READ)) {
              ByteBuffer back = ByteBuffer.allocate(50);
              read = channel.read(back, at / 2) + " " + java.util.Arrays.hashCode(back.array());
            }
            return written + " " + channel.position() + " " + channel.size() + " " + read;
          }
        });
  }

  private CopyOption[] some(CopyOption... all) {
    List<CopyOption> options = new ArrayList<>();
    for (CopyOption each : all) {
      if (dice.oneIn(2)) {
        options.add(each);
      }
    }
    return options.toArray(CopyOption[]::new);
  }

  private void move(String path, String other) throws IOException {
    CopyOption[] options =
        dice.oneIn(6)
            ? new CopyOption[] {StandardCopyOption.ATOMIC_MOVE}
            : some(StandardCopyOption.REPLACE_EXISTING);
    if (leadsBelowItself(path, other)) {
      return;
    }
    alike(
        "move " + path + " to " + other + " " + List.of(options),
        top -> {
          try {
            return top.relativize(Files.move(top.resolve(path), top.resolve(other), options));
          } catch (DirectoryNotEmptyException failure) {
            // of an atomic move the host only says that it failed
            throw options.length > 0 && options[0] == StandardCopyOption.ATOMIC_MOVE
                ? new FileSystemException(failure.getFile())
                : failure;
          }
        });
  }

  /** What would get below itself is refused by both; the host has removed the target before. */
  private boolean leadsBelowItself(String path, String other) {
    try {
      Path parent = host.resolve(other).getParent().toRealPath();
      return parent.startsWith(host.resolve(path).toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  private void copy(String path, String other) throws IOException {
    CopyOption[] options =
        some(
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES,
            LinkOption.NOFOLLOW_LINKS);
    alike(
        "copy " + path + " to " + other + " " + List.of(options),
        top -> top.relativize(Files.copy(top.resolve(path), top.resolve(other), options)));
  }

  private void attributes(String path) throws IOException {
    int mode = dice.below(01000);
    FileTime time = FileTime.fromMillis(1_000_000_000_000L + 1000L * dice.below(100_000_000));
    alike(
        "permissions of " + path,
        top ->
            top.relativize(
                Files.setPosixFilePermissions(
                    top.resolve(path), NodeAttributes.permissions(mode | 0600))));
    alike(
        "time of " + path,
        top -> top.relativize(Files.setLastModifiedTime(top.resolve(path), time)));
  }

  private void look(String path, String other) throws IOException {
    alike(
        "size of " + path,
        top -> Files.isDirectory(top.resolve(path)) ? 0 : Files.size(top.resolve(path)));
    alike("target of " + path, top -> Files.readSymbolicLink(top.resolve(path)));
    // the host lets a directory be opened like a file, and then not be read
    alike(
        "contents of " + path,
        top ->
            Files.isDirectory(top.resolve(path))
                ? 0
                : Files.readString(top.resolve(path)).hashCode());
    alike("sameness of " + path, top -> Files.isSameFile(top.resolve(path), top.resolve(other)));
    alike(
        "real path of " + path, top -> top.toRealPath().relativize(top.resolve(path).toRealPath()));
    alike(
        "list of " + path,
        top -> {
          try (Stream<Path> all = Files.list(top.resolve(path))) {
            return all.map(each -> top.relativize(each).toString()).sorted().toList();
          }
        });
  }

  // --- what is left ---

  private void compare() throws IOException {
    assertEquals(tree(host), tree(volume));
  }

  private static Map<String, String> tree(Path top) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    List<Path> all;
    try (Stream<Path> walk = Files.walk(top)) {
      all = walk.toList();
    }
    for (Path each : all) {
      Map<String, Object> attributes =
          Files.readAttributes(
              each, "unix:mode,nlink,uid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
      StringBuilder text =
          new StringBuilder()
              .append(Integer.toOctalString((Integer) attributes.get("mode")))
              .append(' ')
              .append(attributes.get("uid"));
      FileTime time = (FileTime) attributes.get("lastModifiedTime");
      if (time.toMillis() < 1_200_000_000_000L) { // it was set, and not by a write
        text.append(' ').append(time);
      }
      if (Files.isSymbolicLink(each)) {
        text.append(" -> ").append(Files.readSymbolicLink(each));
      } else if (Files.isDirectory(each)) {
        text.append(' ').append(links(each));
      } else {
        text.append(' ').append(attributes.get("nlink"));
        text.append(' ').append(java.util.Arrays.hashCode(Files.readAllBytes(each)));
      }
      tree.put(top.relativize(each).toString(), text.toString());
    }
    return tree;
  }

  /** The host's file system may count the links of directories otherwise, or not at all. */
  private static long links(Path path) throws IOException {
    try (Stream<Path> below = Files.list(path)) {
      return below.count();
    }
  }
}
