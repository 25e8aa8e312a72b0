/** Dashboards of Grafana 10 and later as data. Everything Grafana would fill in by itself is left to it. */
import { heightOf, panelJson, widthOf, type Panel } from './panel';

/** Grafana 10.0 writes this one; newer ones read it and migrate by themselves. */
const SCHEMA_VERSION = 38;
const COLUMNS = 24;

export interface Dashboard {
  /** Part of the address in Grafana, and the name of the file. */
  readonly uid: string;
  readonly title: string;
  readonly variables: readonly Variable[];
  readonly panels: readonly Panel[];
}

/** A choice above the panels, from the values of a label. */
export interface Variable {
  readonly name: string;
  readonly title: string;
  /** `label_values(metric, label)` of this metric (with matchers) and label. */
  readonly from: string;
  readonly label: string;
  /** Several values, or all; default false. */
  readonly many?: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** The dashboard as Grafana imports it. */
export function dashboardJson({ uid, title, variables, panels }: Dashboard): Json {
  return {
    uid,
    title,
    tags: ['kafka'],
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    schemaVersion: SCHEMA_VERSION,
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: { list: [DATASOURCE, ...variables.map(variableJson)] },
    annotations: { list: [] },
    links: [{ type: 'dashboards', title: 'Kafka', tags: ['kafka'], asDropdown: true, includeVars: true, keepTime: true }],
    panels: placed(panels),
  };
}

const DATASOURCE: Json = { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', refresh: 1 };

function variableJson({ name, title, from, label, many = false }: Variable): Json {
  return {
    name,
    label: title,
    type: 'query',
    datasource: { type: 'prometheus', uid: '${datasource}' },
    query: { query: `label_values(${from}, ${label})`, refId: name },
    refresh: 2,
    sort: 1,
    ...(many ? { multi: true, includeAll: true, allValue: '.*', current: { text: 'All', value: '$__all' } } : {}),
  };
}

/** From left to right, and on to the next line when a panel does not fit. */
function placed(panels: readonly Panel[]): readonly Json[] {
  let x = 0;
  let y = 0;
  let height = 0;
  return panels.map((panel, at) => {
    const [w, h] = [widthOf(panel), heightOf(panel)];
    if (x + w > COLUMNS) {
      x = 0;
      y += height;
      height = 0;
    }
    const gridPos = { x, y, w, h };
    x += w;
    height = Math.max(height, h);
    return { id: at + 1, ...panelJson(panel), gridPos };
  });
}
