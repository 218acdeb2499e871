package io.penstock.examples.pages;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;

/**
 * Tells the engine where pages live: the block map of a {@link PageStore}, whose file blocks are
 * its pages. All else is the engine's: zeros for what was never written, one device operation for
 * neighbours, many operations in flight, errors, completion.
 *
 * <p>A page that is being written for the first time is answered <em>unwritten</em>, to whoever
 * asks. Readers are given zeros for it, and never what the device held before, until {@link
 * #endOfIo} hears that the write has succeeded.
 */
final class PageMapper implements BlockMapper, EndOfIoHook {
  private final BlockDevice device;
  private final long dataStart;
  private final int pageBytes;
  private final PageTable table;

  /**
   * A block map.
   *
   * @param dataStart where the first extent lies on the device, bytes
   */
  PageMapper(BlockDevice device, long dataStart, int pageBytes, PageTable table) {
    this.device = device;
    this.dataStart = dataStart;
    this.pageBytes = pageBytes;
    this.table = table;
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws BlockIoException {
    synchronized (table) {
      long page = query.firstBlock();
      if (table.isHole(page) && query.intent() == MapIntent.ALLOCATE) {
        if (query.isNoWait()) {
          mapping.wouldBlock();
          return;
        }
        table.allocate(page);
      }
      long run = table.run(page, query.blocks());
      if (table.isHole(page)) {
        mapping.hole(run);
        return;
      }
      long place = dataStart + table.place(page) * pageBytes;
      if (table.isWritten(page)) {
        mapping.mapped(device, place, run);
      } else {
        mapping.unwritten(device, place, run);
      }
      if (table.isDirty()) {
        mapping.dirty(); // a durable write needs the table stored too
      }
    }
  }

  /** A write has succeeded: its pages are data from here on. */
  @Override
  public void endOfIo(EndOfIo end) {
    if (end.isWrite() && end.bytes() > 0) {
      long afterLast = Math.ceilDiv(end.position() + end.bytes(), pageBytes);
      table.written(end.position() / pageBytes, afterLast);
      end.file().extendTo(end.position() + end.bytes());
    }
  }
}
