/** The table in bench/README.md, written anew between its two markers from all results that there are. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMet, RESULTS, ROOT, type Figure, type Result } from './result';

const BEGIN = '<!-- results: written by bench/run -->';
const END = '<!-- end of results -->';
const ORDER = [
  'first-cluster',
  'idle',
  'replace-pod',
  'replace-pod-real',
  'roll-real',
  'envoy-real',
  'roll-simulated',
  'drain-simulated',
  'hundred-clusters',
  'pass-300',
  'envoy-config',
];

function results(): readonly Result[] {
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return readdirSync(RESULTS)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(RESULTS, file), 'utf8')) as Result)
    .sort((a, b) => rank(a.name) - rank(b.name));
}

const amount = (value: number, unit: string): string => (unit === '' || unit === 'ratio' ? `${value}` : `${value} ${unit}`);

function shown({ value, unit }: Figure): string {
  if (typeof value === 'number') return amount(value, unit);
  return `${amount(value.median, unit)} (${value.min} to ${value.max}, ${value.of} values)`;
}

function wanted(figure: Figure): string {
  const met = isMet(figure);
  if (met === undefined) return '';
  return `at most ${amount(figure.wanted ?? 0, figure.unit)}: ${met ? 'yes' : '**no**'}`;
}

const row = (figure: Figure): string =>
  `| ${figure.what}${figure.note === undefined ? '' : `<br><sub>${figure.note}</sub>`} | ${shown(figure)} | ${wanted(figure)} |`;

function section(result: Result): string {
  const { machine, versions } = result;
  const chosen = Object.entries(result.parameters).map(([name, value]) => `${name} ${value}`);
  const versionText = Object.entries(versions)
    .filter(([, version]) => version !== 'none')
    .map(([name, version]) => `${name} ${version}`);
  return [
    `### ${result.name}: ${result.title}`,
    '',
    `\`${result.command}\`, ${result.date}, ${result.seconds} s; ${machine.cores} cores, ${machine.memoryGiB} GiB, load ${machine.loadAtStart} at the start; ${versionText.join(', ')}.`,
    ...(chosen.length === 0 ? [] : [`With ${chosen.join(', ')}.`]),
    result.standIns.length === 0 ? 'Everything is real.' : `Stand-ins: ${result.standIns.join('; ')}.`,
    '',
    '| what | figure | wanted |',
    '|---|---|---|',
    ...result.figures.map(row),
    '',
  ].join('\n');
}

export function writeTable(): void {
  const file = join(ROOT, 'bench/README.md');
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`cannot write the table: ${file} lacks the lines "${BEGIN}" and "${END}"`);
  const table = results().map(section).join('\n');
  writeFileSync(file, `${text.slice(0, begin)}${BEGIN}\n\n${table}\n${text.slice(end)}`);
}

/** What a run prints at its end. */
export function printed(result: Result): string {
  const lines = result.figures.map((f) => `  ${f.what.padEnd(72)} ${shown(f).padEnd(44)} ${wanted(f).replaceAll('**', '')}`);
  return [`${result.name}: ${result.title}`, ...lines].join('\n');
}
