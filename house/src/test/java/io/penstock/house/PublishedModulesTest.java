package io.penstock.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is published is what the BOM names. */
class PublishedModulesTest {
  private static final Pattern ARTIFACT = Pattern.compile("<artifactId>penstock-([\\w-]+)</");
  private static final String NOT_PUBLISHED = "<maven.deploy.skip>true</maven.deploy.skip>";

  @Test
  void theBomNamesEveryModuleThatIsPublished() throws Exception {
    Set<String> published = new TreeSet<>();
    for (Path folder : Modules.folders(Modules.root())) {
      String name = folder.getFileName().toString();
      if (!name.equals("bom") && !pom(name).contains(NOT_PUBLISHED)) {
        published.add(name);
      }
    }
    Set<String> named = new TreeSet<>();
    Matcher artifact = ARTIFACT.matcher(pom("bom").replaceFirst("(?s).*?<dependencies>", ""));
    while (artifact.find()) {
      named.add(artifact.group(1));
    }
    assertEquals(
        published, named, "bom/pom.xml, and maven.deploy.skip in modules for this project alone");
  }

  /** It has no parent, which would have others import what this project manages. */
  @Test
  void theBomHasTheVersionOfAllModulesAndNoParent() throws Exception {
    Pattern version = Pattern.compile("<version>([^<]+)</version>");
    Matcher ours = version.matcher(Files.readString(Modules.root().resolve("pom.xml")));
    Matcher its = version.matcher(pom("bom"));
    assertTrue(ours.find() && its.find());
    assertEquals(ours.group(1), its.group(1));
    assertTrue(!pom("bom").contains("<parent>"));
  }

  private static String pom(String folder) throws IOException {
    return Files.readString(Modules.root().resolve(folder).resolve("pom.xml"));
  }
}
