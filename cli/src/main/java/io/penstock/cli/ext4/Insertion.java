package io.penstock.cli.ext4;

import io.penstock.cli.copy.CopyProgress;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.memory.IoArena;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.NewNode;
import io.penstock.file.Engines;
import io.penstock.file.HostRanges;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies files from the host to a volume: data, holes, hard and symbolic links, special files,
 * owners, permissions, times, attributes of users. Only creates: a name that is there already is an
 * error. What a volume cannot have is left out, with a note. Not thread-safe.
 */
final class Insertion implements AutoCloseable {
  private static final int CHUNK = 4 << 20;
  private static final int ALIGNMENT = 4096;

  private final Ext4Volume volume;
  private final CopyProgress progress;
  private final Consumer<String> notes;
  private final IoArena arena = IoArena.ofShared();
  private final MemorySegment memory = arena.allocate(CHUNK, ALIGNMENT);
  private final Map<Object, Ext4Node> linked = new HashMap<>();
  private long names;
  private long bytes;
  private long passed;
  private long leftOut;

  Insertion(Ext4Volume volume, CopyProgress progress, Consumer<String> notes) {
    this.volume = volume;
    this.progress = progress;
    this.notes = notes;
  }

  long names() {
    return names;
  }

  long bytes() {
    return bytes;
  }

  long leftOut() {
    return leftOut;
  }

  private void leaveOut(Path source, String why) {
    leftOut++;
    notes.accept(source + " is left out: " + why);
  }

  /** Copies what a path leads to, and all below it, to a new name. */
  void copy(Path source, Ext4Node directory, Name name) throws IOException {
    names++;
    HostStatus status = HostStatus.of(source);
    FileKind kind = status.kind();
    boolean again = kind != FileKind.DIRECTORY && status.links() > 1;
    Ext4Node first = again ? linked.get(status.key()) : null;
    if (first != null) {
      directory.link(name, first);
      passed += kind == FileKind.REGULAR ? status.size() : 0;
      return;
    }
    NewNode wanted = newNode(source, status);
    if (wanted == null) {
      return;
    }
    Ext4Node made = directory.create(name, wanted.ownedBy(status.uid(), status.gid()));
    if (again) {
      linked.put(status.key(), made);
    }
    if (kind == FileKind.REGULAR) {
      contents(source, made);
    } else if (kind == FileKind.DIRECTORY) {
      below(source, made);
    }
    attributes(source, status, made);
  }

  private @Nullable NewNode newNode(Path source, HostStatus status) throws IOException {
    FileKind kind = status.kind();
    return switch (kind) {
      case SYMBOLIC_LINK -> {
        Path target = Files.readSymbolicLink(source);
        if (!Path.of(target.toString()).equals(target)) {
          leaveOut(source, "its target is no text");
          yield null;
        }
        yield NewNode.link(target.toString().getBytes(StandardCharsets.UTF_8));
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
          NewNode.device(kind, status.permissions(), status.major(), status.minor());
      case UNKNOWN -> {
        leaveOut(source, "it is of a kind that there is not on volumes");
        yield null;
      }
      case REGULAR, DIRECTORY, FIFO, SOCKET -> NewNode.of(kind, status.permissions());
    };
  }

  private void below(Path source, Ext4Node made) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(source)) {
      for (Path each : stream) {
        copy(each, made, HostNames.last(each));
      }
    }
  }

  // --- contents ---

  private void contents(Path source, Ext4Node made) throws IOException {
    OpenMode mode = OpenMode.READ.withBufferedFallback(true);
    try (HostDevice device = Engines.open(source, Engines.AUTO, mode);
        Ext4File out = made.open()) {
      long size = device.length();
      int block = Math.max(volume.geometry().blockSize(), device.limits().logicalBlock());
      HostRanges ranges = new HostRanges(device, block);
      for (long at = 0; at < size; ) {
        HostRanges.Range range = ranges.at(at);
        long end = Math.min(range.end(), size);
        if (range.isData()) {
          data(device, at, end, out);
        } else {
          progress.reached(passed + end);
        }
        at = end;
      }
      if (out.size() < size) { // a hole at the end
        out.truncate(size);
      }
      passed += size;
      progress.reached(passed);
    }
  }

  private void data(HostDevice device, long from, long end, Ext4File out) throws IOException {
    int unit = device.limits().logicalBlock();
    for (long at = from; at < end; ) {
      long wanted = Math.min(CHUNK, end - at);
      DeviceIo.read(device, at, memory.asSlice(0, Math.ceilDiv(wanted, unit) * unit));
      out.write(memory.asSlice(0, wanted), at);
      at += wanted;
      bytes += wanted;
      progress.reached(passed + at);
    }
  }

  // --- attributes ---

  private static void attributes(Path source, HostStatus status, Ext4Node made) throws IOException {
    if (status.kind() == FileKind.REGULAR || status.kind() == FileKind.DIRECTORY) {
      UserDefinedFileAttributeView users =
          Files.getFileAttributeView(
              source, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      if (users != null && Files.getFileStore(source).supportsFileAttributeView("user")) {
        for (String each : users.list()) {
          ByteBuffer value = ByteBuffer.allocate(users.size(each));
          int length = users.read(each, value);
          made.setAttribute("user." + each, Arrays.copyOf(value.array(), length));
        }
      }
      // a group that is inherited is not what the host has
      made.setPermissions(status.permissions());
      made.setOwner(status.uid(), status.gid());
    }
    made.setTimes(status.modified(), status.accessed(), null);
  }

  @Override
  public void close() {
    arena.close();
  }
}
