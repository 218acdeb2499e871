package io.penstock.ext4.proof;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.host.MemoryImage;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;

/**
 * Damages the metadata of a volume in memory, one seeded way after the other, and uses all of it:
 * each operation has to end, with an {@code IOException} or, where checksums protect the metadata,
 * with the right data.
 */
public final class DamageProof {
  private static final int SECTOR = 512;
  private static final long MOST_BYTES = 1 << 20;
  private static final long SECONDS = 120;

  private final BlockDevice device;
  private final boolean isProtected;
  private final List<Long> sectors;
  private final Map<String, String> before;
  private long refused;
  private long found;
  private long unnoticed;

  /**
   * A proof on a volume.
   *
   * @param isProtected whether it has metadata_csum
   */
  public DamageProof(BlockDevice device, boolean isProtected) throws Exception {
    this.device = device;
    this.isProtected = isProtected;
    Set<Long> metadata = new TreeSet<>();
    before = contents(new Recorder(device, metadata), true);
    // file data was read too: what the check alone reads is metadata
    metadata.clear();
    try (Ext4Volume volume = Ext4Volume.open(new Recorder(device, metadata), Ext4Options.READ)) {
      if (!volume.check().isClean()) {
        throw new IOException("the volume is damaged from the beginning");
      }
    }
    sectors = new ArrayList<>(metadata);
  }

  public long refused() {
    return refused;
  }

  public long found() {
    return found;
  }

  public long unnoticed() {
    return unnoticed;
  }

  public int sectors() {
    return sectors.size();
  }

  /** Remembers which sectors are read. */
  private static final class Recorder extends ForwardingDevice {
    private final Set<Long> sectors;

    Recorder(BlockDevice device, Set<Long> sectors) {
      super(device);
      this.sectors = sectors;
    }

    @Override
    public void submit(Bio bio) {
      for (long at = 0; at < bio.length(); at += SECTOR) {
        sectors.add(bio.deviceOffset() + at);
      }
      super.submit(bio);
    }

    @Override
    public void submit(Bio[] bios, int from, int to) {
      for (int i = from; i < to; i++) {
        submit(bios[i]);
      }
    }
  }

  /** One way of damage; throws when an operation does not end as it has to. */
  public void trial(long seed, long trial) throws Exception {
    Dice dice = Dice.of(seed, trial);
    List<Long> hit = new ArrayList<>();
    List<byte[]> good = new ArrayList<>();
    StringBuilder story = new StringBuilder();
    int wounds = dice.oneIn(4) ? 1 + dice.below(6) : 1;
    for (int i = 0; i < wounds; i++) {
      long sector = sectors.get(dice.below(sectors.size()));
      byte[] bytes = MemoryImage.read(device, sector, SECTOR);
      hit.add(sector);
      good.add(bytes.clone());
      story.append(wound(dice, bytes)).append(" at ").append(sector).append("; ");
      MemoryImage.write(device, sector, bytes);
    }
    try {
      timed(story.toString(), () -> use(story.toString()));
    } finally {
      for (int i = hit.size() - 1; i >= 0; i--) {
        MemoryImage.write(device, hit.get(i), good.get(i));
      }
    }
  }

  private String wound(Dice dice, byte[] bytes) throws IOException {
    int at = dice.below(SECTOR / 4) * 4;
    switch (dice.below(6)) {
      case 0 -> {
        bytes[dice.below(SECTOR)] ^= (byte) (1 << dice.below(8));
        return "a bit";
      }
      case 1 -> {
        java.util.Arrays.fill(bytes, (byte) 0);
        return "zeros";
      }
      case 2 -> {
        java.util.Arrays.fill(bytes, (byte) 0xFF);
        return "ones";
      }
      case 3 -> {
        int value = dice.pickInt(0, 1, 2, 11, 0x7FFFFFFF, -1, -2, 0x10000, 65535, 1 << 20);
        for (int i = 0; i < 4; i++) {
          bytes[at + i] = (byte) (value >>> (8 * i));
        }
        return "the number " + value + " in byte " + at;
      }
      case 4 -> {
        byte[] other = MemoryImage.read(device, sectors.get(dice.below(sectors.size())), SECTOR);
        System.arraycopy(other, 0, bytes, 0, SECTOR);
        return "another sector";
      }
      default -> {
        for (int i = at; i < Math.min(SECTOR, at + 8); i++) {
          bytes[i] = (byte) dice.below(256);
        }
        return "eight bytes at " + at;
      }
    }
  }

  private static void timed(String story, Callable<Void> action) throws Exception {
    FutureTask<Void> task = new FutureTask<>(action);
    Thread thread = Thread.ofPlatform().name("damage").daemon(true).start(task);
    try {
      task.get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      IllegalStateException hangs = new IllegalStateException("hangs after " + story);
      hangs.setStackTrace(thread.getStackTrace());
      throw hangs;
    } catch (ExecutionException e) {
      throw new IllegalStateException("after " + story + e.getCause(), e.getCause());
    }
  }

  private Void use(String story) throws Exception {
    Map<String, String> after;
    try {
      after = contents(device, false);
    } catch (IOException e) {
      refused++; // the volume as a whole
      return null;
    }
    boolean noticed = false;
    for (Map.Entry<String, String> each : before.entrySet()) {
      String now = after.get(each.getKey());
      if (now == null || now.startsWith("!")) {
        noticed = true;
      } else if (isProtected && !now.equals(each.getValue())) {
        throw new IllegalStateException(
            each.getKey() + " was " + each.getValue() + " and is " + now + " after " + story);
      }
    }
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
      noticed |= !volume.check().isClean();
    } catch (IOException e) {
      noticed = true;
    }
    if (noticed) {
      found++;
    } else {
      unnoticed++;
    }
    return null;
  }

  /** Path → what is there, or an exclamation mark and the error. */
  private static Map<String, String> contents(BlockDevice device, boolean strict) throws Exception {
    Map<String, String> all = new TreeMap<>();
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
      volume.space();
      node(volume, volume.root(), "", all, new HashSet<>(), strict);
    }
    return all;
  }

  private static void node(
      Ext4Volume volume,
      Ext4Node node,
      String path,
      Map<String, String> all,
      Set<Long> seen,
      boolean strict)
      throws IOException {
    try {
      StringBuilder text = new StringBuilder();
      text.append(node.inode().mode()).append(' ').append(node.inode().size());
      for (String each : node.attributeNames()) {
        byte[] value = node.attribute(each);
        text.append(' ').append(each).append('=').append(java.util.Arrays.hashCode(value));
      }
      if (node.kind() == FileKind.REGULAR) {
        node.runs(run -> {});
        text.append(' ').append(data(node));
      } else if (node.kind() == FileKind.SYMBOLIC_LINK) {
        text.append(" -> ").append(new String(node.target()));
      }
      all.put(path, text.toString());
      if (node.kind() == FileKind.DIRECTORY && seen.add(node.number())) {
        Ext4Node.Entries entries = node.entries();
        for (DirectoryEntry each = entries.next(); each != null; each = entries.next()) {
          if (!each.name().isDots()) {
            String below = path + "/" + each.name();
            child(volume, node, each, below, all, seen, strict);
          }
        }
      }
    } catch (IOException e) {
      if (strict) {
        throw e;
      }
      all.put(path, "!" + e.getMessage());
    }
  }

  private static void child(
      Ext4Volume volume,
      Ext4Node node,
      DirectoryEntry entry,
      String path,
      Map<String, String> all,
      Set<Long> seen,
      boolean strict)
      throws IOException {
    try {
      node.find(entry.name());
      node(volume, volume.node(entry.inode()), path, all, seen, strict);
    } catch (IOException e) {
      if (strict) {
        throw e;
      }
      all.put(path, "!" + e.getMessage());
    }
  }

  private static String data(Ext4Node node) throws IOException {
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[64 << 10];
    try (Ext4File file = node.open()) {
      for (long at = 0; at < Math.min(MOST_BYTES, file.size()); at += chunk.length) {
        long read = file.read(MemorySegment.ofArray(chunk), at);
        if (read > 0) {
          crc.update(chunk, 0, (int) read);
        }
      }
      if (file.size() > MOST_BYTES) { // and what is at the end
        file.read(MemorySegment.ofArray(chunk).asSlice(0, 1000), file.size() - 10);
        crc.update(MemorySegment.ofArray(chunk).get(ValueLayout.JAVA_BYTE, 0));
      }
    }
    return Long.toHexString(crc.getValue());
  }
}
