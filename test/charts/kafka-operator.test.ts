import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { LABEL } from '../../lib/constructs/naming';
import { OWNED } from '../../operator/kinds';
import { CHART, helm, only, refusal, render } from './helm';
import type { Rendered } from './helm';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const rulesOf = (role: Rendered): readonly Rule[] => role['rules'];
const verbsOn = (rules: readonly Rule[], resource: string): readonly string[] =>
  rules.filter((rule) => rule.resources.includes(resource)).flatMap((rule) => rule.verbs);
const pod = (objects: readonly Rendered[]) => only(objects, 'Deployment')['spec'].template.spec;
const env = (objects: readonly Rendered[]): Readonly<Record<string, string>> =>
  Object.fromEntries(pod(objects).containers[0].env.map(({ name, value }: { name: string; value: string }) => [name, value]));

test('passes helm lint', () => {
  expect(helm(['lint', '--strict', CHART], { operator: { image: { repository: 'registry.test/kafka-operator' } } })).toMatchObject({ ok: true });
});

describe('permissions', () => {
  test('are cluster-wide when all namespaces are watched', () => {
    const objects = render();
    expect(verbsOn(rulesOf(only(objects, 'ClusterRole')), 'pods')).toEqual(['get', 'list', 'watch', 'create', 'patch', 'delete']);
    expect(objects.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.name)).toEqual(['kafka-operator-leader-election']);
  });

  test.each([
    ['a list', ['orders', 'billing']],
    ['a comma-joined text, as Koperator has it', 'orders, billing'],
  ])('are Roles in the watched namespaces, given as %s, and only nodes and definitions are read cluster-wide', (_name, namespaces) => {
    const objects = render({ operator: { namespaces } });
    expect(rulesOf(only(objects, 'ClusterRole'))).toEqual([
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['get', 'list', 'watch'] },
    ]);
    const roles = objects.filter(({ kind, metadata }) => kind === 'Role' && metadata.name === 'kafka-operator');
    expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(['orders', 'billing']);
    expect(roles.map((role) => verbsOn(rulesOf(role), 'kafkaclusters/status'))).toEqual([
      ['get', 'patch', 'update'],
      ['get', 'patch', 'update'],
    ]);
    expect(env(objects)).toMatchObject({ WATCH_NAMESPACES: 'orders,billing' });
  });

  test('never contain a wildcard, evictions, or the right to make roles', () => {
    const rules = render({ operator: { namespaces: ['orders'] } })
      .concat(render())
      .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
      .flatMap(rulesOf);
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.flatMap((rule) => [...rule.apiGroups, ...rule.resources, ...rule.verbs])).not.toContain('*');
    expect(rules.flatMap((rule) => rule.resources)).not.toContain('pods/eviction');
    expect(rules.flatMap((rule) => rule.apiGroups)).not.toContain('rbac.authorization.k8s.io');
    expect(rules.flatMap((rule) => rule.verbs)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(bind|escalate|impersonate)$/u)]));
    expect(verbsOn(rules, 'kafkaclusters')).not.toContain('delete');
    expect(new Set(verbsOn(rules, 'nodes'))).toEqual(new Set(['get', 'list', 'watch']));
  });

  test('are enough to deploy Cruise Control and to run its operations', () => {
    const rules = rulesOf(only(render(), 'ClusterRole'));
    for (const resource of ['deployments', 'cruisecontroloperations'])
      expect(verbsOn(rules, resource)).toEqual(['get', 'list', 'watch', 'create', 'patch', 'delete']);
    expect(verbsOn(rules, 'cruisecontroloperations/status')).toEqual(['get', 'patch', 'update']);
  });

  test('cover every kind that the operator owns', () => {
    const rules = rulesOf(only(render(), 'ClusterRole'));
    for (const { apiVersion, plural } of OWNED) {
      const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*$/u, '') : '';
      const own = rules.filter(({ apiGroups }) => apiGroups.includes(group));
      expect([group, plural, verbsOn(own, plural)]).toEqual([group, plural, ['get', 'list', 'watch', 'create', 'patch', 'delete']]);
    }
  });

  test('are bound to the release service account and to nothing else', () => {
    const bindings = render({ operator: { namespaces: ['orders'] } }).filter(({ kind }) => kind.endsWith('RoleBinding'));
    expect(bindings).toHaveLength(3);
    for (const binding of bindings) {
      expect(binding['subjects']).toEqual([{ kind: 'ServiceAccount', name: 'kafka-operator', namespace: 'kafka-system' }]);
      expect(binding['roleRef'].name).not.toBe('cluster-admin');
    }
  });

  test('are about cert-manager unless its use is switched off', () => {
    const of = (values: object) => verbsOn(rulesOf(only(render(values), 'ClusterRole')), 'certificates');
    expect(of({})).toEqual(['get', 'list', 'watch', 'create', 'patch', 'delete']);
    expect(of({ certManager: { enabled: false } })).toEqual([]);
  });

  test('are about signing requests when that is asked for, and approve those of issuers of cert-manager alone', () => {
    const of = (values: object) => rulesOf(only(render(values), 'ClusterRole')).filter((r) => r.apiGroups.includes('certificates.k8s.io'));
    expect(of({})).toEqual([]);
    const rules = of({ certSigning: { enabled: true }, operator: { namespaces: ['orders'] } });
    expect(rules.map(({ resources, verbs }) => [resources, verbs])).toEqual([
      [['certificatesigningrequests'], ['get', 'create']],
      [['certificatesigningrequests/approval'], ['patch', 'update']],
      [['signers'], ['approve']],
    ]);
    const role = render({ certSigning: { enabled: true }, operator: { namespaces: ['orders'] } }).find(
      ({ kind, metadata }) => kind === 'Role' && metadata.namespace === 'orders',
    );
    expect(verbsOn(rulesOf(role!), 'signers')).toEqual(['reference']);
    expect(rules[2]).toMatchObject({ resourceNames: ['issuers.cert-manager.io/*', 'clusterissuers.cert-manager.io/*'] });
  });

  test('are left to others when rbac.enabled is false', () => {
    expect(render({ rbac: { enabled: false } }).filter(({ apiVersion }) => apiVersion.startsWith('rbac.'))).toEqual([]);
  });
});

describe('the operator Pod', () => {
  test('runs as nobody, on a read-only file system, without capabilities', () => {
    const spec = pod(render());
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('has probes on the health port and a memory limit above what Node.js may use', () => {
    const [container] = pod(render()).containers;
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'health' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'health' });
    expect(container.resources).toEqual({ requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '256Mi' } });
    const heap = Number(/--max-old-space-size=(\d+)/u.exec(env(render())['NODE_OPTIONS'] ?? '')?.[1]);
    expect(heap + 100).toBeLessThanOrEqual(256);
  });

  test('gets the settings that the operator reads', () => {
    const settings = env(render({ operator: { workers: 8, verboseLogging: true }, healthProbes: { port: 9081 }, metricEndpoint: { port: 9080 } }));
    expect(settings).toMatchObject({
      WATCH_NAMESPACES: '',
      LOG_LEVEL: 'debug',
      LEADER_ELECTION: 'true',
      WORKERS: '8',
      METRICS_PORT: '9080',
      HEALTH_PORT: '9081',
    });
    expect(Object.keys(settings)).toEqual(expect.arrayContaining(['POD_NAME', 'POD_NAMESPACE']));
  });

  test('never overlaps with another one when there is no lease', () => {
    const objects = render({ leaderElection: { enabled: false } });
    expect(only(objects, 'Deployment')['spec'].strategy).toEqual({ type: 'Recreate' });
    expect(objects.filter(({ metadata }) => metadata.name.includes('leader-election'))).toEqual([]);
  });

  test('takes what the values add, under the names of Koperator', () => {
    const added = {
      additionalEnv: [{ name: 'EXTRA', value: 'yes' }],
      additionalSidecars: [{ name: 'side', image: 'registry.test/side:1' }],
      additionalVolumes: [{ name: 'more', emptyDir: {} }],
      nodeSelector: { pool: 'system' },
      tolerations: [{ key: 'system', operator: 'Exists' }],
      operator: { annotations: { note: 'here' } },
    };
    const objects = render(added);
    expect(pod(objects)).toMatchObject({ nodeSelector: added.nodeSelector, tolerations: added.tolerations });
    expect(pod(objects).containers.map(({ name }: { name: string }) => name)).toEqual(['operator', 'side']);
    expect(pod(objects).volumes.map(({ name }: { name: string }) => name)).toEqual(['tmp', 'alert-token', 'more']);
    expect(env(objects)).toMatchObject({ EXTRA: 'yes' });
    expect(only(objects, 'Deployment')['spec'].template.metadata.annotations).toEqual({ note: 'here' });
  });

  test('uses the chart version as tag until another is named', () => {
    expect(pod(render()).containers[0].image).toBe('registry.test/kafka-operator:0.1.0');
    expect(pod(render({ operator: { image: { tag: 'local' } } })).containers[0].image).toBe('registry.test/kafka-operator:local');
  });
});

describe('names', () => {
  test.each([
    [{}, 'kafka-operator'],
    [{ nameOverride: 'ko' }, 'kafka-operator-ko'],
    [{ fullnameOverride: 'the-operator' }, 'the-operator'],
  ])('with %j the Deployment is %s', (values, name) => {
    const objects = render(values);
    const deployment = only(objects, 'Deployment');
    expect(deployment.metadata.name).toBe(name);
    const services = objects.filter(({ kind }) => kind === 'Service');
    expect(services.map(({ metadata }) => metadata.name)).toEqual([`${name}-alertmanager`, `${name}-metrics`]);
    for (const service of services) expect(service['spec'].selector).toEqual(deployment['spec'].selector.matchLabels);
    expect(deployment['spec'].template.metadata.labels).toMatchObject(deployment['spec'].selector.matchLabels);
  });

  test('two releases of one name in two namespaces share no cluster-wide object', () => {
    const names = ['kafka-system', 'other'].map((namespace) => {
      const run = helm(['template', 'kafka-operator', CHART, '-n', namespace], { operator: { image: { repository: 'r' } }, crds: { install: false } });
      return /kind: ClusterRole\nmetadata:\n {2}name: (\S+)/u.exec(run.stdout)?.[1];
    });
    expect(names).toEqual(['kafka-system-kafka-operator', 'other-kafka-operator']);
  });
});

describe('CRDs', () => {
  const files = readdirSync(join(CHART, 'files/crds'));

  test('are installed as ordinary objects, so that an upgrade upgrades them, and kept by an uninstall', () => {
    const crds = render().filter(({ kind }) => kind === 'CustomResourceDefinition');
    expect(crds.map(({ metadata }) => metadata.name)).toContain('kafkaclusters.kafka.banzaicloud.io');
    expect(crds).toHaveLength(files.length);
    for (const crd of crds) expect(crd.metadata.annotations).toMatchObject({ 'helm.sh/resource-policy': 'keep' });
  });

  test.each(files)('%s is under 256 KiB and the same after rendering', (file) => {
    const text = readFileSync(join(CHART, 'files/crds', file), 'utf8');
    const crd = parse(text) as Rendered;
    expect(JSON.stringify(crd).length).toBeLessThan(256 * 1024);
    expect(text.length).toBeLessThan(256 * 1024);
    expect(render().find(({ metadata }) => metadata.name === crd.metadata.name)).toEqual(crd);
  });

  test('are left out when crds.install is false', () => {
    expect(render({ crds: { install: false } }).filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
  });
});

describe('metrics and budget', () => {
  test('a PodMonitor and a budget are there when asked for', () => {
    const kinds = (values: object) => render(values).map(({ kind }) => kind);
    expect(kinds({})).not.toEqual(expect.arrayContaining([expect.stringMatching(/PodMonitor|PodDisruptionBudget/u)]));
    expect(kinds({ prometheusMetrics: { podMonitor: { enabled: true } }, podDisruptionBudget: { enabled: true } })).toEqual(
      expect.arrayContaining(['PodMonitor', 'PodDisruptionBudget']),
    );
  });
});

describe('the network', () => {
  test('knows the operator by a label, whatever the release is called: NetworkPolicies of clusters let it in by it', () => {
    for (const values of [{}, { nameOverride: 'other' }])
      expect(only(render(values), 'Deployment')['spec'].template.metadata.labels).toMatchObject({ [LABEL.operator]: 'true' });
  });

  test('lets in to the operator who asks for metrics and health, on request', () => {
    expect(render().filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
    const objects = render({ networkPolicy: { create: true }, metricEndpoint: { port: 9080 } });
    const policy = only(objects, 'NetworkPolicy')['spec'];
    expect(policy.podSelector).toEqual(only(objects, 'Deployment')['spec'].selector);
    expect(policy).toMatchObject({
      policyTypes: ['Ingress'],
      ingress: [
        { from: [{ namespaceSelector: {} }], ports: [{ port: 9080, protocol: 'TCP' }] },
        { from: [{ namespaceSelector: {} }], ports: [{ port: 9001, protocol: 'TCP' }] },
        { ports: [{ port: 8081, protocol: 'TCP' }] },
      ],
    });
  });
});

describe('the status page', () => {
  const policyOf = (values: object) => JSON.stringify(only(render({ ...values, networkPolicy: { create: true } }), 'NetworkPolicy')['spec'].ingress);

  test.each([
    ['to kubectl port-forward alone, which no NetworkPolicy sees', {}, { STATUS_PORT: '8082', STATUS_HOST: '127.0.0.1' }, false],
    ['to any Pod when told', { port: 9082, toAnybody: true }, { STATUS_PORT: '9082', STATUS_HOST: '0.0.0.0' }, true],
    ['to nobody when it is off', { port: 9082, enabled: false, toAnybody: true }, { STATUS_PORT: '0' }, false],
  ])('is shown %s', (_name, statusPage, environment, letIn) => {
    expect(env(render({ statusPage }))).toMatchObject(environment);
    expect(policyOf({ statusPage }).includes('"port":9082')).toBe(letIn);
    expect(policyOf({ statusPage })).not.toContain('8082');
  });
});

describe('alerts', () => {
  test('are received with a token that the chart makes', () => {
    const objects = render();
    const secret = only(objects, 'Secret');
    expect(Buffer.from(String(secret['data'].token), 'base64').toString()).toMatch(/^[A-Za-z0-9]{48}$/u);
    expect(env(objects)).toMatchObject({ ALERT_PORT: '9001', ALERT_AUTH: 'token', ALERT_TOKEN_FILE: '/etc/kafka-operator/alert-token/token' });
    const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'kafka-operator-alertmanager');
    expect(service?.['spec'].ports).toEqual([{ name: 'http-alerts', port: 9001, targetPort: 'http-alerts' }]);
  });

  test('need no Secret of the chart with one of your own, with client certificates, and when nobody receives them', () => {
    const own = render({ alertManager: { auth: { existingSecret: 'mine' } } });
    expect(own.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(JSON.stringify(pod(own).volumes)).toContain('"secretName":"mine"');
    const mtls = render({ alertManager: { auth: { mode: 'mtls' }, tls: { secret: 'certificate' }, actions: ['/actions', 'a-package'] } });
    expect(env(mtls)).toMatchObject({ ALERT_AUTH: 'mtls', ALERT_TLS_DIR: '/etc/kafka-operator/alert-tls', ALERT_ACTIONS: '/actions,a-package' });
    const off = render({ alertManager: { enable: false } });
    expect(off.filter(({ kind, metadata }) => kind === 'Secret' || metadata.name.endsWith('-alertmanager'))).toEqual([]);
    expect(Object.keys(env(off)).filter((name) => name.startsWith('ALERT_'))).toEqual([]);
  });

  test('with client certificates need the CA', () => {
    expect(refusal({ alertManager: { auth: { mode: 'mtls' } } })).toContain('alertManager.tls.secret');
  });
});

describe('values that are refused', () => {
  test.each([
    ['no image', { operator: { image: { repository: '' } } }, 'operator.image.repository is required'],
    ['a key for something that is not here', { webhook: { enabled: true } }, 'Additional property webhook is not allowed'],
    ['a misspelt key', { operator: { image: { tagg: 'x' } } }, 'Additional property tagg is not allowed'],
    ['a text for a number', { replicaCount: 'two' }, 'replicaCount: Invalid type'],
    ['a namespace that cannot be one', { operator: { namespaces: ['Not_A_Name'] } }, 'operator.namespaces'],
    ['a privileged port', { healthProbes: { port: 80 } }, 'healthProbes.port'],
    ['an unknown log level', { operator: { logLevel: 'loud' } }, 'operator.logLevel'],
  ])('%s', (_name, values, message) => {
    expect(refusal(values)).toContain(message);
  });
});

test('the notes name the image and the next commands', () => {
  const notes = readFileSync(join(CHART, 'templates/NOTES.txt'), 'utf8');
  expect(notes).toContain('kubectl create namespace kafka');
  expect(notes).toContain('apply -f examples/simple.yaml');
});
