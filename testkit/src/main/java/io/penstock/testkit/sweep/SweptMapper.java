package io.penstock.testkit.sweep;

import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.testkit.sweep.Facts.Answer;
import java.io.IOException;

/** Stands before a user's mapper: remembers what it was asked and said, and fails. */
final class SweptMapper implements BlockMapper {
  private final BlockMapper behind;
  private final Ledger ledger;

  SweptMapper(BlockMapper behind, Ledger ledger) {
    this.behind = behind;
    this.ledger = ledger;
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws IOException {
    synchronized (ledger) {
      ledger.facts().lastQuestion = query.firstBlock();
    }
    ledger.call(FaultKind.MAPPER, () -> behind.map(query, mapping));
    Answer answer =
        new Answer(
            query.firstBlock(),
            query.blocks(),
            query.intent(),
            mapping.kind(),
            mapping.blocks(),
            mapping.isDirty(),
            mapping.cookie());
    synchronized (ledger) {
      ledger.facts().answers.add(answer);
    }
  }

  @Override
  public LayoutTraits traits() {
    return behind.traits();
  }

  @Override
  public void truncate(long newSize) throws IOException {
    ledger.call(FaultKind.TRUNCATE, () -> behind.truncate(newSize));
  }

  @Override
  public String name() {
    return behind.name();
  }
}
