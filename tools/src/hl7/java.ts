import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const JAVA_FOLDER = fileURLToPath(new URL('../../java/', import.meta.url));
/** What is fetched and compiled once. */
export const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/ehrsynth/', import.meta.url));
const OLDEST = 17;

/** Why the Java programs cannot be run here; undefined where they can. */
export function whyNoJava(): string | undefined {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (java.error || java.status !== 0) return 'Java was not found';
  const version = Number(/version "(\d+)/.exec(java.stderr)?.[1]);
  if (version < OLDEST) return `Java ${version} was found; at least ${OLDEST} is needed`;
  if (spawnSync('mvn', ['-version']).status !== 0) return 'Maven was not found';
  return undefined;
}

/** The class path of one of tools/java's projects, fetched from Maven Central where it is not in Maven's cache yet. */
export function classPath(project: string): string {
  const pom = join(JAVA_FOLDER, project, 'pom.xml');
  const kept = join(CACHE, `${project}.classpath`);
  if (!existsSync(kept) || statSync(kept).mtimeMs < statSync(pom).mtimeMs) {
    mkdirSync(CACHE, { recursive: true });
    const given = ['-q', '-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${kept}`];
    const done = spawnSync('mvn', given, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    if (done.status !== 0) throw new Error(`Maven cannot fetch what ${project} needs:\n${done.stdout}${done.stderr}`);
  }
  return readFileSync(kept, 'utf8').trim();
}

/** The source of a program: Java runs a file without compiling it first. */
export function javaSource(project: string, name: string): string {
  return join(JAVA_FOLDER, project, `${name}.java`);
}
