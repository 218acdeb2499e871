package io.penstock.core.walk;

import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One question to a layout, and its answer. A request that is used again uses its event again. */
@Name("io.penstock.Mapping")
@Label("Mapping")
@Description("A call of a layout's mapper; its duration is the time spent there")
@Category({"Penstock", "I/O"})
@Enabled(false)
@StackTrace(false)
final class MappingEvent extends Event {
  private static final MappingEvent ANY = new MappingEvent();

  @Label("File")
  @Nullable String file;

  @Label("Mapper")
  @Nullable String mapper;

  @Label("Intent")
  @Nullable String intent;

  @Label("Position")
  @DataAmount
  long position;

  @Label("Asked")
  @DataAmount
  long asked;

  @Label("Kind")
  @Description("What the answer is; nothing with an error")
  @Nullable String kind;

  @Label("Answered")
  @DataAmount
  long answered;

  @Label("Device offset")
  @Description("Where it is, when it is somewhere")
  @DataAmount
  long deviceOffset;

  @Label("Error")
  @Nullable String error;

  static boolean isWanted() {
    return ANY.isEnabled();
  }

  /** Begins {@code used}, or a new one when there is none. */
  static Object begin(@Nullable Object used) {
    MappingEvent event = used == null ? new MappingEvent() : (MappingEvent) used;
    event.begin();
    return event;
  }

  static void commit(
      Object begun, BlockFile file, MapQuery query, Mapping answer, @Nullable Throwable error) {
    MappingEvent event = (MappingEvent) begun;
    event.end();
    if (!event.shouldCommit()) {
      return;
    }
    int shift = file.blockShift();
    event.file = file.name();
    event.mapper = file.mapperName();
    event.intent = query.intent().name();
    event.position = query.firstBlock() << shift;
    event.asked = query.blocks() << shift;
    event.kind = error == null ? answer.kind().name() : null;
    event.answered = error == null ? answer.blocks() << shift : 0;
    event.deviceOffset = error == null ? answer.deviceOffset() : 0;
    event.error = error == null ? null : error.getMessage();
    event.commit();
  }
}
