import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Prints what the Kafka on the class path says of its settings: one JSON object a line. The ConfigDefs are
 * read through reflection, because Kafka moved their classes from Scala to Java and between packages from 3.9 to 4.3.
 */
public final class SettingsOfKafka {
  public static void main(String[] arguments) throws Exception {
    brokerSettings();
    topicSettings();
  }

  // ---- brokers and controllers ----------------------------------------------------------------------------------

  private static void brokerSettings() throws Exception {
    ConfigDef statics = (ConfigDef) staticField("org.apache.kafka.server.config.AbstractKafkaConfig", "CONFIG_DEF");
    Map<String, ConfigDef.ConfigKey> keys = new TreeMap<>(dynamicKeys());
    keys.putAll(statics.configKeys());
    Map<?, ?> modes = (Map<?, ?>) dynamic("dynamicConfigUpdateModes");
    for (ConfigDef.ConfigKey key : keys.values()) {
      Json row = described(key).with("table", "broker");
      Object mode = modes.get(key.name);
      boolean fixed = mode == null && statics.configKeys().containsKey(key.name);
      row.with("scope", fixed ? "read-only" : mode == null ? scopeOfUndeclared(key.name) : mode.toString());
      row.with("dynamicOnly", !statics.configKeys().containsKey(key.name));
      row.with("dynamicAs", fixed ? dynamicSpelling(key.name, modes) : null);
      row.with("perListenerOnly", !fixed && names("securityConfigsWithoutListenerPrefix", key.name).contains(key.name));
      System.out.println(row.text());
    }
  }

  /** Of settings that only exist dynamically (the throttles) Kafka's list of modes says nothing; its checks do. */
  private static String scopeOfUndeclared(String name) throws Exception {
    if (names("nonDynamicConfigs", name).contains(name)) return "read-only";
    return names("perBrokerConfigs", name).contains(name) ? "per-broker" : "cluster-wide";
  }

  /** The other spelling of a read-only setting (`log.retention.hours`) that can change while Kafka runs; null when it has none. */
  private static String dynamicSpelling(String name, Map<?, ?> modes) throws Exception {
    return texts(dynamic("brokerConfigSynonyms", name, false)).stream().filter(modes::containsKey).findFirst().orElse(null);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ConfigDef.ConfigKey> dynamicKeys() throws Exception {
    Class<?> java = found("org.apache.kafka.server.config.DynamicConfig$Broker");
    Class<?> owner = java != null ? java : Class.forName("kafka.server.DynamicConfig$Broker$");
    return (Map<String, ConfigDef.ConfigKey>) call(owner, "configKeys");
  }

  private static Object dynamic(String method, Object... arguments) throws Exception {
    Class<?> java = found("org.apache.kafka.server.config.DynamicBrokerConfig");
    return call(java != null ? java : Class.forName("kafka.server.DynamicBrokerConfig$"), method, arguments);
  }

  /** Which of the given settings Kafka's own check `method` picks out. */
  private static Collection<String> names(String method, String name) throws Exception {
    Properties properties = new Properties();
    properties.setProperty(name, "");
    return texts(dynamic(method, properties));
  }

  // ---- topics ---------------------------------------------------------------------------------------------------

  private static void topicSettings() throws Exception {
    Class<?> logConfig = Class.forName("org.apache.kafka.storage.internals.log.LogConfig");
    Map<?, ?> keys = (Map<?, ?>) call(logConfig, "configKeys");
    Map<?, ?> servers = (Map<?, ?>) staticField("org.apache.kafka.server.config.ServerTopicConfigSynonyms", "TOPIC_CONFIG_SYNONYMS");
    for (Object each : new TreeMap<Object, Object>(keys).values()) {
      ConfigDef.ConfigKey key = (ConfigDef.ConfigKey) each;
      Object server = servers.get(key.name);
      System.out.println(described(key).with("table", "topic").with("server", server == null ? null : server.toString()).text());
    }
  }

  // ---- one setting ----------------------------------------------------------------------------------------------

  private static Json described(ConfigDef.ConfigKey key) {
    String text = key.documentation == null ? "" : key.documentation;
    return new Json()
        .with("name", key.name)
        .with("type", key.type.toString())
        .with("default", key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : null)
        .with("required", !key.hasDefault())
        .with("valid", key.validator == null ? null : key.validator.toString())
        .with("internal", key.internalConfig)
        .with("documentation", text);
  }

  // ---- reflection -----------------------------------------------------------------------------------------------

  private static Class<?> found(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException absent) {
      return null;
    }
  }

  private static Object staticField(String type, String name) throws Exception {
    Field field = Class.forName(type).getDeclaredField(name);
    field.setAccessible(true);
    return field.get(null);
  }

  /** Calls a static method, or one of a Scala object; Scala lengthens the names of its private methods. */
  private static Object call(Class<?> owner, String name, Object... arguments) throws Exception {
    for (Method method : owner.getDeclaredMethods()) {
      boolean named = method.getName().equals(name) || method.getName().endsWith("$$" + name);
      if (!named || method.getParameterCount() != arguments.length) continue;
      method.setAccessible(true);
      boolean scala = owner.getName().endsWith("$");
      return method.invoke(scala ? staticField(owner.getName(), "MODULE$") : null, arguments);
    }
    throw new NoSuchMethodException("cannot find " + name + " in " + owner.getName() + ": teach the generator this version of Kafka");
  }

  /** The elements of a set of Java or of Scala. */
  private static Collection<String> texts(Object set) throws Exception {
    if (set instanceof Collection) return ((Collection<?>) set).stream().map(Object::toString).toList();
    List<String> texts = new ArrayList<>();
    Object iterator = set.getClass().getMethod("iterator").invoke(set);
    Class<?> type = Class.forName("scala.collection.Iterator");
    while ((boolean) type.getMethod("hasNext").invoke(iterator)) texts.add(type.getMethod("next").invoke(iterator).toString());
    return texts;
  }

  // ---- output ---------------------------------------------------------------------------------------------------

  private static final class Json {
    private final List<String> members = new ArrayList<>();

    Json with(String name, Object value) {
      boolean bare = value == null || value instanceof Boolean;
      members.add(quoted(name) + ":" + (bare ? String.valueOf(value) : quoted(value.toString())));
      return this;
    }

    String text() {
      return "{" + String.join(",", members) + "}";
    }

    private static String quoted(String text) {
      StringBuilder quoted = new StringBuilder("\"");
      for (char letter : text.toCharArray()) {
        if (letter == '"' || letter == '\\') quoted.append('\\').append(letter);
        else if (letter < ' ' || letter > '~') quoted.append(String.format("\\u%04x", (int) letter));
        else quoted.append(letter);
      }
      return quoted.append('"').toString();
    }
  }
}
