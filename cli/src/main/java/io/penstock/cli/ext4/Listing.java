package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Words for what an inode is. */
final class Listing {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Listing() {}

  /** Kind and permissions: {@code -rwxr-xr-x}. */
  static String mode(Inode inode) {
    char[] text = "?rwxrwxrwx".toCharArray();
    text[0] = inode.kind().sign();
    for (int bit = 0; bit < 9; bit++) {
      if ((inode.mode() & 1 << bit) == 0) {
        text[9 - bit] = '-';
      }
    }
    special(text, 3, (inode.mode() & 04000) != 0, 's');
    special(text, 6, (inode.mode() & 02000) != 0, 's');
    special(text, 9, (inode.mode() & 01000) != 0, 't');
    return new String(text);
  }

  private static void special(char[] text, int at, boolean set, char letter) {
    if (set) {
      text[at] = text[at] == 'x' ? letter : Character.toUpperCase(letter);
    }
  }

  /** A line of a long listing. */
  static String line(Ext4Node node, String name) throws IOException {
    Inode inode = node.inode();
    boolean device =
        inode.kind() == FileKind.BLOCK_DEVICE || inode.kind() == FileKind.CHARACTER_DEVICE;
    String size =
        device
            ? (inode.device() >>> 32) + ", " + (inode.device() & 0xFFFF_FFFFL)
            : Long.toString(inode.size());
    String target =
        inode.kind() == FileKind.SYMBOLIC_LINK ? " -> " + shown(Name.of(node.target())) : "";
    return String.format(
        Locale.ROOT,
        "%s %3d %6d %6d %12s %s %s%s",
        mode(inode),
        inode.links(),
        inode.uid(),
        inode.gid(),
        size,
        TIME.format(inode.modificationTime()),
        name,
        target);
  }

  /** A name that does no harm on a terminal: what cannot be printed is shown as its number. */
  static String shown(Name name) {
    if (name.isText() && name.toString().chars().noneMatch(Character::isISOControl)) {
      return name.toString();
    }
    StringBuilder text = new StringBuilder();
    for (byte each : name.bytes()) {
      if (each > 32 && each < 127 && each != '\\') {
        text.append((char) each);
      } else {
        text.append(String.format(Locale.ROOT, "\\x%02x", each & 0xFF));
      }
    }
    return text.toString();
  }
}
