// The journeys run inside the namespaces of a local cluster; `test/e2e/run` makes one and starts them there.
const { transform, transformIgnorePatterns } = require('../../jest.config');

const folders = process.env.FULL === '1' ? ['journeys', 'matrix'] : ['journeys'];

/** @type {import('jest').Config} */
module.exports = {
  rootDir: '../..',
  roots: ['<rootDir>/test/e2e'],
  testMatch: folders.map((folder) => `<rootDir>/test/e2e/${folder}/*.test.ts`),
  testEnvironment: '<rootDir>/test/e2e/environment.js',
  testSequencer: '<rootDir>/test/e2e/sequencer.js',
  transform,
  transformIgnorePatterns,
  // An upper bound for a busy machine: every wait ends as soon as what it waits for is there.
  testTimeout: 300_000,
  verbose: true,
};
