package io.penstock.ext4.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.testkit.Dice;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths on a volume follow the rules of this host's own, beside which all is done here. */
class Ext4PathTest {
  private static final long SEED = Long.getLong("penstock.seed", 20261126);
  private static final int ROUNDS = 20_000;
  private static final String[] PARTS = {"a", "b", "ab", ".", "..", "..", "a.b", "", "/"};

  @TempDir static Path directory;
  private static VolumeFixture fixture;

  @BeforeAll
  static void makeVolume() throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed)");
    fixture = new VolumeFixture(directory);
  }

  @AfterAll
  static void removeVolume() throws Exception {
    if (fixture != null) {
      fixture.close();
    }
  }

  private static String any(Dice dice) {
    StringBuilder text = new StringBuilder(dice.oneIn(3) ? "/" : "");
    for (int i = dice.below(5); i > 0; i--) {
      text.append(dice.pick(PARTS)).append(dice.oneIn(6) ? "//" : "/");
    }
    if (text.length() > 1 && dice.oneIn(2)) {
      text.setLength(text.length() - 1);
    }
    return text.toString();
  }

  /** What a call gives as text, or that it refuses. */
  private static String outcome(Function<Path, Object> call, Path path) {
    try {
      return String.valueOf(call.apply(path));
    } catch (IllegalArgumentException e) {
      return "refused";
    }
  }

  private static void alike(String what, String text, Function<Path, Object> call) {
    assertEquals(
        outcome(call, Path.of(text)),
        outcome(call, fixture.path(text)),
        () -> what + " of '" + text + "'");
  }

  @Test
  void partsOfPathsAreThoseOfTheHosts() {
    Dice dice = new Dice(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      String text = any(dice);
      int from = dice.below(4);
      int to = dice.below(5);
      alike("text", text, Path::toString);
      alike("absolute", text, Path::isAbsolute);
      alike("root", text, Path::getRoot);
      alike("file name", text, Path::getFileName);
      alike("parent", text, Path::getParent);
      alike("count", text, Path::getNameCount);
      alike("normalization", text, Path::normalize);
      alike("name " + from, text, path -> path.getName(from));
      alike("names " + from + " to " + to, text, path -> path.subpath(from, to));
      alike("all names", text, Ext4PathTest::iterated);
    }
  }

  private static List<String> iterated(Path path) {
    List<String> names = new ArrayList<>();
    path.forEach(each -> names.add(each.toString()));
    return names;
  }

  @Test
  void pathsMeetOthersAsTheHostsDo() {
    Dice dice = new Dice(SEED + 1);
    for (int i = 0; i < ROUNDS; i++) {
      String text = any(dice);
      String other = any(dice);
      alike("resolution against " + other, text, path -> path.resolve(other));
      alike("sibling " + other, text, path -> path.resolveSibling(other));
      alike("beginning with " + other, text, path -> path.startsWith(other));
      alike("end with " + other, text, path -> path.endsWith(other));
      alike("sameness with " + other, text, path -> path.equals(same(path, other)));
      alike("order with " + other, text, path -> Integer.signum(path.compareTo(same(path, other))));
    }
  }

  private static Path same(Path path, String other) {
    return path.getFileSystem().getPath(other);
  }

  @Test
  void relativePathsLeadWhereTheyShould() {
    Dice dice = new Dice(SEED + 2);
    for (int i = 0; i < ROUNDS; i++) {
      String text = any(dice);
      String other = any(dice);
      alike("way to " + other, text, path -> path.relativize(same(path, other)));
    }
  }

  @Test
  void globsMatchWhatTheHostsDo() {
    Dice dice = new Dice(SEED + 3);
    String[] pieces = {
      "*", "**", "?", "[a-b]", "[!a]", "{a,b}", "{a*,?b}", "a", ".", "/", "\\*", "b"
    };
    int matched = 0;
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder glob = new StringBuilder("glob:");
      for (int j = dice.below(5); j >= 0; j--) {
        glob.append(dice.pick(pieces));
      }
      String text = any(dice);
      PathMatcher ours = fixture.volume.getPathMatcher(glob.toString());
      PathMatcher host = Path.of("").getFileSystem().getPathMatcher(glob.toString());
      boolean expected = host.matches(Path.of(text));
      matched += expected ? 1 : 0;
      assertEquals(expected, ours.matches(fixture.path(text)), () -> glob + " with " + text);
    }
    System.out.println(matched + " of " + ROUNDS + " matched");
  }

  @Test
  void namesOfAnyBytesHaveATextAndAUriThatLeadBack() {
    Dice dice = new Dice(SEED + 4);
    Ext4FileSystem volume = (Ext4FileSystem) fixture.volume;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = new byte[dice.below(12) + 1];
      bytes[0] = '/';
      for (int j = 1; j < bytes.length; j++) {
        byte each =
            (byte) (dice.oneIn(3) ? dice.pickInt(0xED, 0xB2, 0xC3, 0xA9, 0xF0) : dice.below(256));
        bytes[j] = each == '/' || each == 0 ? (byte) 0xFF : each;
      }
      Ext4Path path = Ext4Path.parse(volume, bytes);
      assertArrayEquals(bytes, path.bytes());
      assertEquals(path, volume.getPath(path.toString()));
      assertEquals(path, Path.of(path.toUri()));
    }
  }

  @Test
  void whatStandsForNoBytesIsRefused() {
    assertThrows(InvalidPathException.class, () -> fixture.path("a\0b"));
    assertThrows(InvalidPathException.class, () -> fixture.path("a\uD800b"));
    assertThrows(InvalidPathException.class, () -> fixture.path("a\uDC7F"));
    assertEquals("\uD83D\uDE00", fixture.path("\uD83D\uDE00").toString());
  }

  @Test
  void realPathsHaveNoDotsAndNoLinks() throws Exception {
    assertEquals(fixture.path("/d/e/f"), fixture.path("link").toRealPath());
    assertEquals(fixture.path("/d/e/f"), fixture.path("./directory/../e/./f").toRealPath());
    assertEquals(
        fixture.path("/link"),
        fixture.path("d/../link").toRealPath(java.nio.file.LinkOption.NOFOLLOW_LINKS));
    assertThrows(
        java.nio.file.NoSuchFileException.class, () -> fixture.path("/nowhere").toRealPath());
  }
}
