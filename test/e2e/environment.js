// Saves what a failed journey leaves behind before the next one changes it (see the script `evidence`).
'use strict';
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  async handleTestEvent(event) {
    // Both come before the hooks that tidy up.
    if (event.name !== 'test_fn_failure' && event.name !== 'hook_failure') return;
    const what = event.test?.name ?? event.hook?.parent.name ?? 'hook';
    const name = what.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80);
    const { stdout } = spawnSync(join(__dirname, 'evidence'), [name], { encoding: 'utf8', timeout: 60_000 });
    process.stderr.write(stdout ?? '');
  }
};
