package io.penstock.testkit.explain;

import io.penstock.core.bio.Direction;
import io.penstock.core.map.MapIntent;
import org.jspecify.annotations.Nullable;

/** Something that happened to a request, in order. Offsets and lengths are bytes. Immutable. */
public sealed interface Step {

  /**
   * The request is walked in this unit (ADM-3).
   *
   * @param bytes {@code U}
   * @param why for people
   */
  record Unit(int bytes, String why) implements Step {}

  /**
   * The file layer makes a request of the engine: all of what was asked, or a part of it with the
   * rest of the blocks at its edges (FILE-3).
   *
   * @param number from 1
   * @param direction which way the bytes go
   * @param position from the start of the file
   * @param length whole blocks
   */
  record EngineRequest(int number, Direction direction, long position, long length)
      implements Step {}

  /**
   * The mapper was asked (MAP-1).
   *
   * @param mapper its name
   * @param firstBlock first file block needed
   * @param blocks how many there are to the end of the request
   * @param intent whether blocks may be allocated
   * @param noWait whether it must not wait
   * @param claimed whether the request had claimed blocks of the file by then (ZERO-6)
   * @param answer what it answered; null when it threw
   * @param failure what it threw; null when it answered
   */
  record Ask(
      String mapper,
      long firstBlock,
      long blocks,
      MapIntent intent,
      boolean noWait,
      boolean claimed,
      @Nullable Answer answer,
      @Nullable String failure)
      implements Step {}

  /**
   * Memory was filled with zeros, and no device was asked (WALK-3, WALK-5).
   *
   * @param from first byte of the file that reads as zeros
   * @param to exclusive
   * @param pastEnd whether these bytes lie behind the end of the file
   */
  record Fill(long from, long to, boolean pastEnd) implements Step {}

  /** A device was told to drop cached copies of a range (MAP-6). */
  record DropAliases(String device, long offset, long length) implements Step {}

  /** A device operation was sent. */
  record Send(SentBio bio) implements Step {}

  /** The length of a host's file was set: the padding of the last block is cut off (FILE-3). */
  record SetLength(long length) implements Step {}

  /**
   * How a data-sync write becomes durable (ADM-9, BIO-9).
   *
   * @param flushes whether a sync was needed after the last operation
   * @param why for people
   */
  record Durability(boolean flushes, String why) implements Step {}

  /** A device was told to make what it has durable. */
  record Flush(String device) implements Step {}

  /**
   * The end-of-I/O hook was told (CMP-4).
   *
   * @param bytes transferred
   * @param cookie the last one that a mapping gave, as a string, or null
   * @param uninitialised ranges of new blocks that hold neither data nor zeros (ZERO-3)
   * @param newSize of the file afterwards
   */
  record EndOfIo(
      long bytes, @Nullable String cookie, java.util.List<String> uninitialised, long newSize)
      implements Step {
    /** Copies the list. */
    public EndOfIo {
      uninitialised = java.util.List.copyOf(uninitialised);
    }
  }

  /**
   * What the caller gets.
   *
   * @param bytes transferred, or -1 at end of file; 0 with an error
   * @param error the failure's message; null when it succeeded
   */
  record Result(long bytes, @Nullable String error) implements Step {}
}
