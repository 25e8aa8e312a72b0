// Runs a command that prints the operator's JSON log and says what the operator does to one cluster, a line each.
// Ends the command when it is told to end: node follow.js NAMESPACE/NAME COMMAND...
'use strict';
const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');

const [cluster, command, ...args] = process.argv.slice(2);
const started = Date.now();
const log = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
log.on('error', (error) => process.stderr.write(`cannot follow the operator's log: ${error.message}\n`));

createInterface({ input: log.stdout }).on('line', (line) => {
  const said = parsed(line);
  if (said?.cluster !== cluster) return;
  const at = `${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  `;
  if (said.action !== undefined) process.stdout.write(`${at}${said.msg}\n`);
  else for (const held of said.held ?? []) process.stdout.write(`${at}held: ${held.replace(/ {2,}/g, ' ')}\n`);
});

// The command and what it started are one group of processes.
process.on('SIGTERM', () => {
  try {
    process.kill(-log.pid, 'SIGTERM');
  } catch {
    // it has ended by itself
  }
  process.exit(0);
});

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
