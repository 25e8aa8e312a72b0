package com.linkedin.kafka.cruisecontrol.metricsreporter;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/**
 * Stands in for Cruise Control's metrics reporter in tests: a class of its name, so that a broker whose metric.reporters names
 * it starts. It reports nothing; what stands in for Cruise Control counts replicas and needs no figures.
 */
public class CruiseControlMetricsReporter implements MetricsReporter {
  @Override
  public void init(List<KafkaMetric> metrics) {}

  @Override
  public void metricChange(KafkaMetric metric) {}

  @Override
  public void metricRemoval(KafkaMetric metric) {}

  @Override
  public void close() {}

  @Override
  public void configure(Map<String, ?> configs) {}
}
