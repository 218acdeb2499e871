package io.penstock.core.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.NullDevice;
import io.penstock.rules.Rule;
import org.junit.jupiter.api.Test;

/** The question to a layout, its answer, and what it declares. */
class MappingTest {
  private final BlockDevice device = new NullDevice(1 << 20);
  private final Mapping mapping = new Mapping();

  @Test
  @Rule("MAP-5")
  void answerIsOfOneKindAndSaysWhere() {
    assertSame(MappingKind.MAPPED, mapping.mapped(device, 4096, 3).kind());
    assertSame(device, mapping.device());
    assertEquals(4096, mapping.deviceOffset());
    assertEquals(3, mapping.blocks());
    assertEquals("MAPPED blocks=3 at null+4096", mapping.toString());
    assertSame(MappingKind.NEW, mapping.clear().allocated(device, 0, 1).kind());
    assertSame(MappingKind.UNWRITTEN, mapping.clear().unwritten(device, 512, 2).kind());
    assertEquals("UNWRITTEN blocks=2 at null+512", mapping.toString());
    assertSame(MappingKind.HOLE, mapping.clear().hole(7).kind());
    assertNull(mapping.device());
    assertEquals("HOLE blocks=7", mapping.toString());
    assertSame(MappingKind.WOULD_BLOCK, mapping.clear().wouldBlock().kind());
    assertEquals(0, mapping.blocks());
  }

  @Test
  @Rule("MAP-5")
  void marksAreSetOneByOne() {
    assertTrue(mapping.clear().hole(1).boundary().isBoundary());
    assertFalse(mapping.isDefer() || mapping.isDirty());
    assertTrue(mapping.clear().hole(1).defer().isDefer());
    assertFalse(mapping.isBoundary() || mapping.isDirty());
    assertTrue(mapping.clear().hole(1).dirty().isDirty());
    assertFalse(mapping.isBoundary() || mapping.isDefer());
    assertEquals(
        "HOLE blocks=1 boundary defer dirty", mapping.boundary().defer().dirty().toString());
  }

  @Test
  @Rule({"MAP-5", "MAP-7"})
  void clearedAnswerHasNothingOfTheOneBefore() {
    assertSame(
        "x", mapping.mapped(device, 4096, 3).boundary().defer().dirty().cookie("x").cookie());
    assertSame(mapping, mapping.clear());
    assertSame(MappingKind.WOULD_BLOCK, mapping.kind(), "no answer yet");
    assertNull(mapping.device());
    assertEquals(0, mapping.deviceOffset());
    assertEquals(0, mapping.blocks());
    assertFalse(mapping.isBoundary() || mapping.isDefer() || mapping.isDirty());
    assertNull(mapping.cookie());
  }

  @Test
  @Rule("MAP-1")
  void questionSaysWhatIsAsked() {
    MapQuery query = new MapQuery();
    assertSame(MapIntent.LOOK_UP, query.intent());
    assertSame(query, query.set(8, 3, MapIntent.ALLOCATE, true, 12345));
    assertEquals(8, query.firstBlock());
    assertEquals(3, query.blocks());
    assertSame(MapIntent.ALLOCATE, query.intent());
    assertTrue(query.isNoWait());
    assertEquals(12345, query.fileSize());
    assertEquals("ALLOCATE blocks 8+3 no-wait", query.toString());
    assertEquals("LOOK_UP blocks 0+1", query.set(0, 1, MapIntent.LOOK_UP, false, 0).toString());
  }

  @Test
  void layoutThatDeclaresNothingHasTheDefaults() throws Exception {
    BlockMapper plain = (query, answer) -> answer.hole(query.blocks());
    assertSame(LayoutTraits.DEFAULT, plain.traits());
    plain.truncate(0); // nothing happens
    assertEquals(plain.getClass().getSimpleName(), plain.name());
    BlockMapper nameless =
        new BlockMapper() {
          @Override
          public void map(MapQuery query, Mapping answer) {}
        };
    assertEquals(getClass().getName() + "$1", nameless.name(), "its class has no simple name");
  }

  @Test
  void traitsChangeOneByOne() {
    LayoutTraits traits = LayoutTraits.DEFAULT;
    assertEquals(
        new LayoutTraits(5, true, true, false, false, false, false), traits.withMaxFileSize(5));
    assertEquals(0, traits.withMaxFileSize(0).maxFileSize());
    assertThrows(IllegalArgumentException.class, () -> traits.withMaxFileSize(-1));
    long max = Long.MAX_VALUE;
    assertEquals(
        new LayoutTraits(max, false, true, false, false, false, false),
        traits.withFillsHoles(false));
    assertEquals(
        new LayoutTraits(max, true, false, false, false, false, false),
        traits.withPublishesSize(false));
    assertEquals(
        new LayoutTraits(max, true, true, true, false, false, false), traits.withLocking(true));
    assertEquals(
        new LayoutTraits(max, true, true, false, true, false, false),
        traits.withOwnInFlightScheme(true));
    assertEquals(
        new LayoutTraits(max, true, true, false, false, true, false),
        traits.withEndsAtDeviceEnd(true));
    assertEquals(
        new LayoutTraits(max, true, true, false, false, false, true),
        traits.withLaidOutByDevice(true));
  }
}
