/** Reads the documents' tables and the code's closed lists, so that neither can say a word that the other does not know. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '../..');

/** The codes in the first column of every table under a heading, down to the next heading, in order. */
export function documented(page: string, heading: string): readonly string[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const start = text.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new Error(`docs/${page} has no heading "${heading}"`);
  const section = text.slice(start + 1).split(/\n## /u)[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)` +\|/gmu)].map((match) => match[1] ?? '');
}

function visit(file: string, found: (node: ts.Node) => string | readonly string[] | undefined): readonly string[] {
  const codes: string[] = [];
  const walk = (node: ts.Node): void => {
    codes.push(...[found(node) ?? []].flat());
    ts.forEachChild(node, walk);
  };
  walk(ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true));
  return codes;
}

/** The members of a union of texts, for example `type Code = 'a' | 'b'`. */
export function union(file: string, name: string): readonly string[] {
  return visit(file, (node) => {
    if (!ts.isTypeAliasDeclaration(node) || node.name.text !== name || !ts.isUnionTypeNode(node.type)) return undefined;
    return node.type.types.flatMap((member) =>
      ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal) ? [member.literal.text] : [],
    );
  });
}

/** The texts that a file gives to a property or a constant, for example `{ reason: late ? 'Timeout' : 'Unreachable' }`. */
export function given(file: string, name: string): readonly string[] {
  const texts = (node: ts.Expression | undefined): readonly string[] => {
    if (node === undefined) return [];
    if (ts.isStringLiteral(node)) return [node.text];
    return ts.isConditionalExpression(node) ? [...texts(node.whenTrue), ...texts(node.whenFalse)] : [];
  };
  const named = (node: ts.Node): node is ts.PropertyAssignment | ts.VariableDeclaration =>
    (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && node.name.getText() === name;
  return visit(file, (node) => (named(node) ? texts(node.initializer) : undefined));
}

export const unique = (codes: readonly string[]): readonly string[] => [...new Set(codes)].sort();
