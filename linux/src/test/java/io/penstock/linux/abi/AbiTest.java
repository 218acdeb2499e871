package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AbiTest {
  @Test
  void reasonNamesTheSystemOrArchitectureThatIsNotSupported() {
    assertNull(Abi.whyUnsupported("Linux", "amd64"));
    assertNull(Abi.whyUnsupported("Linux", "aarch64"));
    assertTrue(Abi.whyUnsupported("Mac OS X", "aarch64").contains("Mac OS X"));
    assertTrue(Abi.whyUnsupported("Linux", "riscv64").contains("riscv64"));
  }

  @Test
  void architecturesDisagreeOnOpenFlags() {
    assertEquals(0x4000, Abi.X86_64.openDirect());
    assertEquals(0x10000, Abi.AARCH64.openDirect());
    assertEquals(Abi.X86_64.openDirect(), Abi.AARCH64.openDirectory());
  }

  @Test
  void classesLoadWhereNothingIsSupportedAndCallsSayWhy() throws Exception {
    String system = System.getProperty("os.name");
    System.setProperty("os.name", "Plan 9");
    try {
      ClassLoader elsewhere = new FreshLoader();
      Class<?> files = elsewhere.loadClass(FileCalls.class.getName());
      Class<?> names = elsewhere.loadClass(NameCalls.class.getName());
      assertNotSame(FileCalls.class, files);

      assertRefused(() -> files.getMethod("close", int.class).invoke(null, -1));
      assertRefused(
          () ->
              names
                  .getMethod("open", Path.class, int.class, int.class)
                  .invoke(null, Path.of("/"), 0, 0));
      for (Class<?> each :
          new Class<?>[] {
            TransferCalls.class, StatX.class, StatFs.class, PageCacheCalls.class,
            MemoryCalls.class, IoUringProbe.class, Uname.class, BlockDeviceCalls.class,
            Fiemap.class, OpenFlags.class
          }) {
        Class.forName(each.getName(), true, elsewhere);
      }
    } finally {
      System.setProperty("os.name", system);
    }
  }

  private interface Call {
    Object run() throws ReflectiveOperationException;
  }

  private static void assertRefused(Call call) {
    InvocationTargetException thrown =
        assertThrows(InvocationTargetException.class, () -> call.run());
    assertInstanceOf(UnsupportedOperationException.class, thrown.getCause());
    assertTrue(thrown.getCause().getMessage().contains("Plan 9"), thrown.getCause()::getMessage);
  }

  /** Defines the package's classes once more, so that they are initialised under another system. */
  private static final class FreshLoader extends ClassLoader {
    FreshLoader() {
      super(AbiTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(Abi.class.getPackageName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
      try (InputStream in = Abi.class.getResourceAsStream(file)) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
