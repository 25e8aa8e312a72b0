/**
 * The walls of the house as an eslint rule: an import that crosses a wall of walls.json is an error at the line that does it.
 * test/architecture.test.ts reads the same table with a walker of its own, so that neither can go blind unnoticed.
 */
const path = require('node:path');
const { rooms } = require('./walls.json');

const root = path.resolve(__dirname, '../..');

const within = (file, folder) => file === folder || file === `${folder}.ts` || file.startsWith(`${folder}/`);
const matches = (name, pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern);

/** The most specific room of a file; undefined outside of lib/ and operator/. */
function roomOf(file) {
  return rooms.filter(({ room }) => within(file, room)).sort((a, b) => b.room.length - a.room.length)[0];
}

/** Why `file` may not import `specifier`, or undefined. Paths are relative to the repository's root, with slashes. */
function crossed(file, specifier, typeOnly) {
  const room = roomOf(file);
  if (room === undefined) return undefined;
  const relative = specifier.startsWith('.');
  const target = relative ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
  const fits = relative ? within : matches;
  const always = relative ? room.imports : room.packages;
  const asType = relative ? room.types : room.packageTypes;
  if (always.some((allowed) => fits(target, allowed))) return undefined;
  if (asType.some((allowed) => fits(target, allowed))) {
    return typeOnly ? undefined : `${room.room} may import ${target} as a type only (${room.why})`;
  }
  return `${room.room} may not import ${target} (${room.why})`;
}

const typeOnlyImport = (node) =>
  node.importKind === 'type' ||
  node.exportKind === 'type' ||
  (node.specifiers?.length > 0 && node.specifiers.every((specifier) => specifier.importKind === 'type' || specifier.exportKind === 'type'));

/** @type {import('eslint').Rule.RuleModule} */
const walls = {
  meta: { type: 'problem', schema: [], docs: { description: 'imports stay within the walls of tools/lint/walls.json' } },
  create(context) {
    const file = path.relative(root, context.filename).split(path.sep).join('/');
    const check = (node, source, typeOnly) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const message = crossed(file, source.value, typeOnly);
      if (message !== undefined) context.report({ node, message });
    };
    const statement = (node) => check(node, node.source, typeOnlyImport(node));
    return {
      ImportDeclaration: statement,
      ExportNamedDeclaration: statement,
      ExportAllDeclaration: statement,
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal, true),
      TSExternalModuleReference: (node) => check(node, node.expression, false),
      'CallExpression[callee.name="require"]': (node) => check(node, node.arguments[0], false),
    };
  },
};

module.exports = { walls, crossed };
