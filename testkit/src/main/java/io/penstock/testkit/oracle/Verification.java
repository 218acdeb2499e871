package io.penstock.testkit.oracle;

import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MappingKind;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares memory and devices with the model, byte by byte. */
final class Verification {
  private final RunShape shape;
  private final FileModel model;
  private final BlockTable table;
  private final List<ModelDevice> devices;
  private final MemoryBank bank;

  Verification(
      RunShape shape,
      FileModel model,
      BlockTable table,
      List<ModelDevice> devices,
      MemoryBank bank) {
    this.shape = shape;
    this.model = model;
    this.table = table;
    this.devices = devices;
    this.bank = bank;
  }

  /** What is wrong with the caller's memory after the end, or null. */
  @Nullable String wrongMemory(
      Flight flight, long bytes, @Nullable IOException error, boolean untouched) {
    int guard = flight.memory.touchedGuard(bank);
    if (guard >= 0) {
      return "bytes around segment " + guard + " were touched";
    }
    long total = flight.memory.total();
    if (flight.write || untouched) {
      long wrong =
          flight.memory.mismatch(
              0,
              total,
              flight.write ? flight.writer : Pattern.SENTINEL,
              flight.write ? flight.position : 0);
      return wrong < 0 ? null : "the caller's byte " + wrong + " was changed";
    }
    return error == null ? wrongRead(flight, bytes) : wrongFailedRead(flight);
  }

  private @Nullable String wrongRead(Flight flight, long bytes) {
    FileModel.Reading reading = Objects.requireNonNull(flight.reading);
    int sector = shape.sectorBytes();
    for (long done = 0; done < bytes; done += sector) {
      long length = Math.min(sector, bytes - done);
      int index = Math.toIntExact((flight.position + done) / sector);
      long wrong = reading.mismatch(index, flight.memory.at(done), 0, length);
      if (wrong >= 0) {
        return "byte "
            + (flight.position + done + wrong)
            + " of the file was read wrong: expected "
            + model.describe(index)
            + ", got "
            + whose(flight, done, index);
      }
    }
    long zerosTo =
        Math.min(
            flight.memory.total(), Math.max(bytes, flight.walk.touchedEnd() - flight.position));
    long wrong = flight.memory.mismatch(bytes, zerosTo, 0, 0);
    if (wrong >= 0) {
      return "memory byte "
          + wrong
          + " beyond end of file, up to the end of its unit, is not zero (WALK-5)";
    }
    wrong = flight.memory.mismatch(zerosTo, flight.memory.total(), Pattern.SENTINEL, 0);
    return wrong < 0
        ? null
        : "memory byte " + wrong + " beyond the end of the read was touched (WALK-3)";
  }

  /**
   * A failed read leaves behind what was there, zeros, or bytes of this file: never anything else
   * (MEM-5).
   */
  private @Nullable String wrongFailedRead(Flight flight) {
    FileModel.Reading reading = Objects.requireNonNull(flight.reading);
    int sector = shape.sectorBytes();
    for (long done = 0; done < flight.memory.total(); done += sector) {
      MemorySegment memory = flight.memory.at(done);
      boolean left = Pattern.mismatch(memory, 0, sector, Pattern.SENTINEL, done) < 0;
      if (left || Pattern.mismatch(memory, 0, sector, 0, 0) < 0) {
        continue;
      }
      long offset = flight.position + done;
      long kept = Math.min(sector, Math.max(0, flight.walk.sampled() - offset));
      boolean zeroed = kept < sector && Pattern.mismatch(memory, kept, sector - kept, 0, 0) < 0;
      long length = zeroed ? kept : sector;
      if (zeroed && Pattern.mismatch(memory, 0, kept, Pattern.SENTINEL, done) < 0) {
        continue;
      }
      if (offset >= model.capacity()
          || reading.mismatch(Math.toIntExact(offset / sector), memory, 0, length) >= 0) {
        return "a failed read left foreign bytes at "
            + done
            + ": "
            + (offset < model.capacity()
                ? whose(flight, done, Math.toIntExact(offset / sector))
                : "beyond the file")
            + " (MEM-5)";
      }
    }
    return null;
  }

  private String whose(Flight flight, long done, int index) {
    long block = (flight.position + done) / shape.blockBytes();
    boolean mapped = table.kind(block) != MappingKind.HOLE;
    long at =
        mapped ? table.deviceOffset(block) + (flight.position + done) % shape.blockBytes() : 0;
    MemorySegment memory = flight.memory.at(done);
    if (Pattern.mismatch(memory, 0, 8, Pattern.SENTINEL, done) < 0) {
      return "memory that was not touched";
    }
    return model.whose(memory, 0, index, at);
  }

  /** What is wrong on the devices in the blocks of a range of the file, or null. */
  @Nullable String wrongDevice(long from, long to) {
    int sector = shape.sectorBytes();
    int block = shape.blockBytes();
    for (long each = from / block;
        each < Math.min(shape.blocks(), (to + block - 1) / block);
        each++) {
      if (table.kind(each) != MappingKind.MAPPED) {
        continue;
      }
      for (long at = each * block; at < (each + 1) * block; at += sector) {
        int index = Math.toIntExact(at / sector);
        long place = table.deviceOffset(each) + at % block;
        MemorySegment store = table.device(each).store();
        if (!model.matches(index, store, place)) {
          return "the device holds wrong bytes for "
              + at
              + ".."
              + (at + sector)
              + " of the file ("
              + table.device(each).name()
              + "+"
              + place
              + "): expected "
              + model.describe(index)
              + ", got "
              + model.whose(store, place, index, place);
        }
      }
    }
    return null;
  }

  /** What is wrong in device blocks that belong to nobody, or null. */
  @Nullable String wrongFreeBlocks() {
    int block = shape.blockBytes();
    for (int device = 0; device < devices.size(); device++) {
      for (int each = 0; each < shape.deviceBlocks(); each++) {
        long at = (long) each * block;
        if (table.isFree(device, each)
            && Pattern.mismatch(devices.get(device).store(), at, block, Pattern.POISON, at) >= 0) {
          return devices.get(device).name() + "+" + at + " belongs to nobody and was written";
        }
      }
    }
    return null;
  }

  /** What was taken and not given back now that nothing is in flight, or null. */
  @Nullable String wrongBalance(BlockFile file, Course course, StepExecutor executor) {
    if (file.requestsInFlight() != 0 || file.requestsUsingBlockMap() != 0) {
      return "nothing is in flight, but "
          + file.requestsInFlight()
          + " requests count as open and "
          + file.requestsUsingBlockMap()
          + " as using the block map (ADM-10)";
    }
    if (file.exclusion().held() != 0) {
      return "nothing is in flight, but "
          + file.exclusion().held()
          + " claims on blocks are held (ZERO-6)";
    }
    if (file.lock().isHeld()) {
      return "nothing is in flight, but the lock is held (ADM-11)";
    }
    if (bank.inFlight() != 0) {
      return "nothing is in flight, but the IoArena is held by "
          + bank.inFlight()
          + " operations (MEM-4)";
    }
    if (course.warnings.size() != course.expectedWarnings) {
      return "warnings "
          + course.warnings
          + ", expected "
          + course.expectedWarnings
          + " since the run began";
    }
    return course.accounts.wrongCounters(file, devices);
  }
}
