/**
 * The house rules that a machine can hold. Limits and walls are errors from the first commit; a hole in one carries its
 * reason in the comment that makes it. The table of who may import whom is tools/lint/walls.json.
 */
const tseslint = require('typescript-eslint');
const { walls } = require('./tools/lint/walls');
const { explained } = require('./tools/lint/explained');

const house = { plugins: { house: { rules: { walls, explained } } }, rules: { 'house/explained': 'error' } };

const limits = {
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
  // An exhaustive switch over a closed union is a table, and counts as one branch.
  complexity: ['error', { max: 10, variant: 'modified' }],
  'max-depth': ['error', 3],
  'max-params': ['error', 4],
};

const habits = {
  eqeqeq: 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'object-shorthand': 'error',
  'no-console': 'error',
  'no-restricted-exports': [
    'error',
    { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
  ],
};

const typed = {
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true, 'ts-nocheck': true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
};

// ---- what is forbidden everywhere, and what more in pure code ----------------------------------------------------

const noBarrels = ['ExportAllDeclaration', 'ExportNamedDeclaration[source]'].map((selector) => ({
  selector,
  message: 'import from the file that makes the thing: lib/index.ts is the only barrel',
}));

const noSynth = { property: 'synth', message: 'synth() writes files; render in memory with chart.toJson()' };
const noTesting = {
  name: 'cdk8s',
  importNames: ['Testing'],
  message: 'Testing.app() leaves a folder behind each time; use new App() and chart.toJson()',
};
const noEnv = { object: 'process', property: 'env', message: 'only operator/config.ts reads the environment' };
const noExit = { object: 'process', property: 'exit', message: 'only operator/main.ts and operator/cli.ts end the process' };
const forbidden = (globals, message) => globals.map((name) => ({ name, message }));

const pureGlobals = [
  ...forbidden(
    ['process', 'require', '__dirname', '__filename', 'global', 'globalThis', 'console'],
    'pure code sees its arguments and nothing else',
  ),
  ...forbidden(['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'], 'pure code does not reach the network'),
  ...forbidden(
    ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask', 'performance'],
    'time enters pure code as an argument',
  ),
  ...forbidden(['crypto'], 'ids and keys are minted by an action; hashing comes from node:crypto'),
];

const pureProperties = [
  noSynth,
  { object: 'Math', property: 'random', message: 'randomness enters pure code as an argument' },
  { object: 'Date', property: 'now', message: 'time enters pure code as an argument' },
  ...['localeCompare', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'].map((property) => ({
    property,
    message: 'the answer depends on the locale of the machine; compare with < and format by hand',
  })),
];

// Converting a given instant (Date.parse(text), new Date(milliseconds)) is arithmetic; reading the clock is not.
const noClock = ['NewExpression[callee.name="Date"][arguments.length!=1]', 'CallExpression[callee.name="Date"]'].map((selector) => ({
  selector,
  message: 'time enters pure code as an argument',
}));

const noDynamicImport = { selector: 'ImportExpression', message: 'pure code is loaded at once; no dynamic import' };

const noClasses = {
  selector: 'ClassDeclaration:not([superClass.name=/Error$/]), ClassExpression',
  message: 'records and functions here; classes are for constructs and for runtime objects with a lifetime',
};

const pureImports = {
  paths: [
    noTesting,
    { name: 'node:crypto', allowImportNames: ['createHash'], message: 'hashing is allowed in pure code, randomness is not' },
    { name: 'node:zlib', allowImportNames: ['gzipSync', 'gunzipSync'], message: 'only what is synchronous and touches no file' },
  ],
};

// The writing half of operator/runtime/kube-types.ts and operator/clients/kafka/connection.ts.
const writes = [
  ...['apply', 'applyStatus', 'mergePatch', 'incrementalAlterConfigs', 'electPreferredLeaders'],
  ...['unregisterBroker', 'createTopic', 'addRaftVoter', 'removeRaftVoter', 'alterReassignments', 'alterReplicaLogDirs'],
].join('|');
const noWrites = [
  { selector: `MemberExpression[property.name=/^(${writes})$/]`, message: 'observe reads only; an effect is an Action in act/' },
  {
    selector: 'CallExpression[callee.property.name=/^(create|delete)$/][callee.object.name=/(api|kube)$/i]',
    message: 'observe reads only; an effect is an Action in act/',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(create|delete)$/][callee.object.property.name=/(api|kube)$/i]',
    message: 'observe reads only; an effect is an Action in act/',
  },
];

const syntax = (...entries) => ({ 'no-restricted-syntax': ['error', ...entries.flat()] });

module.exports = tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'coverage/', 'tools/local-kubernetes/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  house,
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.base],
    languageOptions: { sourceType: 'commonjs' },
    rules: { ...habits, ...limits, 'no-console': 'off', 'no-unused-vars': 'error' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      ...habits,
      ...limits,
      ...typed,
      ...syntax(noBarrels),
      'house/walls': 'error',
      'no-restricted-imports': ['error', { paths: [noTesting] }],
      'no-restricted-properties': ['error', noSynth],
    },
  },
  // lib and decide are pure.
  {
    files: ['lib/**/*.ts', 'operator/decide/**/*.ts'],
    rules: {
      ...syntax(noBarrels, noClock, noDynamicImport),
      'no-restricted-globals': ['error', ...pureGlobals],
      'no-restricted-properties': ['error', ...pureProperties],
      'no-restricted-imports': ['error', pureImports],
    },
  },
  {
    files: ['lib/api/**/*.ts', 'lib/kafka/**/*.ts', 'operator/decide/**/*.ts'],
    rules: syntax(noBarrels, noClock, noDynamicImport, noClasses),
  },
  { files: ['lib/index.ts'], rules: syntax(noClock, noDynamicImport) },
  // The edges.
  { files: ['operator/observe/**/*.ts'], rules: syntax(noBarrels, noWrites) },
  { files: ['operator/!(decide)/**/*.ts', 'operator/*.ts'], rules: { 'no-restricted-properties': ['error', noSynth, noEnv, noExit] } },
  { files: ['operator/config.ts'], rules: { 'no-restricted-properties': ['error', noSynth, noExit] } },
  { files: ['operator/main.ts', 'operator/cli.ts'], rules: { 'no-restricted-properties': ['error', noSynth, noEnv] } },
  { files: ['operator/cli.ts', 'tools/**/*.ts', 'bench/**/*.ts', 'test/e2e/**/*.ts'], rules: { 'no-console': 'off' } },
  // A describe block is as long as its table; fixtures are raw JSON.
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
