package io.penstock.ext4.proof;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Does to the names of a volume what one seed says, and the same to a model in memory: each call
 * has to succeed or to be refused as the model says, and in the end the trees have to be the same.
 * One directory gets most of the names, so that its hash tree grows.
 */
public final class NameExercise {
  private static final int SMALL = 40;

  private final Dice dice;
  private final Ext4Volume volume;
  private final int longNames;
  private final int mostValue;
  private final ModelNode top;
  private final List<ModelNode> directories = new ArrayList<>();
  private final ModelNode large;
  private final Map<Errno, Integer> refused = new EnumMap<>(Errno.class);
  private int operations;
  private int removals = 25;

  /** A call on the volume. */
  private interface Call {
    void run() throws IOException;
  }

  /**
   * An exercise on an empty volume.
   *
   * @param longNames how many of 100 names are as long as can be
   * @param mostValue bytes of values of attributes; 0 for no attributes
   */
  public NameExercise(long seed, Ext4Volume volume, int longNames, int mostValue)
      throws IOException {
    this(seed, volume, volume.root(), longNames, mostValue);
  }

  /** An exercise in an empty directory. */
  public NameExercise(
      long seed, Ext4Volume volume, Ext4Node directory, int longNames, int mostValue)
      throws IOException {
    dice = new Dice(seed);
    this.volume = volume;
    this.longNames = longNames;
    this.mostValue = mostValue;
    top = new ModelNode(FileKind.DIRECTORY, directory.inode().mode() & 07777, new byte[0]);
    top.number = directory.number();
    directories.add(top);
    large = add(top, Name.of("large"), new ModelNode(FileKind.DIRECTORY, 0755, new byte[0]));
    large.number = directory.createDirectory(Name.of("large"), 0755).number();
    directories.add(large);
  }

  private static ModelNode add(ModelNode directory, Name name, ModelNode node) {
    directory.children.put(name, node);
    if (node.isDirectory()) {
      node.parent = directory;
    }
    return node;
  }

  /** Removes more from now on than is added. */
  public NameExercise shrinking() {
    removals = 75;
    return this;
  }

  /** Does so many things. */
  public NameExercise run(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      operations++;
      try {
        step();
      } catch (IOException | RuntimeException | Error failure) {
        throw new IOException("operation " + operations + " failed", failure);
      }
    }
    return this;
  }

  /** What there should be, in words. */
  public String describe() {
    return top.describe();
  }

  /** What there is, in the same words. */
  public static String describe(Ext4Volume volume) throws IOException {
    return ModelNode.describe(volume.root());
  }

  /** Compares all with the model; how many names there are. */
  public long compare(Ext4Volume with) throws IOException {
    return top.compare(with.node(top.number), "");
  }

  /** How often what was refused. */
  public Map<Errno, Integer> refused() {
    return refused;
  }

  // --- choices ---

  private ModelNode anyDirectory() {
    return dice.percent(60) ? large : directories.get(dice.below(directories.size()));
  }

  private Name anyName() {
    if (dice.percent(longNames)) {
      byte[] name = new byte[255];
      java.util.Arrays.fill(name, (byte) 'l');
      byte[] number = Integer.toString(dice.below(SMALL * SMALL)).getBytes();
      System.arraycopy(number, 0, name, dice.below(200), number.length);
      return Name.of(name);
    }
    if (dice.oneIn(3)) {
      byte[] name = new byte[dice.between(1, 3)];
      for (int i = 0; i < name.length; i++) {
        int each = dice.between(1, 255);
        name[i] = (byte) (each == '/' || each == '.' ? 0xFF : each);
      }
      return Name.of(name);
    }
    return Name.of("name-" + dice.below(SMALL * SMALL));
  }

  /** A name that is there in three of four cases. */
  private Name nameIn(ModelNode directory) {
    if (directory.children.isEmpty() || dice.oneIn(4)) {
      return anyName();
    }
    Name found = directory.children.ceilingKey(anyName());
    return found == null ? directory.children.firstKey() : found;
  }

  private Ext4Node node(ModelNode model) throws IOException {
    return volume.node(model.number);
  }

  // --- operations ---

  private void step() throws IOException {
    ModelNode directory = anyDirectory();
    if (dice.percent(removals)) {
      remove(directory, nameIn(directory), dice.oneIn(3));
      return;
    }
    switch (dice.below(13)) {
      case 0, 1, 2, 3 -> create(directory, FileKind.REGULAR);
      case 4 -> create(directory, FileKind.DIRECTORY);
      case 5 -> create(directory, FileKind.SYMBOLIC_LINK);
      case 6, 7 -> link(directory);
      case 8, 9, 10 -> rename(directory);
      default -> attribute(directory, nameIn(directory));
    }
  }

  /** Does a call, and expects it to be refused with a number; null for not at all. */
  private boolean expect(@Nullable Errno expected, Call call) throws IOException {
    try {
      call.run();
    } catch (BlockIoException failure) {
      if (expected == null || !failure.is(expected)) {
        throw new IOException("expected " + (expected == null ? "success" : expected), failure);
      }
      refused.merge(expected, 1, Integer::sum);
      return false;
    }
    if (expected != null) {
      throw new IOException("succeeded, instead of " + expected);
    }
    return true;
  }

  private void create(ModelNode directory, FileKind kind) throws IOException {
    Name name = anyName();
    int permissions = kind == FileKind.SYMBOLIC_LINK ? 0777 : dice.below(01000);
    byte[] target = new byte[kind == FileKind.SYMBOLIC_LINK ? dice.pickInt(1, 59, 60, 61, 900) : 0];
    java.util.Arrays.fill(target, (byte) dice.between('a', 'z'));
    ModelNode made = new ModelNode(kind, permissions, target);
    made.uid = directory.uid;
    boolean done =
        expect(
            directory.children.containsKey(name) ? Errno.EEXIST : null,
            () -> {
              Ext4Node parent = node(directory);
              Ext4Node node =
                  switch (kind) {
                    case DIRECTORY -> parent.createDirectory(name, permissions);
                    case SYMBOLIC_LINK -> parent.createSymbolicLink(name, target);
                    default -> parent.createFile(name, permissions);
                  };
              made.number = node.number();
            });
    if (done) {
      add(directory, name, made);
      if (kind == FileKind.DIRECTORY) {
        directories.add(made);
      }
    }
  }

  private void link(ModelNode directory) throws IOException {
    ModelNode source = anyDirectory();
    ModelNode node = source.children.get(nameIn(source));
    if (node == null) {
      return;
    }
    Name name = anyName();
    Errno expected =
        directory.children.containsKey(name)
            ? Errno.EEXIST
            : node.isDirectory() ? Errno.EPERM : null;
    if (expect(expected, () -> node(directory).link(name, node(node)))) {
      node.names++;
      add(directory, name, node);
    }
  }

  private void remove(ModelNode directory, Name name, boolean asDirectory) throws IOException {
    ModelNode node = directory.children.get(name);
    if (node == large) {
      return;
    }
    Errno expected = null;
    if (node == null) {
      expected = Errno.ENOENT;
    } else if (node.isDirectory() != asDirectory) {
      expected = asDirectory ? Errno.ENOTDIR : Errno.EISDIR;
    } else if (!node.children.isEmpty()) {
      expected = Errno.ENOTEMPTY;
    }
    Ext4Node parent = node(directory);
    boolean done =
        expect(
            expected,
            () -> {
              if (asDirectory) {
                parent.removeDirectory(name);
              } else {
                parent.unlink(name);
              }
            });
    if (done) {
      forget(directory, name);
    }
  }

  private void forget(ModelNode directory, Name name) {
    ModelNode node = directory.children.remove(name);
    if (node != null) {
      node.names--;
      directories.remove(node);
    }
  }

  private void rename(ModelNode from) throws IOException {
    ModelNode to = dice.oneIn(3) ? from : anyDirectory();
    Name name = nameIn(from);
    Name newName = dice.oneIn(3) ? nameIn(to) : anyName();
    boolean replaces = !dice.oneIn(4);
    ModelNode moved = from.children.get(name);
    ModelNode lost = to.children.get(newName);
    if (moved == large || lost == large) {
      return;
    }
    boolean done =
        expect(
            renameRefusal(to, moved, lost, replaces),
            () -> volume.rename(node(from), name, node(to), newName, replaces));
    if (done && moved != null && moved != lost) {
      if (lost != null) {
        forget(to, newName);
      }
      from.children.remove(name);
      add(to, newName, moved);
    }
  }

  private static @Nullable Errno renameRefusal(
      ModelNode to, @Nullable ModelNode moved, @Nullable ModelNode lost, boolean replaces) {
    if (moved == null) {
      return Errno.ENOENT;
    }
    if (moved.isDirectory() && to.isBelow(moved)) {
      return Errno.EINVAL;
    }
    if (lost == null || lost == moved) {
      return null;
    }
    if (!replaces) {
      return Errno.EEXIST;
    }
    if (moved.isDirectory() != lost.isDirectory()) {
      return moved.isDirectory() ? Errno.ENOTDIR : Errno.EISDIR;
    }
    return lost.children.isEmpty() ? null : Errno.ENOTEMPTY;
  }

  private void attribute(ModelNode directory, Name name) throws IOException {
    ModelNode node = directory.children.get(name);
    if (node == null) {
      return;
    }
    if (mostValue == 0 || dice.oneIn(3)) {
      int permissions = dice.below(010000);
      long uid = dice.oneIn(2) ? dice.below(1000) : 100_000L + dice.below(1000);
      if (node.kind == FileKind.DIRECTORY || node.kind == FileKind.REGULAR) {
        node(node).setPermissions(permissions & 05777); // a set group would be inherited
        node.permissions = permissions & 05777;
      }
      node(node).setOwner(uid, -1);
      node.uid = uid;
      return;
    }
    String prefix = dice.pick("user.", "trusted.", "security.");
    String attribute = prefix + dice.pick("a", "b", "longer-name", "ümlaut");
    boolean users = prefix.equals("user.");
    boolean mayHave = !users || node.kind == FileKind.REGULAR || node.isDirectory();
    if (dice.oneIn(3)) {
      Errno expected = node.attributes.containsKey(attribute) ? null : Errno.ENODATA;
      if (expect(expected, () -> node(node).removeAttribute(attribute))) {
        node.attributes.remove(attribute);
      }
      return;
    }
    byte[] value = new byte[dice.below(mostValue)];
    java.util.Arrays.fill(value, (byte) dice.below(256));
    try {
      if (expect(mayHave ? null : Errno.EPERM, () -> node(node).setAttribute(attribute, value))) {
        node.attributes.put(attribute, value);
      }
    } catch (IOException failure) {
      // what does not fit beside the others is refused; that it really does not fit is seen by
      // those that do
      if (!(failure.getCause() instanceof BlockIoException cause) || !cause.is(Errno.ENOSPC)) {
        throw failure;
      }
      refused.merge(Errno.ENOSPC, 1, Integer::sum);
    }
  }
}
