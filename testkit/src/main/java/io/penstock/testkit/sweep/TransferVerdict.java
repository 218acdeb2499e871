package io.penstock.testkit.sweep;

import io.penstock.core.bio.Direction;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;
import io.penstock.core.map.MappingKind;
import io.penstock.testkit.Pattern;
import io.penstock.testkit.sweep.Facts.Answer;
import io.penstock.testkit.sweep.Facts.Ending;
import io.penstock.testkit.sweep.Facts.Failure;
import io.penstock.testkit.sweep.Facts.SentBio;
import io.penstock.testkit.sweep.Step.Transfer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether a transfer did what it had to, and told whom it had to. */
final class TransferVerdict {
  private final Transfer step;
  private final Facts facts;
  private final BlockFile file;
  private final SweptMemory memory;
  private final Outcome outcome;

  TransferVerdict(
      Transfer step, Facts facts, BlockFile file, SweptMemory memory, boolean asynchronous) {
    this.step = step;
    this.facts = facts;
    this.file = file;
    this.memory = memory;
    outcome = new Outcome(step, facts, file, asynchronous, memory.faultAt());
  }

  Outcome outcome() {
    return outcome;
  }

  /** What is wrong, or null. */
  @Nullable String wrong(Contents contents) {
    List<@Nullable String> found = new ArrayList<>();
    found.add(outcome.wrong(facts.bytes, facts.error));
    found.add(wrongTelling());
    found.add(wrongEnding());
    found.add(wrongCalls());
    found.add(unsentAtMapperError());
    found.add(wrongSyncs());
    found.add(wrongCache());
    found.add(memory.unbalanced());
    found.add(step.isWrite() ? changedMemory() : wrongMemory(contents));
    for (String each : found) {
      if (each != null) {
        return each;
      }
    }
    return null;
  }

  private @Nullable String wrongTelling() {
    if (facts.refused != outcome.isRefused()) {
      return facts.refused
          ? "was refused, which it should not have been (ADM-5): " + facts.error
          : "was not refused by its submission (ADM-13)";
    }
    if (facts.refused && (!facts.answers.isEmpty() || !facts.bios.isEmpty())) {
      return "was refused after something had happened (ADM-5)";
    }
    int handlers = facts.refused ? 0 : 1;
    return facts.handlerCalls == handlers
        ? null
        : "told its caller " + facts.handlerCalls + " times, expected " + handlers + " (CMP-8)";
  }

  // --- the hook ---

  private @Nullable String wrongEnding() {
    int calls = outcome.isAdmitted() ? 1 : 0;
    if (facts.endings.size() != calls) {
      return "the end-of-I/O hook was called "
          + facts.endings.size()
          + " times, expected "
          + calls
          + " (CMP-4)";
    }
    if (calls == 0) {
      return null;
    }
    Ending end = facts.endings.getFirst();
    if (end.position() != step.position() || end.write() != step.isWrite()) {
      return "the end-of-I/O hook was told of another request: " + end + " (CMP-4)";
    }
    if (end.outstanding() > 0) {
      return "the end-of-I/O hook was called with operations in flight (CMP-4)";
    }
    if (end.usingBlockMap() < 1 && !file.traits().ownInFlightScheme()) {
      return "the end-of-I/O hook was called after the request was counted out (ADM-10)";
    }
    Object cookie = null;
    for (Answer each : facts.answers) {
      cookie = each.cookie() == null ? cookie : each.cookie();
    }
    if (end.cookie() != cookie) {
      return "the end-of-I/O hook got cookie " + end.cookie() + ", expected " + cookie + " (MAP-7)";
    }
    String wrong = outcome.wrongAtHook(end.bytes(), end.error());
    return wrong != null ? wrong : wrongUninitialised(end);
  }

  private @Nullable String wrongUninitialised(Ending end) {
    int block = file.blockSize();
    TreeSet<Long> told = new TreeSet<>();
    for (int i = 0; i < end.uninitialised().size(); i += 2) {
      long from = end.uninitialised().get(i);
      long to = end.uninitialised().get(i + 1);
      if (from % block != 0 || to % block != 0 || from >= to) {
        return "uninitialised range " + from + ".." + to + " is not whole blocks (CMP-4)";
      }
      for (long at = from; at < to; at += block) {
        told.add(at / block);
      }
    }
    TreeSet<Long> expected = new TreeSet<>();
    for (Answer each : facts.answers) {
      for (long i = each.firstBlock();
          each.kind() == MappingKind.NEW && i < each.firstBlock() + each.blocks();
          i++) {
        if (facts.written(i * block, (i + 1) * block) < block) {
          expected.add(i);
        }
      }
    }
    return told.equals(expected)
        ? null
        : "uninitialised blocks " + told + " were told, expected " + expected + " (ZERO-3, CMP-4)";
  }

  // --- the calls ---

  /** Nothing is asked any more when the walk has ended (MAP-9, MAP-10, MEM-2, ADM-11). */
  private @Nullable String wrongCalls() {
    for (Failure each : facts.failures) {
      boolean ends =
          switch (each.kind()) {
            case MAPPER, MEMORY, ALIASES, WRITE_BACK -> true;
            case BIO, END_OF_IO, SYNC, FLUSH, INVALIDATE, TRUNCATE, EXECUTOR -> false;
          };
      if (!ends) {
        continue;
      }
      for (FaultKind later : facts.calls.subList(each.index(), facts.calls.size())) {
        if (later == FaultKind.MAPPER || later == FaultKind.MEMORY) {
          return "called " + later + " after " + each.error() + " (MAP-9, MAP-10, MEM-2)";
        }
      }
    }
    return null;
  }

  /** MAP-9: what was assembled before the mapper failed is sent. */
  private @Nullable String unsentAtMapperError() {
    if (!step.isWrite()
        || facts.failure(FaultKind.MAPPER) == null
        || facts.failure(FaultKind.BIO) != null
        || facts.failure(FaultKind.MEMORY) != null) {
      return null;
    }
    long failed = facts.lastQuestion * file.blockSize();
    long mapped = Math.min(failed, step.end()) - step.position();
    long written = facts.written(step.position(), failed);
    return mapped <= 0 || written == mapped
        ? null
        : written + " of " + mapped + " bytes before the mapper's error were sent (MAP-9)";
  }

  private @Nullable String wrongSyncs() {
    boolean reached = outcome.dataSync() && outcome.isAdmitted() && outcome.bytes() > 0;
    boolean due = reached && (!outcome.fails() || outcome.failedAfterData());
    due &= facts.failure(FaultKind.END_OF_IO) == null && facts.stickyBefore == null;
    if (!due) {
      return facts.syncs == 0 ? null : "a sync that nobody needs (CMP-5)";
    }
    return facts.syncs == 1 || (facts.syncs == 0 && isForced())
        ? null
        : "was made durable by " + facts.syncs + " syncs (ADM-9, BIO-9)";
  }

  /** Whether forced unit access alone makes it durable (BIO-9). */
  private boolean isForced() {
    boolean mapped =
        facts.answers.stream().allMatch(each -> each.kind() == MappingKind.MAPPED && !each.dirty());
    return mapped
        && step.end() <= file.durableSize()
        && facts.bios.stream().allMatch(each -> each.forced);
  }

  private @Nullable String wrongCache() {
    long failed = count(FaultKind.INVALIDATE);
    // a completion that cannot be deferred is told of, too, and takes place all the same
    long most = failed + count(FaultKind.EXECUTOR);
    if (facts.warnings.size() < failed || facts.warnings.size() > most) {
      return "warned " + facts.warnings + ", expected " + failed + " warnings (CMP-5)";
    }
    boolean sent = facts.bios.stream().anyMatch(each -> each.write);
    int expected = file.cache() != CacheHook.NONE && step.isWrite() && sent ? 1 : 0;
    return facts.invalidations == expected
        ? null
        : "invalidated " + facts.invalidations + " times, expected " + expected + " (CMP-5)";
  }

  private long count(FaultKind kind) {
    return facts.failures.stream().filter(each -> each.kind() == kind).count();
  }

  // --- the memory ---

  private @Nullable String changedMemory() {
    long at = WriterBytes.mismatch(memory.whole(), 0, step.total(), facts.writer, step.position());
    return at < 0 ? null : "a write changed byte " + at + " of the caller's memory (MEM-5)";
  }

  private @Nullable String wrongMemory(Contents contents) {
    MemorySegment whole = memory.whole();
    if (facts.error != null) {
      String wrong = contents.wrong(whole, step.position(), step.total(), true);
      return wrong == null ? null : "a failed read shows what is not the file's (MEM-5): " + wrong;
    }
    long bytes = Math.max(0, facts.bytes);
    String wrong = contents.wrong(whole, step.position(), bytes, false);
    if (wrong != null) {
      return "the read shows the wrong bytes: " + wrong;
    }
    long touched = Math.max(bytes, touchedEnd() - step.position());
    String beyond = notAll(whole, bytes, touched, (byte) 0);
    return beyond != null ? beyond : notAll(whole, touched, step.total(), (byte) Pattern.SENTINEL);
  }

  private static @Nullable String notAll(MemorySegment memory, long from, long to, byte expected) {
    for (long i = from; i < to; i++) {
      byte found = memory.get(ValueLayout.JAVA_BYTE, i);
      if (found != expected) {
        return "byte "
            + i
            + " of the memory, past what was read, is "
            + found
            + ", expected "
            + expected
            + " (WALK-3, WALK-5)";
      }
    }
    return null;
  }

  /** Where a read stops to write to memory: the size rounded up to the unit (WALK-3). */
  private long touchedEnd() {
    if (!outcome.isAdmitted()) {
      return step.position();
    }
    long block = file.blockSize();
    boolean whole = step.position() % block == 0;
    for (long length : step.lengths()) {
      whole &= length % block == 0;
    }
    long unit = whole ? block : file.device().limits().logicalBlock();
    long end = Math.min(step.end(), (facts.sizeBefore + unit - 1) / unit * unit);
    return memory.faultAt() < 0 ? end : Math.min(end, memory.faultAt());
  }

  // --- the file ---

  /** Carries over to the contents what the step may have changed. */
  void apply(Contents contents) {
    if (step.direction() == Direction.READ) {
      return;
    }
    if (!outcome.fails()) {
      contents.put(step.position(), step.position() + outcome.bytes(), facts.writer);
      return;
    }
    for (SentBio each : facts.bios) {
      long from = Math.max(step.position(), each.fileOffset);
      contents.mayBe(from, Math.min(step.end(), each.fileOffset + each.length), facts.writer);
    }
  }

  /** What is wrong with the size that the file has now, or null. */
  @Nullable String wrongSize(long size) {
    long before = facts.sizeBefore;
    long after = Math.max(before, step.position() + outcome.bytes());
    boolean grows = step.isWrite() && outcome.bytes() > 0;
    if (size == before && (!grows || outcome.fails() || after == before)) {
      return null;
    }
    boolean mayExtend = grows && (!outcome.fails() || outcome.failedAfterData());
    return mayExtend && size == after
        ? null
        : "the size is " + size + " after a step that began with " + before + " (ADM-8)";
  }
}
