import { Kafka, logLevel } from 'kafkajs';
import { ANNOTATION, serverCertificateName } from '../../../lib/constructs/naming';
import { secretOf, shownAt, textIn } from '../certificates';
import { podsOf, running } from '../cluster';
import { figure, seconds } from '../figures';
import { until } from '../kubernetes';
import { annotate, condition } from '../live';
import { identitiesOf } from '../outside';
import {
  bootstrap,
  BROKERS,
  BUSY,
  fingerprintIn,
  hostOf,
  NAME,
  OWN_PORT,
  ownCertificate,
  PORT,
  putOwn,
  secureCluster,
  secureClusterGone,
  serverCertificate,
  shown,
  whileLoaded,
} from '../secure';

beforeAll(secureCluster);
afterAll(secureClusterGone);

describe('certificates that nobody thought of', () => {
  it('cover every broker by its name, and nobody comes in without one', async () => {
    const { 'ca.crt': ca } = (await secretOf(serverCertificateName(NAME))).data as Record<string, string>;
    const seen = await Promise.all(BROKERS.map((id) => shownAt(hostOf(id), PORT, Buffer.from(ca ?? '', 'base64').toString())));
    expect(seen.map(({ trusted }) => trusted)).toEqual([true, true, true]);
    await condition('CertificatesValid', 'AllCertificatesValid', { name: NAME });
    const impatient = { retries: 0 };
    const stranger = new Kafka({ brokers: [bootstrap], ssl: { rejectUnauthorized: false }, retry: impatient, logLevel: logLevel.NOTHING });
    const asking = stranger.admin();
    await expect(asking.connect()).rejects.toThrow();
    await asking.disconnect();
  }, 60_000);

  it('are renewed three times under load without any restart, and no record is lost', async () => {
    const pods = identitiesOf(await podsOf(NAME));
    const times: number[] = [];
    const { acknowledged, longestStall } = await whileLoaded('renewed-leaf', async () => {
      for (const round of ['1', '2', '3']) {
        const before = await serverCertificate();
        const from = Date.now();
        await annotate(ANNOTATION.renewCertificates, round, NAME);
        const fresh = await until('the certificate is another one', async () => {
          const now = await serverCertificate();
          return now === before ? undefined : now;
        });
        await until('every broker shows it', async () => (await shown()).every((fingerprint) => fingerprint === fresh), BUSY);
        times.push(Date.now() - from);
      }
      await running(NAME);
    });
    figure('renewed certificates shown by three brokers after', times.map(seconds).join(', '));
    figure('three renewals under load', `${String(acknowledged.size)} records, longest produce stall ${seconds(longestStall)}`);
    expect(identitiesOf(await podsOf(NAME))).toEqual(pods);
  }, 600_000);
});

describe('a certificate of your own beside them', () => {
  it('is shown on its own listener, and the others keep theirs', async () => {
    const mine = fingerprintIn(textIn(await secretOf('secure-own'), 'tls.crt'));
    expect(await shown(OWN_PORT)).toEqual([mine, mine, mine]);
    expect(new Set(await shown())).toEqual(new Set([await serverCertificate()]));
  }, 60_000);

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no PEM at all', { 'tls.crt': 'x', 'tls.key': 'y' }],
    ['a megabyte of nothing', { 'tls.crt': 'A'.repeat(1_000_000), 'tls.key': 'y' }],
    ['a key that is not its own', { 'tls.key': ownCertificate()['tls.key'] ?? '' }],
  ])(
    'that is %s ends in a condition, and the listener goes on with what it had',
    async (_, wrong) => {
      const [before, pods] = [await shown(OWN_PORT), identitiesOf(await podsOf(NAME))];
      await putOwn({ ...ownCertificate(), ...wrong });
      const { message } = await condition('CertificatesValid', 'CertificateUnusable', { name: NAME });
      expect(message).toContain('secure-own');
      await running(NAME);
      expect(await shown(OWN_PORT)).toEqual(before);
      expect(identitiesOf(await podsOf(NAME))).toEqual(pods);
    },
    200_000,
  );

  it('that is right again is taken without a restart', async () => {
    const pods = identitiesOf(await podsOf(NAME));
    await putOwn(ownCertificate());
    const mine = fingerprintIn(textIn(await secretOf('secure-own'), 'tls.crt'));
    await until('every broker shows it', async () => (await shown(OWN_PORT)).every((fingerprint) => fingerprint === mine), BUSY);
    await condition('CertificatesValid', 'AllCertificatesValid', { name: NAME });
    expect(identitiesOf(await podsOf(NAME))).toEqual(pods);
  }, 300_000);
});
