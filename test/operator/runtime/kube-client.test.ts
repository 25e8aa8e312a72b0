import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeError, isAlreadyExists, isConflict, isInvalid, isNotFound, isUnavailable } from '../../../operator/runtime/kube-error';
import type { KubeDraft } from '../../../operator/runtime/kube-types';
import type { Credentials } from '../../../operator/runtime/transport';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { clusters, configMaps, connect, nodes, pods } from '../../runtime/fake-client';
import type { Connected } from '../../runtime/fake-client';

// Real sockets: on a busy machine everything takes longer.
jest.setTimeout(20_000);

const configMap = (name: string, data: Record<string, string> = {}): KubeDraft => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'kafka' },
  data,
});

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'kafka' },
  spec: { containers: [{ name: 'kafka', image: 'kafka:1' }], madeUpField: { kept: true } },
});

async function errorOf(promise: Promise<unknown>): Promise<KubeError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof KubeError)) throw new Error(`no KubeError: ${String(error)}`);
  return error;
}

describe('the Kubernetes client', () => {
  let server: FakeApiServer;
  let connected: Connected;

  beforeEach(async () => {
    server = await FakeApiServer.start();
    connected = connect(server);
  });

  afterEach(async () => {
    connected.transport.close();
    await server.close();
  });

  describe('what it sends', () => {
    it('applies raw JSON with the field manager, the apply content type and the user agent', async () => {
      await connected.client.apply(pods, pod('orders-1'), { force: true });
      const [request] = server.requests;
      expect(request).toMatchObject({
        method: 'PATCH',
        url: '/api/v1/namespaces/kafka/pods/orders-1?fieldManager=kafka-operator&force=true',
        body: pod('orders-1'),
      });
      expect(request?.headers).toMatchObject({ 'content-type': 'application/apply-patch+yaml', 'user-agent': 'kafka-operator/1.2.3' });
    });

    it('takes another field manager and a dry run, which changes nothing', async () => {
      await connected.client.apply(configMaps, configMap('a'), { fieldManager: 'alerts', dryRun: true });
      expect(server.requests[0]?.query).toEqual({ fieldManager: 'alerts', dryRun: 'All' });
      expect(server.list(configMaps)).toEqual([]);
    });

    it('keeps fields that no client library knows, both ways', async () => {
      const answer = await connected.client.apply(pods, pod('orders-1'));
      expect(answer['spec']).toEqual(pod('orders-1').spec);
    });

    it('applies the status to its subresource and leaves the rest alone', async () => {
      const { client } = connected;
      const draft = { apiVersion: 'kafka.banzaicloud.io/v1beta1', kind: 'KafkaCluster', metadata: { name: 'orders', namespace: 'kafka' } };
      server.put({ ...draft, spec: { brokers: [] } });
      const answer = await client.applyStatus(clusters, { ...draft, status: { state: 'ClusterRunning' } });
      expect(answer).toMatchObject({ spec: { brokers: [] }, status: { state: 'ClusterRunning' }, metadata: { generation: 1 } });
      expect(server.requests[0]?.url).toBe(
        '/apis/kafka.banzaicloud.io/v1beta1/namespaces/kafka/kafkaclusters/orders/status?fieldManager=kafka-operator',
      );
    });

    it('uses no namespace for kinds that have none', async () => {
      server.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } });
      expect((await connected.client.get({ kind: nodes, name: 'a' })).metadata.name).toBe('a');
      expect(server.requests[0]?.url).toBe('/api/v1/nodes/a');
    });

    it('makes 200 applies over one connection', async () => {
      for (let i = 0; i < 200; i += 1) await connected.client.apply(configMaps, configMap('a', { i: String(i) }));
      expect(server.requests).toHaveLength(200);
      expect(server.connections).toBe(1);
    });

    it('lists all pages and gives every item its apiVersion and kind', async () => {
      for (let i = 0; i < 1_100; i += 1) server.put(configMap(`c${String(i)}`));
      const { items, resourceVersion } = await connected.client.list(configMaps, { namespace: 'kafka' });
      expect(items).toHaveLength(1_100);
      expect(items.every((item) => item.kind === 'ConfigMap' && item.apiVersion === 'v1')).toBe(true);
      expect(resourceVersion).toBe(String(server.objects.version));
      expect(server.requests).toHaveLength(3);
    });

    it('lists by labels and fields', async () => {
      server.put({ ...configMap('a'), metadata: { name: 'a', namespace: 'kafka', labels: { app: 'kafka' } } });
      server.put(configMap('b'));
      const names = async (options: object) => (await connected.client.list(configMaps, options)).items.map((item) => item.metadata.name);
      expect(await names({ labelSelector: 'app=kafka' })).toEqual(['a']);
      expect(await names({ labelSelector: '!app' })).toEqual(['b']);
      expect(await names({ fieldSelector: 'metadata.name=b' })).toEqual(['b']);
      expect(await names({ namespace: 'other' })).toEqual([]);
    });

    it('merges a patch, conditionally when it names a version', async () => {
      const { metadata } = server.put(configMap('a', { x: '1' }));
      const ref = { kind: configMaps, namespace: 'kafka', name: 'a' };
      const patch = { metadata: { resourceVersion: metadata.resourceVersion, annotations: { seen: 'true' } } };
      expect((await connected.client.mergePatch(ref, patch)).metadata.annotations).toEqual({ seen: 'true' });
      expect(isConflict(await errorOf(connected.client.mergePatch(ref, patch)))).toBe(true);
    });

    it("fetches a container's last words", async () => {
      server.logs.set('kafka/orders-1/kafka/previous', 'one\ntwo\nthree');
      const text = await connected.client.podLogs('kafka', 'orders-1', { container: 'kafka', previous: true, tailLines: 2 });
      expect(text).toBe('two\nthree');
    });

    it('counts every request by verb, resource and code', async () => {
      await connected.client.apply(configMaps, configMap('a'));
      await errorOf(connected.client.get({ kind: pods, namespace: 'kafka', name: 'none' }));
      const counted = connected.samples.map(({ verb, resource, code }) => `${verb} ${resource} ${code}`);
      expect(counted).toEqual(['apply configmaps 200', 'get pods 404']);
    });
  });

  describe('deletes', () => {
    const ref = { kind: configMaps, namespace: 'kafka', name: 'a' };
    const podRef = { kind: pods, namespace: 'kafka', name: 'orders-1' };

    it('takes an object that is gone already for a success', async () => {
      expect(await connected.client.delete(ref, { uid: 'x' })).toBeUndefined();
    });

    it.each([
      ['another uid', { uid: 'another' }],
      ['an older version', { resourceVersion: '1' }],
    ])('is refused with a conflict for %s, and the object stays', async (_, preconditions) => {
      server.put(configMap('a'));
      expect(isConflict(await errorOf(connected.client.delete(ref, preconditions)))).toBe(true);
      expect(server.get(configMaps, 'kafka', 'a')).toBeDefined();
    });

    it('gives nothing back when the object is gone at once', async () => {
      const { uid, resourceVersion } = server.put(configMap('a')).metadata;
      expect(await connected.client.delete(ref, { uid, resourceVersion })).toBeUndefined();
      expect(server.get(configMaps, 'kafka', 'a')).toBeUndefined();
    });

    it('gives a Pod back while it terminates', async () => {
      server.put(pod('orders-1'));
      const left = await connected.client.delete(podRef, {});
      expect(left?.metadata.deletionTimestamp).toBeDefined();
      server.endPod('kafka', 'orders-1');
      expect(server.get(pods, 'kafka', 'orders-1')).toBeUndefined();
    });

    it('gives nothing back for a Pod that was ended without grace, though the server shows it', async () => {
      server.put(pod('orders-1'));
      expect(await connected.client.delete(podRef, {}, { gracePeriodSeconds: 0 })).toBeUndefined();
      expect(server.get(pods, 'kafka', 'orders-1')).toBeUndefined();
    });

    it('gives an object back while a finalizer holds it', async () => {
      server.put({ ...configMap('a'), metadata: { name: 'a', namespace: 'kafka', finalizers: ['keep/it'] } });
      expect((await connected.client.delete(ref, {}))?.metadata.finalizers).toEqual(['keep/it']);
      await connected.client.mergePatch(ref, { metadata: { finalizers: null } });
      expect(server.get(configMaps, 'kafka', 'a')).toBeUndefined();
    });
  });

  describe('errors', () => {
    const ref = { kind: configMaps, namespace: 'kafka', name: 'a' };

    it('names verb, object and the words of the server', async () => {
      const error = await errorOf(connected.client.get(ref));
      expect(error.message).toBe('cannot get configmaps kafka/a: configmaps "a" not found (404 NotFound)');
      expect(error).toMatchObject({ status: 404, reason: 'NotFound', verb: 'get', ref: { name: 'a', namespace: 'kafka' } });
      expect(isNotFound(error)).toBe(true);
    });

    it('says who owns the field that an apply would take', async () => {
      const { client } = connected;
      await client.apply(configMaps, configMap('a', { x: '1' }), { fieldManager: 'somebody' });
      const error = await errorOf(client.apply(configMaps, configMap('a', { x: '2' })));
      expect(isConflict(error)).toBe(true);
      expect(error.details?.causes).toEqual([{ reason: 'FieldManagerConflict', message: 'conflict with "somebody"', field: '.data.x' }]);
      expect((await client.apply(configMaps, configMap('a', { x: '2' }), { force: true }))['data']).toEqual({ x: '2' });
    });

    it('tells a name that is taken from a conflict', async () => {
      await connected.client.create(configMaps, configMap('a'));
      const error = await errorOf(connected.client.create(configMaps, configMap('a')));
      expect([isAlreadyExists(error), isConflict(error)]).toEqual([true, false]);
    });

    it('carries the causes of a refusal', async () => {
      const details = { causes: [{ reason: 'FieldValueInvalid', message: 'must be positive', field: 'spec.x' }] };
      server.fault({ verb: 'apply' }, { status: 422, reason: 'Invalid', message: 'is invalid', details });
      const error = await errorOf(connected.client.apply(configMaps, configMap('a')));
      expect(isInvalid(error)).toBe(true);
      expect(error.details?.causes?.[0]?.field).toBe('spec.x');
    });

    it('copes with an answer that is no Status', async () => {
      server.fault({}, { status: 502, body: '<html>bad gateway</html>' });
      const error = await errorOf(connected.client.apply(configMaps, configMap('a')));
      expect(error).toMatchObject({ status: 502, reason: 'Unknown', said: '<html>bad gateway</html>' });
      expect(isUnavailable(error)).toBe(true);
    });

    it('copes with a success that is not JSON', async () => {
      server.fault({}, { status: 200, body: 'hello' });
      expect((await errorOf(connected.client.get(ref))).reason).toBe('Malformed');
    });
  });

  describe('faults on the way', () => {
    const ref = { kind: configMaps, namespace: 'kafka', name: 'a' };

    it('asks a read again after a reset', async () => {
      server.put(configMap('a'));
      server.fault({ verb: 'get' }, 'reset', 2);
      expect((await connected.client.get(ref)).metadata.name).toBe('a');
    });

    it('gives a read up after three resets', async () => {
      server.fault({ verb: 'get' }, 'reset', 3);
      expect(await errorOf(connected.client.get(ref))).toMatchObject({ status: 0, reason: 'Unreachable' });
      expect(server.requests).toHaveLength(3);
    });

    it('never repeats a write whose answer was lost', async () => {
      server.fault({ verb: 'create' }, 'resetAfter');
      const error = await errorOf(connected.client.create(configMaps, configMap('a')));
      expect(isUnavailable(error)).toBe(true);
      expect(server.requests).toHaveLength(1);
      expect(server.get(configMaps, 'kafka', 'a')).toBeDefined();
    });

    it('waits as long as the server asks when it is overloaded', async () => {
      server.fault({}, { status: 429, headers: { 'Retry-After': '0' } }, 2);
      expect((await connected.client.apply(configMaps, configMap('a'))).metadata.name).toBe('a');
      expect(server.requests).toHaveLength(3);
    });

    it.each([
      ['asks for a pause too long', { status: 503, headers: { 'Retry-After': '60' } }],
      ['asks for no pause', { status: 503 }],
    ])('gives up at once when the server %s', async (_, fault) => {
      server.fault({}, fault);
      expect(await errorOf(connected.client.apply(configMaps, configMap('a')))).toMatchObject({ status: 503 });
      expect(server.requests).toHaveLength(1);
    });

    it('gives up after the time-out', async () => {
      const { client, transport } = connect(server, { requestTimeout: 50 });
      server.fault({}, 'hang');
      expect(await errorOf(client.get(ref))).toMatchObject({ status: 0, reason: 'Timeout', said: 'no answer within 50 ms' });
      transport.close();
    });

    it('says nothing of tokens in errors', async () => {
      const credentials: Credentials = {
        server: () => server.url,
        applyToHTTPSOptions: async (options) => {
          options.headers = { Authorization: 'Bearer top-secret' };
        },
      };
      const { client, transport } = connect(server, { credentials, retries: 0 });
      server.fault({}, 'reset');
      const error = await errorOf(client.get(ref));
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error.cause)).not.toContain('top-secret');
      expect(server.requests[0]?.headers.authorization).toBe('Bearer top-secret');
      transport.close();
    });
  });
});

describe('credentials', () => {
  let folder: string;
  let tls: { key: string; cert: string };
  let server: FakeApiServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '2', ...subject], { stdio: 'ignore' });
    tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
    server = await FakeApiServer.start({ tls });
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('refuses a server that the CA does not vouch for', async () => {
    const { client, transport } = connect(server, { retries: 0 });
    expect(await errorOf(client.list(pods))).toMatchObject({ reason: 'Unreachable' });
    transport.close();
  });

  it('keeps its connection while a token changes, and makes a new one when the certificates do', async () => {
    let token = 'one';
    let ca = tls.cert;
    const credentials: Credentials = {
      server: () => server.url,
      applyToHTTPSOptions: async (options) => {
        options.headers = { Authorization: `Bearer ${token}` };
        options.ca = ca;
      },
    };
    const { client, transport } = connect(server, { credentials });
    const before = server.connections;
    await client.list(pods);
    token = 'two';
    await client.list(pods);
    expect(server.connections - before).toBe(1);
    ca = `${tls.cert}\n${tls.cert}`;
    await client.list(pods);
    expect(server.connections - before).toBe(2);
    expect(server.requests.slice(-3).map((request) => request.headers.authorization)).toEqual(['Bearer one', 'Bearer two', 'Bearer two']);
    transport.close();
  });

  it('sends user and password of a kubeconfig', async () => {
    const { client, transport } = connect(server, { credentials: server.credentials({ ca: tls.cert, auth: 'me:word' }) });
    await client.list(pods);
    expect(server.requests.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from('me:word').toString('base64')}`);
    transport.close();
  });
});
