/** Panels of a dashboard as data: what is asked, how it is drawn, how wide it is. Positions are worked out by dashboard.ts. */

export interface Query {
  /** PromQL; `$namespace`, `$cluster` and the like are the variables of the dashboard. */
  readonly expr: string;
  /** Of each series, for example `{{pod}}`. */
  readonly legend?: string;
}

/** Grafana's own names of units. */
export type Unit = 'short' | 'percent' | 'percentunit' | 'bytes' | 'Bps' | 'reqps' | 'ops' | 's' | 'ms' | 'decmbytes' | 'bool_yes_no';

interface Common {
  readonly title: string;
  /** Shown behind the (i): what to read from it. */
  readonly about?: string;
  readonly queries: readonly Query[];
  readonly unit?: Unit;
  /** Of 24 columns. */
  readonly width?: number;
}

export interface TimeSeries extends Common {
  readonly kind: 'timeseries';
  readonly stacked?: boolean;
}

/** One number; it is red from `bad` on (or below it, with `badBelow`). */
export interface Stat extends Common {
  readonly kind: 'stat';
  readonly bad?: number;
  readonly badBelow?: number;
}

/** The labels of the series as they are now. */
export interface Table extends Common {
  readonly kind: 'table';
  /** Labels to show, in order. */
  readonly columns: readonly string[];
}

/** A heading; the panels behind it belong to it. */
export interface Row {
  readonly kind: 'row';
  readonly title: string;
}

export type Panel = TimeSeries | Stat | Table | Row;

export const row = (title: string): Row => ({ kind: 'row', title });
export const timeSeries = (panel: Omit<TimeSeries, 'kind'>): TimeSeries => ({ kind: 'timeseries', ...panel });
export const stat = (panel: Omit<Stat, 'kind'>): Stat => ({ kind: 'stat', ...panel });
export const table = (panel: Omit<Table, 'kind'>): Table => ({ kind: 'table', ...panel });

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;
const HEIGHTS = { timeseries: 8, stat: 4, table: 8, row: 1 } as const;
const WIDTHS = { timeseries: 8, stat: 4, table: 12, row: 24 } as const;

export const heightOf = ({ kind }: Panel): number => HEIGHTS[kind];
export const widthOf = (panel: Panel): number => (panel.kind === 'row' ? WIDTHS.row : (panel.width ?? WIDTHS[panel.kind]));

/** The panel in Grafana's own words, without its place. */
export function panelJson(panel: Panel): Readonly<Record<string, unknown>> {
  if (panel.kind === 'row') return { type: 'row', title: panel.title, collapsed: false, panels: [] };
  return {
    type: panel.kind,
    title: panel.title,
    ...(panel.about === undefined ? {} : { description: panel.about }),
    datasource: DATASOURCE,
    targets: panel.queries.map((query, at) => target(query, at, panel.kind)),
    fieldConfig: { defaults: { unit: panel.unit ?? 'short', ...drawing(panel) }, overrides: [] },
    options: optionsOf(panel),
    ...(panel.kind === 'table' ? { transformations: columnsOf(panel) } : {}),
  };
}

function target({ expr, legend = '__auto' }: Query, at: number, kind: Panel['kind']): Readonly<Record<string, unknown>> {
  const now = kind === 'timeseries' ? {} : { instant: true, range: false };
  const format = kind === 'table' ? { format: 'table' } : {};
  return { refId: String.fromCharCode(65 + at), datasource: DATASOURCE, expr, legendFormat: legend, ...now, ...format };
}

function drawing(panel: TimeSeries | Stat | Table): Readonly<Record<string, unknown>> {
  switch (panel.kind) {
    case 'timeseries':
      return {
        min: 0,
        custom: {
          lineWidth: 1,
          fillOpacity: panel.stacked === true ? 30 : 10,
          showPoints: 'never',
          stacking: { mode: panel.stacked === true ? 'normal' : 'none' },
        },
      };
    case 'stat':
      return { color: { mode: 'thresholds' }, thresholds: { mode: 'absolute', steps: steps(panel) } };
    case 'table':
      return { custom: { align: 'auto' } };
  }
}

function steps({ bad, badBelow }: Stat): readonly { readonly color: string; readonly value: number | null }[] {
  if (badBelow !== undefined)
    return [
      { color: 'red', value: null },
      { color: 'green', value: badBelow },
    ];
  return [{ color: 'green', value: null }, ...(bad === undefined ? [] : [{ color: 'red', value: bad }])];
}

function optionsOf({ kind }: TimeSeries | Stat | Table): Readonly<Record<string, unknown>> {
  switch (kind) {
    case 'timeseries':
      return { legend: { displayMode: 'list', placement: 'bottom', showLegend: true }, tooltip: { mode: 'multi', sort: 'desc' } };
    case 'stat':
      return { colorMode: 'value', graphMode: 'none', reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } };
    case 'table':
      return { showHeader: true, cellHeight: 'sm' };
  }
}

/** Only these labels, in this order; the number comes last. */
function columnsOf({ columns, queries }: Table): readonly unknown[] {
  const value = queries.length === 1 ? 'Value' : 'Value #A';
  const include = [...columns, value];
  return [
    { id: 'filterFieldsByName', options: { include: { names: include } } },
    { id: 'organize', options: { indexByName: Object.fromEntries(include.map((name, at) => [name, at])) } },
  ];
}
