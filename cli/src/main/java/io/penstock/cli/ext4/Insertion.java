package io.penstock.cli.ext4;

import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.NewNode;
import io.penstock.file.Engines;
import io.penstock.file.HostRanges;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;

/**
 * Copies files from the host to a volume: data, holes, hard and symbolic links, special files,
 * owners, permissions, times, attributes of users. Only creates: a name that is there already is an
 * error. What a volume cannot have is left out, with a note. Not thread-safe.
 */
final class Insertion {
  private final Ext4Volume volume;
  private final TreeCopy told;
  private final Map<Object, Ext4Node> linked = new HashMap<>();

  Insertion(Ext4Volume volume, TreeCopy told) {
    this.volume = volume;
    this.told = told;
  }

  /** Copies what a path leads to, and all below it, to a new name. */
  void copy(Path source, Ext4Node directory, Name name) throws IOException {
    told.name();
    HostStatus status = HostStatus.of(source);
    FileKind kind = status.kind();
    boolean again = kind != FileKind.DIRECTORY && status.links() > 1;
    Ext4Node first = again ? linked.get(status.key()) : null;
    if (first != null) {
      directory.link(name, first);
      told.pass(kind == FileKind.REGULAR ? status.size() : 0);
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
          told.leaveOut(source, "its target is no text");
          yield null;
        }
        yield NewNode.link(target.toString().getBytes(StandardCharsets.UTF_8));
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
          NewNode.device(kind, status.permissions(), status.major(), status.minor());
      case UNKNOWN -> {
        told.leaveOut(source, "it is of a kind that there is not on volumes");
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
          told.reached(end);
        }
        at = end;
      }
      if (out.size() < size) { // a hole at the end
        out.truncate(size);
      }
      told.pass(size);
    }
  }

  private void data(HostDevice device, long from, long end, Ext4File out) throws IOException {
    int unit = device.limits().logicalBlock();
    for (long at = from; at < end; ) {
      long wanted = Math.min(TreeCopy.CHUNK, end - at);
      DeviceIo.read(device, at, told.memory(Math.ceilDiv(wanted, unit) * unit));
      out.write(told.memory(wanted), at);
      at += wanted;
      told.moved(wanted, at);
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
}
