/** How Kafka names the thing that a setting belongs to. */
import type { ConfigResource } from '../connection';

const TOPIC = 2;
const BROKER = 4;

/** The cluster-wide default is the broker without a name. */
export const resourceOnWire = (resource: ConfigResource): { readonly type: number; readonly name: string } => {
  switch (resource.kind) {
    case 'broker':
      return { type: BROKER, name: String(resource.id) };
    case 'clusterDefault':
      return { type: BROKER, name: '' };
    case 'topic':
      return { type: TOPIC, name: resource.name };
  }
};
