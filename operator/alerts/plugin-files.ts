/** Which files plug-ins are: every module of a folder, one file, or a package. */
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';

const MODULE = /\.(c|m)?js$/;

/**
 * @param names paths that begin with `/` or `.`, or names of packages
 * @throws when one is not there
 */
export function alertActionFiles(names: readonly string[], from: string = process.cwd()): readonly string[] {
  return names.flatMap((name) => {
    try {
      return isAbsolute(name) || name.startsWith('.') ? filesAt(resolve(from, name)) : [createRequire(join(from, 'noop.js')).resolve(name)];
    } catch (error) {
      throw new Error(`cannot find the alert actions "${name}": name a folder, a file or a package that is there`, { cause: error });
    }
  });
}

function filesAt(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => MODULE.test(name));
  return files.sort().map((name) => join(path, name));
}
