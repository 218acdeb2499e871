package io.penstock.core.file;

import java.io.IOException;

/**
 * Told of the end of every admitted request, exactly once (CMP-4): where a layout converts
 * unwritten extents, makes new blocks reachable and publishes the size. Called after the last bio
 * is done and before the result is reported, on the thread that completes the request: the caller
 * of a synchronous one, the device's thread or, deferred, the completion executor. A hook that may
 * wait marks its mappings {@linkplain io.penstock.core.map.Mapping#defer() deferred}.
 */
@FunctionalInterface
public interface EndOfIoHook {
  /** The default: a write that extended the file publishes the new size. */
  EndOfIoHook PUBLISH_SIZE =
      end -> {
        if (end.isWrite() && end.error() == null && end.bytes() > 0) {
          end.file().extendTo(end.position() + end.bytes());
        }
      };

  /**
   * The request has ended.
   *
   * @param end what is known of it; valid during the call only
   * @throws IOException which then is the request's error, unless it has one already
   */
  void endOfIo(EndOfIo end) throws IOException;
}
