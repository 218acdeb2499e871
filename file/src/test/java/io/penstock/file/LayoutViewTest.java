package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a look at a file's layout sees. */
class LayoutViewTest {
  private static final long LENGTH = 1 << 20;

  private final List<String> asked = new ArrayList<>();
  private final MemoryHost host = MemoryHost.of(LENGTH, device -> device);
  private final DirectFileOptions options = DirectFileOptions.DEFAULT.withLayoutView(View::new);
  private final int block = host.limits().logicalBlock();

  /** Writes down what is asked. */
  private final class View implements BlockMapper {
    private final BlockMapper layout;

    View(BlockMapper layout) {
      this.layout = layout;
    }

    @Override
    public void map(MapQuery query, Mapping mapping) throws IOException {
      asked.add(query.toString());
      layout.map(query, mapping);
    }

    @Override
    public LayoutTraits traits() {
      return layout.traits();
    }
  }

  @Test
  void alignedRequestsAreOneQuestion() throws IOException {
    try (DirectFile file = host.open(options);
        Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(4L * block, 4096);
      file.write(memory, 2L * block);
      file.read(memory, 3L * block);
    }
    assertEquals(List.of("ALLOCATE blocks 2+4", "LOOK_UP blocks 3+4"), asked);
  }

  @Test
  @Rule("FILE-3")
  void edgesOfAnUnalignedWriteAreReadFirst() throws IOException {
    try (DirectFile file = host.open(options);
        Arena arena = Arena.ofShared()) {
      file.write(arena.allocate(2L * block, 4096), 100);
    }
    assertEquals(List.of("LOOK_UP blocks 0+1", "LOOK_UP blocks 2+1", "ALLOCATE blocks 0+3"), asked);
  }
}
