/** Deployment, Service and budget of the Envoys; as a whole they are in test/golden. */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { sharedManifests } from '../../../lib/constructs/cluster';
import { envoyManifests } from '../../../lib/constructs/envoy';
import type { Manifest } from '../../../lib/constructs/manifest';
import { exposed, ONE_PORT, type Wish } from './envoy-files';
import { at, type Raw } from './small-cluster';

const ofKind = (of: ResolvedCluster, kind: string): Manifest => envoyManifests(of).find((manifest) => manifest.kind === kind)!;
const template = (wish: Wish): Raw => at(ofKind(exposed(wish), 'Deployment'), 'spec.template');
const service = (wish: Wish): Raw => at(ofKind(exposed(wish), 'Service'), 'spec');
const ONE: Wish = { ids: [100] };

test('they are among what the nodes share, and only where Envoy leads clients in', () => {
  const names = (of: ResolvedCluster): readonly string[] =>
    sharedManifests(of)
      .filter(({ metadata }) => metadata.labels?.['app'] === 'envoyingress')
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names(exposed(ONE))).toEqual(['Service envoy-loadbalancer-external-orders', 'Deployment envoy-external-orders']);
  expect(names({ ...exposed(ONE), ingressController: 'contour' })).toEqual([]);
});

describe('the Envoys', () => {
  test.each<[string, Wish]>([
    ['brokers', { ids: [100, 101, 102] }],
    ['a broker that leaves', { ids: [100, 101], departing: [101] }],
    ['the name of the Service', { ids: [100], listener: { hostnameOverride: 'kafka.example.com' } }],
  ])('are not replaced for %s', (_name, wish) => {
    expect(template(wish)).toEqual(template(ONE));
  });

  test.each<[string, NonNullable<Wish['envoyConfig']>]>([
    ['the port of the health checks', { healthCheckPort: 8090 }],
    ['HTTP/1.0', { enableHealthCheckHttp10: true }],
    ['another limit of memory', { resourceRequirements: { limits: { memory: '1Gi' } } }],
  ])('are replaced for %s, which is in what they start with', (_name, envoyConfig) => {
    const hash = (wish: Wish): string => template(wish).metadata.annotations['envoy.yaml.hash'] as string;
    expect(hash({ ...ONE, envoyConfig })).not.toBe(hash(ONE));
  });

  test('go only when others are ready, and linger until nobody sends them new clients', () => {
    expect(at(ofKind(exposed(ONE), 'Deployment'), 'spec.strategy.rollingUpdate.maxUnavailable')).toBe(0);
    const [envoy] = template(ONE).spec.containers;
    const linger = Number(envoy.lifecycle.preStop.exec.command[1]);
    expect(linger).toBeLessThan(template(ONE).spec.terminationGracePeriodSeconds);
  });

  test('mount their files as a directory, since a single file is never renewed', () => {
    const mounts: readonly Raw[] = template({ ...ONE, listener: { tlsSecretName: 'certificate' } }).spec.containers[0].volumeMounts;
    expect(mounts.filter((mount) => mount.subPath !== undefined)).toEqual([]);
    expect(mounts.map(({ mountPath }) => mountPath)).toEqual(['/etc/envoy', '/var/run/envoy', '/certs']);
  });

  test('keep apart unless the user says how', () => {
    const spread = (envoyConfig: NonNullable<Wish['envoyConfig']>): unknown =>
      template({ ...ONE, envoyConfig }).spec.topologySpreadConstraints;
    expect((spread({}) as readonly Raw[]).map((one) => one.whenUnsatisfiable)).toEqual(['ScheduleAnyway', 'ScheduleAnyway']);
    expect(spread({ affinity: { nodeAffinity: {} } })).toBeUndefined();
    const own = [{ topologyKey: 'zone', maxSkew: 2, whenUnsatisfiable: 'DoNotSchedule' }];
    expect(spread({ topologySpreadConstraints: own })).toEqual(own);
  });

  test('have the labels of the cluster, which never win over their own', () => {
    const of = { ...exposed(ONE), propagatedLabels: { team: 'payments', app: 'kafka', eListenerName: 'other' } };
    for (const manifest of envoyManifests(of)) {
      expect(manifest.metadata.labels).toMatchObject({ team: 'payments', app: 'envoyingress', eListenerName: 'external' });
    }
    expect(at(ofKind(of, 'Deployment'), 'spec.template.metadata.labels')).toMatchObject({ team: 'payments', app: 'envoyingress' });
  });
});

describe('the network of a Pod', () => {
  const sysctls = (wish: Wish): readonly string[] =>
    (template(wish).spec.securityContext.sysctls ?? []).map(({ name, value }: Raw) => `${name}=${value}`);

  test.each<[string, Wish, readonly string[]]>([
    ['is left alone', ONE, []],
    ['lets a port below 1024 be opened', { ...ONE, envoyConfig: { healthCheckPort: 80 } }, ['net.ipv4.ip_unprivileged_port_start=0']],
    [
      'takes no port of a broker for a connection of its own',
      { ...ONE, listener: { externalStartingPort: 40000 } },
      ['net.ipv4.ip_local_port_range=42001 65535'],
    ],
    [
      'takes the widest room that the ports leave',
      { ...ONE, listener: { externalStartingPort: 50000, ingressControllerTargetPort: 30000 } },
      ['net.ipv4.ip_local_port_range=10000 29999'],
    ],
    [
      'keeps clear of the one port of all',
      { ...ONE_PORT, listener: { ...ONE_PORT.listener, ingressControllerTargetPort: 33000 } },
      ['net.ipv4.ip_local_port_range=33001 65535'],
    ],
  ])('%s', (_name, wish, expected) => {
    expect(sysctls(wish)).toEqual(expected);
  });

  test('is as the user says', () => {
    expect(sysctls({ ...ONE, envoyConfig: { healthCheckPort: 80, podSecurityContext: { runAsUser: 7 } } })).toEqual([]);
  });
});

describe('the Service', () => {
  test('has a port for each broker, one for all, one for health checks, and none for the admin interface', () => {
    const ports: readonly Raw[] = service({ ids: [100, 101], listener: { anyCastPort: 9092 }, envoyConfig: { adminPort: 8081 } }).ports;
    expect(ports.map(({ name, port, targetPort }) => `${name} ${port} ${targetPort}`)).toEqual([
      'tcp-all-broker 9092 29092',
      'broker-100 19190 19190',
      'broker-101 19191 19191',
      'tcp-health 8080 8080',
    ]);
  });

  test('has one port for all brokers where host names tell them apart', () => {
    const ports: readonly Raw[] = service({ ...ONE_PORT, listener: { ...ONE_PORT.listener, anyCastPort: 443 } }).ports;
    expect(ports.map(({ name, port, targetPort }) => `${name} ${port} ${targetPort}`)).toEqual([
      'tcp-all-broker 443 29092',
      'tcp-health 8080 8080',
    ]);
  });

  test.each<[string, string | undefined, readonly string[], readonly string[]]>([
    ['LoadBalancer', 'Local', ['10.0.0.0/8'], ['externalTrafficPolicy', 'loadBalancerIP', 'loadBalancerSourceRanges']],
    ['NodePort', 'Local', [], ['externalTrafficPolicy']],
    ['ClusterIP', undefined, [], []],
  ])('of type %s has the fields that Kubernetes takes with it', (serviceType, externalTrafficPolicy, ranges, expected) => {
    const spec = service({
      ids: [100],
      listener: { serviceType, ...(externalTrafficPolicy === undefined ? {} : { externalTrafficPolicy }) },
      envoyConfig: { loadBalancerIP: '10.1.2.3', loadBalancerSourceRanges: ranges },
    });
    expect(spec.type).toBe(serviceType);
    expect(Object.keys(spec).filter((key) => /^(external|load)/.test(key))).toEqual(expected);
  });
});

describe('the budget', () => {
  test.each<[object | undefined, object | undefined]>([
    [undefined, undefined],
    [{ create: false, budget: '1' }, undefined],
    [{ create: true }, { minAvailable: 1 }],
    [{ create: true, budget: '50%', strategy: 'maxUnavailable' }, { maxUnavailable: '50%' }],
  ])('%j is %j', (disruptionBudget, expected) => {
    const made = envoyManifests(exposed({ ids: [100], envoyConfig: { disruptionBudget } })).find(
      ({ kind }) => kind === 'PodDisruptionBudget',
    );
    const selector = { matchLabels: { app: 'envoyingress', kafka_cr: 'orders', eListenerName: 'external' } };
    expect(made?.['spec']).toEqual(expected === undefined ? undefined : { ...expected, selector });
  });
});
