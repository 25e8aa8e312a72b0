// production-lock.js CHECKOUT FOLDER: writes package.json and package-lock.json into FOLDER without what only
// development needs. So a changed tool of development neither fetches the image's dependencies again nor breaks it.
const fs = require('node:fs');
const path = require('node:path');

const [checkout, folder] = process.argv.slice(2);
const read = (name) => JSON.parse(fs.readFileSync(path.join(checkout, name), 'utf8'));
const write = (name, value) => fs.writeFileSync(path.join(folder, name), JSON.stringify(value, null, 2) + '\n');

// Neither name nor version: the files are the key of a cached layer, and a release changes no dependency.
const { dependencies, overrides } = read('package.json');
write('package.json', { private: true, dependencies, overrides });

const lock = read('package-lock.json');
const packages = Object.entries(lock.packages).filter(([, entry]) => !entry.dev);
const root = { dependencies };
write('package-lock.json', {
  ...lock,
  name: undefined,
  version: undefined,
  packages: Object.fromEntries(packages.map(([at, entry]) => [at, at === '' ? root : entry])),
});
