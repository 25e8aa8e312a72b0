/**
 * Holds the tree to the house: who may import whom (tools/lint/walls.json), sizes, names. It walks the imports with
 * TypeScript's own parser and knows nothing of the lint rule that reads the same table, so that neither can go blind unnoticed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import * as ts from 'typescript';
import table from '../tools/lint/walls.json';

const ROOT = dirname(__dirname);
const LIMIT = 400;
const MEDIAN = 150;

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const files = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`)
    .sort();

const sources = [...files('lib'), ...files('operator')];
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const lines = (text: string): number => text.split('\n').length - 1;

// ---- imports -------------------------------------------------------------------------------------------------------

const literal = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;

function importClauseIsType(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((e) => e.isTypeOnly)
  );
}

function importOf(node: ts.Node): { readonly specifier: string | undefined; readonly typeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node)) return { specifier: literal(node.moduleSpecifier), typeOnly: importClauseIsType(node.importClause) };
  if (ts.isExportDeclaration(node)) return { specifier: literal(node.moduleSpecifier), typeOnly: node.isTypeOnly };
  if (ts.isImportTypeNode(node))
    return { specifier: ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : undefined, typeOnly: true };
  if (ts.isExternalModuleReference(node)) return { specifier: literal(node.expression), typeOnly: false };
  if (!ts.isCallExpression(node)) return undefined;
  const loads =
    node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require');
  return loads ? { specifier: literal(node.arguments[0]), typeOnly: false } : undefined;
}

function importsOf(text: string): readonly Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const { specifier, typeOnly } = importOf(node) ?? {};
    if (specifier !== undefined) found.push({ specifier, typeOnly: typeOnly === true });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true));
  return found;
}

const inRoom = (target: string, room: string): boolean => target === room || `${target}.ts` === room || target.startsWith(`${room}/`);
const isPackage = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
const longestFirst = [...table.rooms].sort((a, b) => b.room.length - a.room.length);

/** What a file of this path and text may not import. */
function crossings(file: string, text: string): readonly string[] {
  const room = longestFirst.find((candidate) => inRoom(file, candidate.room));
  if (room === undefined) throw new Error(`${file} is in no room of tools/lint/walls.json`);
  return importsOf(text)
    .filter(({ specifier, typeOnly }) => {
      if (!specifier.startsWith('.')) {
        return ![...room.packages, ...(typeOnly ? room.packageTypes : [])].some((pattern) => isPackage(specifier, pattern));
      }
      const target = posix.join(posix.dirname(file), specifier);
      return ![...room.imports, ...(typeOnly ? room.types : [])].some((allowed) => inRoom(target, allowed));
    })
    .map(({ specifier, typeOnly }) => `${file} → ${specifier}${typeOnly ? ' (type)' : ''}`);
}

describe('who may import whom', () => {
  test('every room of the table exists', () => {
    const missing = table.rooms.filter(({ room }) => !sources.some((file) => inRoom(file, room))).map(({ room }) => room);
    expect(missing).toEqual([]);
  });

  test('no file crosses a wall', () => {
    expect(sources.flatMap((file) => crossings(file, read(file)))).toEqual([]);
  });

  test.each([
    ['Kubernetes knowledge in lib/kafka', 'lib/kafka/quorum.ts', `import { podName } from '../constructs/naming';`],
    ['a file system in a construct', 'lib/constructs/services.ts', `import { readFileSync } from 'node:fs';`],
    ['the operator in lib', 'lib/api/resolve.ts', `import type { World } from '../../operator/decide/world';`],
    ['cdk8s at run time in lib/api', 'lib/api/schema.ts', `import { App } from 'cdk8s';`],
    ['a client in decide', 'operator/decide/gate.ts', `import type { KubeApi } from '../runtime/kube-types';`],
    ['a network in a rule', 'operator/decide/rules/restart.ts', `const net = require('node:net');`],
    ['a late import in a rule', 'operator/decide/rules/restart.ts', `export const load = () => import('axios');`],
    ['a type taken by import()', 'operator/decide/gate.ts', `export type Api = import('../runtime/kube-types').KubeApi;`],
    ['Kafka in the runtime', 'operator/runtime/queue.ts', `import type { NodeRole } from '../../lib/kafka/node-role';`],
    ['act in observe', 'operator/observe/world.ts', `import { act } from '../act/act';`],
    ['decisions at run time in observe', 'operator/observe/world.ts', `import { REASON_CODES, type Reason } from '../decide/reason';`],
    ['the gate in act, outside of preflight', 'operator/act/executor.ts', `import { mayStop } from '../decide/gate';`],
    ['Kubernetes in pki', 'operator/pki/issue.ts', `import type { KubeApi } from '../runtime/kube-types';`],
    ['observe in act, outside of preflight', 'operator/act/act.ts', `export { look } from '../observe/world';`],
  ])('the check bites: %s', (_name, file, text) => {
    expect(crossings(file, text)).toHaveLength(1);
  });

  test.each([
    ['the look before a disruption', 'operator/act/preflight.ts', `import { observe } from '../observe/observe';`],
    ['a type of a decision in act', 'operator/act/act.ts', `import type { Action } from '../decide/action';`],
    ['types named one by one', 'operator/act/act.ts', `import { type Action, type Outcome } from '../decide/action';`],
    ['wiring', 'operator/main.ts', `import { Operator } from '@dot-i/k8s-operator';`],
  ])('the check lets pass: %s', (_name, file, text) => {
    expect(crossings(file, text)).toEqual([]);
  });
});

// ---- sizes and names -----------------------------------------------------------------------------------------------

const tests = files('test');
const VAGUE = /(^|-)(utils?|helpers?|common|misc)(-|\.|$)/u;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.ts$/u;

/** Statements that hand on what another file makes. */
function handsOn(text: string): boolean {
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  return source.statements.some((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined);
}

describe('sizes and names', () => {
  test(`no file is longer than ${String(LIMIT)} lines`, () => {
    const long = [...sources, ...tests].map((file) => ({ file, lines: lines(read(file)) })).filter((entry) => entry.lines > LIMIT);
    expect(long).toEqual([]);
  });

  test(`the median file of lib and operator has at most ${String(MEDIAN)} lines`, () => {
    const lengths = sources.map((file) => lines(read(file))).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(MEDIAN);
  });

  test('every file is in kebab-case and named after something', () => {
    const names = [...sources, ...tests];
    expect(names.filter((file) => !KEBAB.test(basename(file)))).toEqual([]);
    expect(names.filter((file) => file.split('/').some((part) => VAGUE.test(part)))).toEqual([]);
    expect(['kube-utils.ts', 'helpers.ts', 'common'].every((name) => VAGUE.test(name))).toBe(true);
  });

  test('lib/index.ts is the only barrel', () => {
    expect(sources.filter((file) => handsOn(read(file)))).toEqual(['lib/index.ts']);
    expect(sources.filter((file) => basename(file) === 'index.ts')).toEqual(['lib/index.ts']);
    expect(handsOn(`export * from './one';`)).toBe(true);
  });

  test('unit tests mirror the tree', () => {
    const orphans = tests
      .filter((file) => /^test\/(lib|operator)\/.*\.test\.ts$/u.test(file))
      .map((file) => ({ file, room: dirname(file).slice('test/'.length) }))
      .filter(({ room }) => !sources.some((source) => source.startsWith(`${room}/`)));
    expect(orphans).toEqual([]);
  });
});
