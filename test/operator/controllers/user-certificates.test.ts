/** KafkaUsers whose certificates others sign, step by step against objects in memory; the signer is a CA of the test. */
import 'reflect-metadata';
import { createPublicKey, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { requestName, type SigningUser } from '../../../lib/constructs/signing-request';
import { advanceSigning, type Progress } from '../../../operator/controllers/user-certificates';
import type { SecretObject } from '../../../operator/decide/certificate-view';
import { issueAuthority, issueLeaf, signingRequest } from '../../../operator/pki/issue';
import { secretTls } from '../../../operator/pki/secret-tls';
import { SECRET } from '../../../operator/kinds';
import { KubeError } from '../../../operator/runtime/kube-error';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { certificateFor } from './request-signer';

const PROFILE = {
  commonName: 'alice',
  names: [],
  keyType: 'ECDSA-P256',
  durationMs: 3_600_000,
  renewBeforeMs: 0,
  authority: false,
} as const;
const CA = { ...PROFILE, commonName: 'ca', authority: true } as const;

const wish = (signerName: string, includeJks = false): SigningUser => ({
  user: { name: 'alice', namespace: 'kafka', uid: 'u-a' },
  secretName: 'alice-secret',
  profile: PROFILE,
  includeJks,
  labels: { kafka_cr: 'orders' },
  annotations: {},
  signerName,
});

const OURS = 'clusterissuers.cert-manager.io/company';
const failed = (status: number, reason: string): KubeError =>
  new KubeError({ status, reason, said: reason, verb: 'test', ref: { kind: SECRET } });

type Patch = Readonly<Record<string, Record<string, unknown>>>;

/** As much of Kubernetes as is asked for. */
class Objects {
  readonly all = new Map<string, KubeObject>();
  readonly asked: string[] = [];
  forbidden = false;
  #version = 0;

  readonly kube = {
    get: async ({ kind, name }: { kind: { kind: string }; name: string }) => this.#known(`${kind.kind}/${name}`),
    create: async ({ kind }: { kind: string }, draft: object) => {
      const object = draft as KubeObject;
      const key = `${kind}/${object.metadata.name}`;
      this.asked.push(`create ${kind}`);
      if (this.forbidden && kind !== 'Secret') throw failed(403, 'Forbidden');
      if (this.all.has(key)) throw failed(409, 'AlreadyExists');
      return this.#put(key, object);
    },
    mergePatch: async ({ kind, name }: { kind: { kind: string }; name: string }, patch: unknown, subresource?: string) => {
      this.asked.push(`patch ${kind.kind}${subresource === undefined ? '' : `/${subresource}`}`);
      const key = `${kind.kind}/${name}`;
      const before = this.#known(key);
      const { metadata = {}, ...rest } = patch as Patch;
      if (metadata['resourceVersion'] !== before.metadata.resourceVersion) throw failed(409, 'Conflict');
      const laid = (a: unknown, b: object): object =>
        Object.fromEntries(Object.entries({ ...(a as object), ...b }).filter(([, value]) => value !== null));
      const fields = Object.fromEntries(Object.entries(rest).map(([field, value]) => [field, laid(before[field], value)]));
      const annotations = laid(before.metadata.annotations, metadata['annotations'] ?? {}) as Record<string, string>;
      return this.#put(key, { ...before, ...fields, metadata: { ...before.metadata, annotations } });
    },
    apply: () => Promise.reject(new Error('nothing is applied')),
  };

  /** The answer of the signer to the only request. */
  answer(certificate: string): void {
    const [key, request] = [...this.all].find(([name]) => name.startsWith('CertificateSigningRequest/'))!;
    const status = request['status'] ?? {};
    this.#put(key, { ...request, status: { ...status, certificate: Buffer.from(certificate).toString('base64') } });
  }

  secret(): SecretObject | undefined {
    const secret = this.all.get('Secret/alice-secret');
    return secret === undefined
      ? undefined
      : { ...(secret as unknown as SecretObject), tls: secretTls((secret['data'] ?? {}) as Record<string, string>) };
  }

  data(): Readonly<Record<string, string>> {
    const data = (this.all.get('Secret/alice-secret')?.['data'] ?? {}) as Record<string, string>;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
  }

  /** Somebody else makes an object, or writes another in its place. */
  put(object: Omit<KubeObject, 'metadata'> & { readonly metadata: Partial<KubeObject['metadata']> & { readonly name: string } }): void {
    const made = object as unknown as KubeObject;
    this.#put(`${made.kind}/${made.metadata.name}`, made);
  }

  /** Names of those whose certificates were approved. */
  approved(): readonly string[] {
    const requests = [...this.all.values()].filter(({ kind }) => kind === 'CertificateSigningRequest');
    return requests.filter(({ status }) => JSON.stringify(status ?? {}).includes('"Approved"')).map(subjectIn);
  }

  #known(key: string): KubeObject {
    if (this.forbidden && !key.startsWith('Secret/')) throw failed(403, 'Forbidden');
    const found = this.all.get(key);
    if (found === undefined) throw failed(404, 'NotFound');
    return found;
  }

  #put(key: string, object: KubeObject): KubeObject {
    this.#version += 1;
    const made = { ...object, metadata: { ...object.metadata, uid: key, resourceVersion: String(this.#version) } };
    this.all.set(key, made);
    return made;
  }
}

const now = Date.now();
const step = (of: SigningUser, objects: Objects, trust = ''): Promise<Progress> =>
  advanceSigning(of, { secret: objects.secret(), trust, now }, { kube: objects.kube, wrote: () => undefined });

/** What a signer makes of the request that was made. */
async function signed(objects: Objects): Promise<{ readonly certificate: string; readonly ca: string }> {
  const ca = await issueAuthority(CA, now);
  const request = [...objects.all.values()].find(({ kind }) => kind === 'CertificateSigningRequest')!;
  return { certificate: await certificateFor(request, ca, now), ca: ca.certificate };
}

const subjectIn = (request: KubeObject): string =>
  new x509.Pkcs10CertificateRequest(Buffer.from((request['spec'] as { request: string }).request, 'base64').toString('utf8')).subject;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const OWN = { ownerReferences: [{ apiVersion: 'kafka.banzaicloud.io/v1alpha1', kind: 'KafkaUser', name: 'alice', uid: 'u-a' }] };

/** The Secret of alice as somebody with rights to Secrets writes it, so that the key of this request is signed. */
function forge(objects: Objects, { key, csr }: { readonly key: string; readonly csr: string }, csrName: string): void {
  const metadata = { name: 'alice-secret', namespace: 'kafka', ...OWN, annotations: { 'banzaicloud.io/csr': csrName } };
  const data = { 'request.key': base64(key), 'request.csr': base64(csr) };
  objects.put({ apiVersion: 'v1', kind: 'Secret', metadata, data });
}

const requestOf = (csr: string, more: object = {}) => ({
  ...{ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' },
  spec: { request: base64(csr), signerName: OURS, expirationSeconds: 3600, usages: ['digital signature', 'client auth', 'server auth'] },
  ...more,
});

describe('what lies in the Secret of a user is not believed', () => {
  test.each([
    ['for somebody else', { ...PROFILE, commonName: 'orders-controller.kafka.mgt.cluster.local' }],
    ['with more names', { ...PROFILE, names: ['DNS:orders-headless.kafka.svc'] }],
    ['for other usages', { ...PROFILE, clientOnly: true }],
  ])('a request %s is neither made nor approved', async (_name, profile) => {
    const objects = new Objects();
    forge(objects, await signingRequest(profile), 'alice-forged');
    for (let at = 0; at < 4; at += 1) await step(wish(OURS), objects);
    const requests = [...objects.all.values()].filter(({ kind }) => kind === 'CertificateSigningRequest');
    expect(requests.map(subjectIn)).toEqual(['CN=alice']);
    const request = new x509.Pkcs10CertificateRequest(
      Buffer.from((requests[0]?.['spec'] as { request: string }).request, 'base64').toString(),
    );
    expect(request.extensions.map(({ type }) => type).sort()).toEqual(['2.5.29.15', '2.5.29.37']);
    expect(Buffer.from(request.getExtension('2.5.29.37')!.value).toString('hex')).toContain('2b06010505070301');
  });

  test('a request of somebody else that it names is not approved', async () => {
    const objects = new Objects();
    const boss = await signingRequest({ ...PROFILE, commonName: 'boss' });
    objects.put(requestOf(boss.csr, { metadata: { name: 'of-the-boss' } }) as unknown as KubeObject);
    forge(objects, boss, 'of-the-boss');
    for (let at = 0; at < 4; at += 1) await step(wish(OURS), objects);
    expect(objects.approved()).toEqual(['CN=alice']);
  });

  test.each([
    ['a CA', { metadata: { annotations: { 'experimental.cert-manager.io/request-is-ca': 'true' } } }],
    ['another usage', { usages: ['digital signature', 'client auth', 'server auth', 'cert sign'] }],
    ['another signer', { signerName: 'clusterissuers.cert-manager.io/other' }],
  ])(
    'a request of its name that somebody else made for %s is not approved',
    async (_name, { metadata = {}, ...spec }: Record<string, object | string>) => {
      const objects = new Objects();
      const own = await signingRequest(PROFILE);
      const name = requestName(wish(OURS).user, createPublicKey(own.key).export({ type: 'spki', format: 'pem' }).toString());
      const made = requestOf(own.csr);
      objects.put({ ...made, metadata: { name, ...(metadata as object) }, spec: { ...made.spec, ...spec } });
      forge(objects, own, name);
      for (let at = 0; at < 4; at += 1) await step(wish(OURS), objects);
      expect(JSON.stringify(objects.all.get(`CertificateSigningRequest/${name}`)?.['status'] ?? {})).not.toContain('Approved');
      expect(objects.approved()).toEqual(['CN=alice']);
    },
  );
});

describe('a certificate by a signing request', () => {
  test.each([[false], [true]])('is drawn, requested, approved and taken; with key stores: %p', async (jks) => {
    const objects = new Objects();
    const of = wish(OURS, jks);
    expect(await step(of, objects)).toMatchObject({ state: 'pending', again: 1000 });
    expect(Object.keys(objects.data()).sort()).toEqual(['request.key']);
    expect(objects.asked).toEqual(['create Secret', 'create CertificateSigningRequest', 'patch CertificateSigningRequest/approval']);
    expect(await step(of, objects)).toMatchObject({ state: 'pending', why: expect.stringContaining('has not signed') as unknown });
    const { certificate, ca } = await signed(objects);
    objects.answer(certificate);
    expect(await step(of, objects, ca)).toEqual({ state: 'done', again: expect.any(Number) as unknown });
    const data = objects.data();
    const stores = ['keystore.jks', 'keystore.p12', 'password', 'truststore.jks', 'truststore.p12'];
    expect(Object.keys(data).sort()).toEqual(['ca.crt', 'chain.pem', 'tls.crt', 'tls.key', ...(jks ? stores : [])].sort());
    expect(new X509Certificate(data['tls.crt']!).publicKey.equals(createPublicKey(data['tls.key']!))).toBe(true);
    expect(data['ca.crt']?.trim()).toBe(ca.trim());
    expect(await step(of, objects, ca)).toMatchObject({ state: 'done', again: expect.any(Number) as unknown });
  });

  test('keeps the key that is in use until the next one is signed', async () => {
    const objects = new Objects();
    const of = wish(OURS);
    for (let at = 0; at < 3; at += 1) await step(of, objects);
    const { certificate, ca } = await signed(objects);
    objects.answer(certificate);
    await step(of, objects, ca);
    const { 'tls.key': key } = objects.data();
    const later = { secret: objects.secret(), trust: ca, now: now + 3_000_000 };
    expect(await advanceSigning(of, later, { kube: objects.kube, wrote: () => undefined })).toMatchObject({ state: 'pending' });
    expect(objects.data()).toMatchObject({ 'tls.key': key, 'request.key': expect.stringContaining('PRIVATE KEY') as unknown });
  });

  test('is asked for once by two operators', async () => {
    const objects = new Objects();
    const of = wish(OURS);
    forge(objects, await signingRequest(PROFILE), 'alice');
    const before = objects.secret();
    const twice = () =>
      advanceSigning(of, { secret: before, trust: '', now }, { kube: { ...objects.kube, get: objects.kube.get }, wrote: () => undefined });
    await Promise.allSettled([twice(), twice()]);
    expect([...objects.all.keys()].filter((key) => key.startsWith('CertificateSigningRequest/'))).toHaveLength(1);
  });

  test('for another key is refused', async () => {
    const objects = new Objects();
    const of = wish(OURS);
    for (let at = 0; at < 3; at += 1) await step(of, objects);
    const other = await issueLeaf(PROFILE, await issueAuthority(CA, now), now);
    objects.answer(other.certificate);
    await expect(step(of, objects)).rejects.toThrow(/it is for another key/);
    expect(objects.data()).not.toHaveProperty('tls.crt');
  });

  test('is not approved for anybody else', async () => {
    const objects = new Objects();
    const of = wish('kubernetes.io/kube-apiserver-client');
    for (let at = 0; at < 3; at += 1) await step(of, objects);
    expect(await step(of, objects)).toMatchObject({
      state: 'pending',
      why: expect.stringContaining('kubectl certificate approve') as unknown,
    });
    expect(objects.asked).not.toContain('patch CertificateSigningRequest/approval');
  });

  test('names the value of the chart where the operator may not make requests', async () => {
    const objects = new Objects();
    const of = wish(OURS);
    objects.forbidden = true;
    expect(await step(of, objects)).toEqual({ state: 'blocked', why: expect.stringContaining('certSigning.enabled') as unknown });
  });

  test('shows no key in what is said or requested', async () => {
    const objects = new Objects();
    const of = wish(OURS);
    const said: Progress[] = [];
    for (let at = 0; at < 3; at += 1) said.push(await step(of, objects));
    const request = [...objects.all.values()].find(({ kind }) => kind !== 'Secret');
    const body = Buffer.from((request?.['spec'] as { request: string }).request, 'base64').toString('utf8');
    expect(JSON.stringify([said, request]) + body).not.toContain('PRIVATE KEY');
  });
});
