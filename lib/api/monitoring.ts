import { z } from 'zod';
import { text } from './field';

export const monitoringConfig = z
  .object({
    jmxImage: text('Image that carries the JMX exporter agent.').optional(),
    pathToJar: text('Path of the agent in that image; /jmx_prometheus_javaagent.jar when left out.').optional(),
    kafkaJMXExporterConfig: text("Rule file of the agent in Kafka; left out: the operator's own.").optional(),
    cCJMXExporterConfig: text("Rule file of the agent in Cruise Control; left out: the operator's own.").optional(),
  })
  .describe('Metrics of Kafka and Cruise Control.');
