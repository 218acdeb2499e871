package io.penstock.linux.abi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NativeImageMetadataTest {
  @Test
  void everyCallThatIsLinkedIsInTheMetadataOfNativeImages() throws Exception {
    assumeTrue(Abi.isSupported(), () -> "nothing is linked here: " + Abi.unsupportedReason());
    Set<Downcalls.Shape> shapes = NativeImageMetadata.all();
    assertTrue(shapes.size() >= 5, shapes::toString);
    try (InputStream in =
        NativeImageMetadataTest.class.getResourceAsStream(NativeImageMetadata.RESOURCE)) {
      assertNotNull(in, "run build/native-image-metadata");
      assertEquals(
          NativeImageMetadata.json(shapes),
          new String(in.readAllBytes(), UTF_8),
          "run build/native-image-metadata, and commit what it writes");
    }
  }

  @Test
  void aCallMoreMakesAnotherMetadata() {
    Set<Downcalls.Shape> shapes = new HashSet<>();
    String before = NativeImageMetadata.json(shapes);
    shapes.add(
        new Downcalls.Shape(
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG),
            1));
    String after = NativeImageMetadata.json(shapes);
    assertNotEquals(before, after);
    assertTrue(
        after.contains("\"parameterTypes\": [\"void*\", \"jlong\"]")
            && after.contains("{\"captureCallState\": true, \"firstVariadicArg\": 1}"),
        after);
  }
}
