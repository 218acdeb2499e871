package io.penstock.examples.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitLogTest {
  @TempDir Path directory;

  @Test
  void recordsComeBackInOrderWhateverTheirLengths() throws Exception {
    List<String> written = new ArrayList<>();
    try (GroupCommitLog log = open(new ArrayList<>())) {
      for (int length : new int[] {1, 503, 504, 505, 4096, GroupCommitLog.MAX_RECORD_BYTES, 7}) {
        String record = "x".repeat(length);
        log.append(record.getBytes(UTF_8));
        written.add(record);
      }
    }
    assertEquals(written, replay());
  }

  @Test
  void aLogThatIsOpenedAgainGoesOnWhereItEnded() throws Exception {
    List<String> written = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      try (GroupCommitLog log = open(new ArrayList<>())) {
        log.append(("round " + round).getBytes(UTF_8));
        written.add("round " + round);
      }
    }
    assertEquals(written, replay());
  }

  @Test
  void aRecordThatWasCutShortEndsTheLogAndNothingBehindItComesBack() throws Exception {
    long second;
    try (GroupCommitLog log = open(new ArrayList<>())) {
      log.append("first".getBytes(UTF_8));
      second = log.append("second".getBytes(UTF_8));
      log.append("third!".getBytes(UTF_8));
    }
    overwrite(second + LogRecord.HEAD_BYTES, "S");
    assertEquals(List.of("first"), replay());

    try (GroupCommitLog log = open(new ArrayList<>())) {
      log.append("SECOND".getBytes(UTF_8)); // as long as the one that is gone
    }
    assertEquals(List.of("first", "SECOND"), replay());
  }

  @Test
  void threadsShareTheirCommits() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    GroupCommitLogMain.run(path(), 32, 10, new PrintStream(said, true, UTF_8));

    List<String> lines = said.toString(UTF_8).lines().toList();
    assertEquals("opened: 0 records", lines.get(0));
    assertEquals("32 threads appended 320 records, all of them durable", lines.get(1));
    assertEquals("opened again: 320 records", lines.get(3));
    int commits = Integer.parseInt(lines.get(2).replaceAll("\\D", ""));
    assertTrue(commits >= 1 && commits <= 160, () -> commits + " commits of 320 records");
  }

  @Test
  void recordsOfOneThreadAreInItsOrder() throws Exception {
    GroupCommitLogMain.run(
        path(), 8, 10, new PrintStream(new ByteArrayOutputStream(), true, UTF_8));
    List<String> all = replay();
    for (int thread = 0; thread < 8; thread++) {
      String name = "thread " + thread + " ";
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        expected.add(name + "record " + i);
      }
      assertEquals(expected, all.stream().filter(each -> each.startsWith(name)).toList());
    }
  }

  @Test
  void aClosedLogTakesNoRecords() throws Exception {
    GroupCommitLog log = open(new ArrayList<>());
    log.close();
    log.close();
    IOException refused = assertThrows(IOException.class, () -> log.append(new byte[1]));
    assertTrue(refused.getCause().getMessage().contains("closed"), refused::toString);
  }

  @Test
  void recordsThatCannotBeAreRefusedByTheirLength() throws Exception {
    try (GroupCommitLog log = open(new ArrayList<>())) {
      assertThrows(IllegalArgumentException.class, () -> log.append(new byte[0]));
      byte[] longer = new byte[GroupCommitLog.MAX_RECORD_BYTES + 1];
      assertThrows(IllegalArgumentException.class, () -> log.append(longer));
    }
  }

  private Path path() {
    return directory.resolve("log");
  }

  private GroupCommitLog open(List<String> records) throws IOException {
    return GroupCommitLog.open(path(), record -> records.add(new String(record, UTF_8)));
  }

  private List<String> replay() throws IOException {
    List<String> records = new ArrayList<>();
    open(records).close();
    return records;
  }

  private void overwrite(long position, String with) throws IOException {
    try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(with.getBytes(UTF_8)), position);
    }
  }
}
