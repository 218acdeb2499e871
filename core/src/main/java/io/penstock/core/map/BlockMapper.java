package io.penstock.core.map;

import java.io.IOException;

/**
 * A layout's block map: where on the device does this file's block live? This is the upper of the
 * two interfaces that users of the engine implement; the lower one is {@link
 * io.penstock.core.device.BlockDevice}.
 *
 * <p><b>How to answer.</b> The engine asks for a run of file blocks; the mapper fills {@code
 * mapping} with what the run's <em>first</em> block is, and for how many of the following blocks
 * the same holds: same {@linkplain MappingKind kind}, and contiguous on one device. Answering for
 * fewer blocks than asked is right at any time, answering for more never is (MAP-2). Long answers
 * make requests cheap: one answer is consumed whole before the next question, holes included
 * (MAP-3).
 *
 * <p><b>What the engine relies on.</b>
 *
 * <ul>
 *   <li>Nothing is allocated in answer to {@link MapIntent#LOOK_UP}; with {@link
 *       MapIntent#ALLOCATE} a hole is either allocated (kind <em>new</em> or <em>unwritten</em>) or
 *       answered as a hole, which ends the write short (WALK-4).
 *   <li>Until the end-of-I/O hook of the request that allocated a <em>new</em> block, every other
 *       request, also another write, is answered <em>hole</em> or <em>unwritten</em> for that
 *       block, never <em>mapped</em> and never the same block as <em>new</em> again (MAP-11).
 *       Another write that is answered <em>unwritten</em> for it may complete it.
 *   <li>Blocks wholly at or beyond end of file are never answered <em>mapped</em> with stale
 *       contents: a layout that keeps blocks there (preallocation, or after a failed extending
 *       write) answers them <em>unwritten</em> or frees them.
 *   <li>The bytes between end of file and the end of its logical block {@code L} are zeros on the
 *       device; the engine keeps that true.
 *   <li>A mapped run that a crash now would turn back into a hole or unwritten blocks, because the
 *       write that made it data has not been followed by a sync, is marked {@linkplain
 *       Mapping#dirty() dirty} (BIO-9). A layout whose metadata is durable when its end-of-I/O hook
 *       returns never has to.
 *   <li>The mapper's own answer stays true until the request's end-of-I/O hook has returned.
 *       Whoever wants to move or free blocks waits for {@link
 *       io.penstock.core.file.BlockFile#freeze()} first (ADM-10).
 * </ul>
 *
 * <p><b>Threads.</b> Many requests ask at the same time, from any thread; one request never asks
 * twice at once. The walk may go on on another thread than it began on, so no lock may be held from
 * one question to the next.
 *
 * <p><b>Errors.</b> An {@code IOException} (or any unchecked exception) ends the request's walk:
 * what was assembled is still sent and awaited, and the request reports the error (MAP-9).
 */
@FunctionalInterface
public interface BlockMapper {

  /**
   * Answers one question.
   *
   * @param query what is asked; valid during the call only
   * @param mapping to be filled; already cleared; valid during the call only
   * @throws IOException when the metadata cannot be read or no space can be allocated (ENOSPC)
   */
  void map(MapQuery query, Mapping mapping) throws IOException;

  /** What the layout declares about itself; asked once, when the file is built. */
  default LayoutTraits traits() {
    return LayoutTraits.DEFAULT;
  }

  /**
   * Makes the block map fit a new size, bytes: frees blocks beyond it. Called by the engine's
   * truncate with the file frozen and the rest of a partial last block already zeroed. A layout
   * that never truncates leaves the default, which does nothing.
   */
  default void truncate(long newSize) throws IOException {}

  /** A name for error messages. */
  default String name() {
    String simple = getClass().getSimpleName();
    return simple.isEmpty() ? getClass().getName() : simple;
  }
}
