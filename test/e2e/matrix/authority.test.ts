import { ANNOTATION, authorityName } from '../../../lib/constructs/naming';
import { certificatesIn, secretOf, shownAt, textIn } from '../certificates';
import { running } from '../cluster';
import { figure, seconds } from '../figures';
import { until } from '../kubernetes';
import { annotate } from '../live';
import { BROKERS, hostOf, NAME, PORT, secureCluster, secureClusterGone, whileLoaded } from '../secure';

beforeAll(secureCluster);
afterAll(secureClusterGone);

/** Three rolls of all nodes, one for each step: that is why it is not among the journeys. */
describe('certificates', () => {
  it('survive the replacement of their CA under load; the old one is dropped', async () => {
    const before = certificatesIn(textIn(await secretOf(authorityName(NAME)), 'ca.crt'));
    expect(before).toHaveLength(1);
    const from = Date.now();
    const { acknowledged, longestStall } = await whileLoaded('renewed-ca', async () => {
      await annotate(ANNOTATION.renewAuthority, '1', NAME);
      await until(
        'the old CA is dropped',
        async () => {
          const now = certificatesIn(textIn(await secretOf(authorityName(NAME)), 'ca.crt'));
          return now.length === 1 && now[0] !== before[0];
        },
        { seconds: 900 },
      );
      await running(NAME, 400);
    });
    figure(
      'a CA replaced under load',
      `${seconds(Date.now() - from)}, ${String(acknowledged.size)} records, longest produce stall ${seconds(longestStall)}`,
    );
    const ca = textIn(await secretOf('loader'), 'ca.crt');
    expect(certificatesIn(ca)).toHaveLength(1);
    const seen = await Promise.all(BROKERS.map((id) => shownAt(hostOf(id), PORT, ca)));
    expect(seen.map(({ trusted }) => trusted)).toEqual([true, true, true]);
  }, 1_800_000);
});
