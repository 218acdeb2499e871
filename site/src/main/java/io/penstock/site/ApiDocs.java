package io.penstock.site;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Javadoc of the public modules, as one. Made only when a source is newer. */
final class ApiDocs {
  private static final String TOOL = "javadoc";
  private static final List<String> FOLDERS =
      List.of("core", "file", "linux", "ext4", "jmx", "micrometer", "testkit", "contract", "rules");

  private final Path root;
  private final Path out;
  private final String libraries;

  /**
   * To be made.
   *
   * @param libraries jars and folders that the modules need, separated as in a class path
   */
  ApiDocs(Path root, Path out, String libraries) {
    this.root = root;
    this.out = out;
    this.libraries = libraries;
  }

  /**
   * Makes it unless it is up to date.
   *
   * @return whether it had to be made
   * @throws IOException when the tool reports an error, with what it said
   */
  boolean write(PrintStream says) throws IOException {
    Path made = out.resolve("element-list");
    if (Files.exists(made) && newestSource().compareTo(Files.getLastModifiedTime(made)) < 0) {
      return false;
    }
    ToolProvider javadoc =
        ToolProvider.findFirst(TOOL)
            .orElseThrow(() -> new IOException("this Java has no javadoc; run it with a JDK"));
    int status = javadoc.run(says, says, arguments().toArray(String[]::new));
    if (status != 0) {
      throw new IOException("javadoc failed with status " + status + "; it says why above");
    }
    return true;
  }

  private List<String> arguments() throws IOException {
    Map<String, Path> modules = modules();
    List<String> arguments = new ArrayList<>();
    modules.forEach(
        (name, sources) -> {
          arguments.add("--module-source-path");
          arguments.add(name + "=" + sources);
        });
    arguments.addAll(List.of("--module", String.join(",", modules.keySet())));
    arguments.addAll(List.of("--module-path", onlyJars()));
    arguments.addAll(List.of("-d", out.toString(), "-quiet", "-Xdoclint:none", "--no-fonts"));
    arguments.addAll(List.of("-windowtitle", "Penstock", "-doctitle", "Penstock"));
    arguments.addAll(List.of("-header", "<a href=\"../index.html\">Penstock</a>"));
    arguments.addAll(List.of("-encoding", "UTF-8", "-docencoding", "UTF-8", "-charset", "UTF-8"));
    arguments.addAll(List.of("-notimestamp", "-Xmaxwarns", "1"));
    return arguments;
  }

  private Map<String, Path> modules() throws IOException {
    Map<String, Path> modules = new LinkedHashMap<>();
    for (String folder : FOLDERS) {
      Path sources = root.resolve(folder).resolve("src/main/java");
      Path descriptor = sources.resolve("module-info.java");
      if (Files.exists(descriptor)) {
        String name =
            Files.readString(descriptor).replaceAll("(?s).*?\\bmodule ([\\w.]+) .*", "$1");
        modules.put(name, sources);
      }
    }
    return modules;
  }

  /** The modules themselves are read from their sources. */
  private String onlyJars() {
    return Stream.of(libraries.split(File.pathSeparator))
        .filter(each -> each.endsWith(".jar") && !each.contains("penstock-"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private FileTime newestSource() throws IOException {
    FileTime newest = FileTime.fromMillis(0);
    for (Path sources : modules().values()) {
      for (Path file : Tree.files(sources, ".java")) {
        FileTime time = Files.getLastModifiedTime(file);
        newest = time.compareTo(newest) > 0 ? time : newest;
      }
    }
    return newest;
  }
}
