/** Which files plug-ins are: every module of a folder, one file, or a package. */
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';

const MODULE = /\.(c|m)?js$/;

export interface AlertActionFiles {
  readonly files: readonly string[];
  /** What is not there, a sentence each. */
  readonly troubles: readonly string[];
}

/** @param names paths that begin with `/` or `.`, or names of packages */
export function alertActionFiles(names: readonly string[], from: string = process.cwd()): AlertActionFiles {
  const found = names.map((name) => filesOf(name, from));
  return { files: found.flatMap(({ files }) => files), troubles: found.flatMap(({ troubles }) => troubles) };
}

function filesOf(name: string, from: string): AlertActionFiles {
  try {
    const path = isAbsolute(name) || name.startsWith('.') ? resolve(from, name) : createRequire(join(from, 'noop.js')).resolve(name);
    return { files: filesAt(path), troubles: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { files: [], troubles: [`cannot find the alert actions "${name}": name a folder, a file or a package that is there (${why})`] };
  }
}

function filesAt(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => MODULE.test(name));
  return files.sort().map((name) => join(path, name));
}
