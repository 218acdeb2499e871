package io.penstock.house;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a compiled test class says of itself.
 *
 * @param name the binary name: {@code io.penstock.core.WalkTest$Holes}
 * @param source the source file's path, from the project's folder
 * @param parents superclass and interfaces, by name
 * @param annotations the class's annotations, by name
 * @param rules the rules that stand on the class
 * @param methods its methods
 */
record TestClass(
    String name,
    String source,
    boolean isAbstract,
    boolean isAnnotation,
    List<String> parents,
    List<String> annotations,
    List<String> rules,
    List<Method> methods) {
  static final String DISABLED = "org.junit.jupiter.api.Disabled";
  static final Set<String> JUNIT_TESTS =
      Set.of(
          "org.junit.jupiter.api.Test",
          "org.junit.jupiter.api.RepeatedTest",
          "org.junit.jupiter.api.TestFactory",
          "org.junit.jupiter.api.TestTemplate",
          "org.junit.jupiter.params.ParameterizedTest");

  private static final String RULE = "io.penstock.rules.Rule";
  private static final String RULES = "io.penstock.rules.Rules";

  /** A method's name, its annotations by name, and the rules that stand on it. */
  record Method(String name, List<String> annotations, List<String> rules) {}

  /** "WalkTest.Holes". */
  String simpleName() {
    return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
  }

  /** The name of the class around this one, or the empty string. */
  String outerName() {
    int end = name.lastIndexOf('$');
    return end < 0 ? "" : name.substring(0, end);
  }

  /** Reads the classes of a module; {@code scope} is "test" or "main". */
  static List<TestClass> readAll(Path root, Path module, String scope) throws IOException {
    Path classes = module.resolve(scope.equals("test") ? "target/test-classes" : "target/classes");
    List<TestClass> all = new ArrayList<>();
    if (!Files.isDirectory(classes)) {
      return all;
    }
    String sources = root.relativize(module) + "/src/" + scope + "/java/";
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
        if (!file.endsWith("module-info.class")) {
          all.add(read(ClassFile.of().parse(file), sources));
        }
      }
    }
    return all;
  }

  static TestClass read(ClassModel model, String sources) {
    String internal = model.thisClass().asInternalName();
    List<String> parents = new ArrayList<>();
    model.superclass().ifPresent(parent -> parents.add(dotted(parent.asInternalName())));
    model.interfaces().forEach(parent -> parents.add(dotted(parent.asInternalName())));
    List<Annotation> annotations = annotationsOf(model);
    return new TestClass(
        dotted(internal),
        sources
            + internal.substring(0, internal.lastIndexOf('/') + 1)
            + sourceFile(model, internal),
        model.flags().has(AccessFlag.ABSTRACT),
        model.flags().has(AccessFlag.ANNOTATION),
        parents,
        names(annotations),
        rules(annotations),
        model.methods().stream().map(TestClass::method).toList());
  }

  private static String sourceFile(ClassModel model, String internal) {
    String simple = internal.substring(internal.lastIndexOf('/') + 1);
    String outermost = simple.indexOf('$') > 0 ? simple.substring(0, simple.indexOf('$')) : simple;
    return model
        .findAttribute(Attributes.sourceFile())
        .map(attribute -> attribute.sourceFile().stringValue())
        .orElse(outermost + ".java");
  }

  private static Method method(MethodModel method) {
    List<Annotation> annotations = new ArrayList<>();
    method
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .ifPresent(it -> annotations.addAll(it.annotations()));
    return new Method(method.methodName().stringValue(), names(annotations), rules(annotations));
  }

  private static List<Annotation> annotationsOf(ClassModel model) {
    List<Annotation> annotations = new ArrayList<>();
    model
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .ifPresent(it -> annotations.addAll(it.annotations()));
    return annotations;
  }

  private static List<String> names(List<Annotation> annotations) {
    return annotations.stream().map(annotation -> name(annotation.classSymbol())).toList();
  }

  private static List<String> rules(List<Annotation> annotations) {
    List<String> rules = new ArrayList<>();
    for (Annotation annotation : annotations) {
      String name = name(annotation.classSymbol());
      if (name.equals(RULE) || name.equals(RULES)) {
        annotation.elements().forEach(element -> addRules(element, rules));
      }
    }
    return rules;
  }

  /**
   * {@code value} is an array of names, or, in the container of repeated annotations, of
   * annotations.
   */
  private static void addRules(AnnotationElement element, List<String> rules) {
    if (!(element.value() instanceof AnnotationValue.OfArray array)) {
      return;
    }
    for (AnnotationValue value : array.values()) {
      if (value instanceof AnnotationValue.OfString text) {
        rules.add(text.stringValue());
      } else if (value instanceof AnnotationValue.OfAnnotation nested) {
        nested.annotation().elements().forEach(inner -> addRules(inner, rules));
      }
    }
  }

  private static String name(ClassDesc type) {
    return dotted(type.descriptorString().substring(1, type.descriptorString().length() - 1));
  }

  private static String dotted(String internal) {
    return internal.replace('/', '.');
  }
}
