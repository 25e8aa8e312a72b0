/** The volumes of one node, rendered and measured. */
import { renderClaim } from './claim-template';
import { DEFAULT_ACCESS_MODES } from './defaults';
import type { BrokerConfig } from './group-merge';
import { isObject, own } from './json';
import type { Problem } from './problem';
import { parseQuantity } from './quantity';
import type { RawObject, ResolvedStorage } from './resolved-cluster';

type StorageConfig = NonNullable<BrokerConfig['storageConfigs']>[number];
type Found = { readonly storage: ResolvedStorage } | { readonly problem: Problem };

/** Where a storage of a node was written, for messages. */
export type PathOfStorage = (mountPath: string) => string;

export function resolveStorage(
  configs: readonly StorageConfig[],
  nodeId: number,
  pathOf: PathOfStorage,
): { readonly storage: readonly ResolvedStorage[]; readonly problems: readonly Problem[] } {
  const found = configs.map((config) => resolveOne(config, nodeId, pathOf(config.mountPath)));
  const problems = found.flatMap((each) => ('problem' in each ? [each.problem] : []));
  return {
    storage: found.flatMap((each) => ('storage' in each ? [each.storage] : [])),
    problems: [...problems, ...nestedPaths(configs, pathOf)],
  };
}

/** Commas part directories in log.dirs, backslashes escape in properties, and Kubernetes takes no colon. */
const UNFIT = /[\s,:\\]/;

function resolveOne(config: StorageConfig, nodeId: number, path: string): Found {
  const { mountPath, pvcSpec, emptyDir } = config;
  if (!mountPath.startsWith('/') || mountPath === '/' || UNFIT.test(mountPath)) {
    return refused(
      `${path}.mountPath`,
      'Invalid',
      `cannot mount a volume at ${mountPath}: write an absolute path other than /, without comma, colon, backslash or space, for example /kafka-logs`,
    );
  }
  if (pvcSpec !== undefined) return resolveClaim({ mountPath, pvcSpec, nodeId, path });
  if (emptyDir !== undefined) return { storage: { mountPath, source: { kind: 'emptyDir', spec: emptyDir } } };
  return refused(
    path,
    'Required',
    'cannot make this storage: write pvcSpec (a claim that survives the Pod) or emptyDir: {} (gone with the Pod)',
  );
}

interface ClaimConfig {
  readonly mountPath: string;
  readonly pvcSpec: RawObject;
  readonly nodeId: number;
  readonly path: string;
}

function resolveClaim({ mountPath, pvcSpec, nodeId, path }: ClaimConfig): Found {
  const { spec, unknown } = renderClaim(pvcSpec, { brokerId: nodeId, mountPath });
  if (unknown.length > 0) {
    return refused(
      `${path}.pvcSpec`,
      'NotSupported',
      `cannot fill in ${unknown.join(', ')}: only {{ .BrokerId }} and {{ .MountPath }} are known; write the value itself`,
    );
  }
  const size = requestedStorage(spec);
  const at = `${path}.pvcSpec.resources.requests.storage`;
  if (size === undefined)
    return refused(at, 'Required', 'cannot make a claim without a size: write resources.requests.storage, for example 100Gi');
  const bytes = parseQuantity(size);
  if (bytes === undefined || bytes === 0)
    return refused(at, 'Invalid', `cannot read the size ${size}: write a quantity such as 100Gi or 1.5T`);
  return { storage: { mountPath, source: { kind: 'claim', spec: { accessModes: DEFAULT_ACCESS_MODES, ...spec }, bytes } } };
}

function requestedStorage(spec: RawObject): string | undefined {
  const resources = own(spec, 'resources');
  const requests = isObject(resources) ? own(resources, 'requests') : undefined;
  const size = isObject(requests) ? own(requests, 'storage') : undefined;
  return typeof size === 'string' ? size : undefined;
}

/** A volume mounted inside another one hides part of it, and both would claim the same log directory. */
function nestedPaths(configs: readonly StorageConfig[], pathOf: PathOfStorage): readonly Problem[] {
  const paths = configs.map(({ mountPath }) => ({ mountPath, directory: `${mountPath.replace(/\/+$/, '')}/` }));
  return paths.flatMap((inner, index) => {
    const outer = paths.find(
      (other, at) => at !== index && (inner.directory !== other.directory || at < index) && inner.directory.startsWith(other.directory),
    );
    if (outer === undefined) return [];
    const message = `cannot mount ${inner.mountPath} in ${outer.mountPath}, which is a volume of the same node: choose a path beside it`;
    return [{ path: `${pathOf(inner.mountPath)}.mountPath`, code: 'Duplicate' as const, message }];
  });
}

const refused = (path: string, code: Problem['code'], message: string): Found => ({ problem: { path, code, message } });
