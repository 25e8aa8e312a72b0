import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Prints what the Kafka on the class path says of its metadata versions and features: one JSON object a line. The features are
 * read through reflection, because their enum and its methods have other names in 3.9 than since 4.0.
 */
public final class FeaturesOfKafka {
  public static void main(String[] arguments) throws Exception {
    List<Object> features = features();
    for (MetadataVersion version : MetadataVersion.VERSIONS) {
      if (!version.isProduction() || version.featureLevel() < 1) continue;
      List<String> defaults = new ArrayList<>();
      for (Object feature : features) defaults.add(pair(name(feature), defaultLevel(feature, version)));
      System.out.println(
          "{\"metadata\":" + quoted(version.version())
              + ",\"level\":" + version.featureLevel()
              + ",\"changes\":" + version.didMetadataChange()
              + ",\"defaults\":{" + String.join(",", defaults) + "}}");
    }
    for (Object feature : features) {
      System.out.println("{\"feature\":" + quoted(name(feature)) + ",\"highest\":" + call(feature, "latestProduction") + "}");
    }
  }

  private static List<Object> features() throws Exception {
    Class<?> type = found("org.apache.kafka.server.common.Feature");
    if (type == null) type = Class.forName("org.apache.kafka.server.common.Features");
    return new ArrayList<>((List<?>) type.getField("PRODUCTION_FEATURES").get(null));
  }

  private static String name(Object feature) throws Exception {
    return (String) call(feature, "featureName");
  }

  /** `defaultValue` until 3.9, `defaultLevel` since. */
  private static short defaultLevel(Object feature, MetadataVersion version) throws Exception {
    for (Method method : feature.getClass().getMethods()) {
      if (method.getName().equals("defaultLevel") || method.getName().equals("defaultValue")) return (short) method.invoke(feature, version);
    }
    throw new NoSuchMethodException("cannot find the default level of a feature: teach the generator this version of Kafka");
  }

  private static Object call(Object target, String method) throws Exception {
    return target.getClass().getMethod(method).invoke(target);
  }

  private static Class<?> found(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException absent) {
      return null;
    }
  }

  private static String pair(String name, short level) {
    return quoted(name) + ":" + level;
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
