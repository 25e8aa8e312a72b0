// Reads the operator's JSON log and prints what it does to one cluster, a line each, for people. Ends when told to.
'use strict';
const { createInterface } = require('node:readline');

const cluster = process.argv[2];
const started = Date.now();

createInterface({ input: process.stdin }).on('line', (line) => {
  const said = parsed(line);
  if (said?.cluster !== cluster) return;
  const at = `${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  `;
  if (said.action !== undefined) process.stdout.write(`${at}${said.msg}\n`);
  else for (const held of said.held ?? []) process.stdout.write(`${at}held: ${held.replace(/ {2,}/g, ' ')}\n`);
});

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
