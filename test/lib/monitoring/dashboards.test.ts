import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dashboardJson } from '../../../lib/monitoring/dashboard';
import { DASHBOARDS } from '../../../lib/monitoring/dashboards';
import { stat, table, timeSeries } from '../../../lib/monitoring/panel';

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
}
interface Drawn {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}
interface Json {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly panels: readonly Drawn[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const drawn = DASHBOARDS.map((dashboard) => dashboardJson(dashboard) as unknown as Json);
const all = drawn.map((json) => [json.uid, json] as const);

test('there are five, each with an address of its own', () => {
  expect(drawn.map(({ uid }) => uid)).toEqual(['kafka-cluster', 'kafka-broker', 'kafka-operator', 'kafka-cruise-control', 'kafka-topics']);
});

describe.each(all)('%s', (_, { panels, schemaVersion, templating }) => {
  test('is of the version of Grafana 10, and chosen by data source, namespace and cluster', () => {
    expect(schemaVersion).toBe(38);
    expect(templating.list.slice(0, 3).map(({ name }) => name)).toEqual(['datasource', 'namespace', 'cluster']);
  });

  test('no panel lies over another one or beyond the edge, and each has its id', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${String(x + (at % w))}/${String(y + Math.floor(at / w))}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  test('every variable in a query is one of the choices', () => {
    const known = templating.list.map(({ name }) => name);
    const used = panels.flatMap(({ targets = [] }) =>
      targets.flatMap(({ expr }) => [...expr.matchAll(/\$(\w+)/gu)].map((match) => match[1])),
    );
    expect([...new Set(used)].filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });

  test('panels have titles, and series have names where there are several', () => {
    expect(panels.filter(({ title }) => title === '')).toEqual([]);
    const several = panels.filter(({ targets = [] }) => targets.length > 1).flatMap(({ targets = [] }) => targets);
    expect(several.filter(({ legendFormat }) => legendFormat === '__auto')).toEqual([]);
  });
});

describe('Prometheus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-dashboards-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('understands every query', () => {
    const bin = execFileSync(join(__dirname, '../../../tools/prometheus/fetch'), { encoding: 'utf8' }).trim();
    const queries = drawn.flatMap(({ panels }) => panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)));
    const rules = [...new Set(queries)].map((expr, at) => ({ record: `query_${String(at)}`, expr }));
    writeFileSync(join(folder, 'queries.json'), JSON.stringify({ groups: [{ name: 'queries', rules }] }));
    const said = execFileSync(join(bin, 'promtool'), ['check', 'rules', join(folder, 'queries.json')], { encoding: 'utf8' });
    expect(said).toContain(`SUCCESS: ${String(rules.length)} rules found`);
  }, 120_000);
});

describe('panels', () => {
  const draw = (panel: Parameters<typeof dashboardJson>[0]['panels'][number]) =>
    (dashboardJson({ uid: 'one', title: 'One', variables: [], panels: [panel] }) as { panels: readonly [object] }).panels[0];

  test('over time are stacked when asked', () => {
    expect(draw(timeSeries({ title: 'a', queries: [{ expr: 'up' }], stacked: true }))).toMatchObject({
      type: 'timeseries',
      fieldConfig: { defaults: { custom: { stacking: { mode: 'normal' } } } },
      targets: [{ refId: 'A', expr: 'up' }],
    });
  });

  test.each([
    [{ bad: 1 }, ['green', 'red']],
    [{ badBelow: 1 }, ['red', 'green']],
    [{}, ['green']],
  ])('with one number and %j have the colours %j', (limits, colours) => {
    const steps = colours.map((color) => expect.objectContaining({ color }) as object);
    expect(draw(stat({ title: 'a', queries: [{ expr: 'up' }], ...limits }))).toMatchObject({
      fieldConfig: { defaults: { thresholds: { steps } } },
      targets: [{ instant: true, range: false }],
    });
  });

  test('with a table show the labels that were asked for, and the number', () => {
    expect(draw(table({ title: 'a', queries: [{ expr: 'up' }], columns: ['pod'] }))).toMatchObject({
      transformations: [{ id: 'filterFieldsByName', options: { include: { names: ['pod', 'Value'] } } }, { id: 'organize' }],
      targets: [{ format: 'table' }],
    });
  });
});
