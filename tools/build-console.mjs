#!/usr/bin/env node
// Builds the console when its sources changed since the last build; `npm start` runs it first. Plain JavaScript, so that a Node that
// cannot read the rest still gets as far as the sentence in callreel.mjs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const built = join(root, 'console', 'dist', 'index.html');
const stamp = join(root, 'node_modules', '.cache', 'console-build.txt');
const vite = [join(root, 'console', 'node_modules'), join(root, 'node_modules')]
  .map((modules) => join(modules, 'vite', 'bin', 'vite.js'))
  .find((file) => existsSync(file));

/** What a build is made of; the rules of core that the console shares are part of it. */
const sources = ['console/src', 'console/public', 'src/core', 'src/base', 'src/audio'];
const single = [
  'console/index.html',
  'console/first-needs.ts',
  'console/vite.config.ts',
  'console/package.json',
  'package-lock.json',
];

const filesOf = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesOf(path);
      return /\.test\.ts$/.test(entry.name) ? [] : [path];
    });

const digest = () => {
  const hash = createHash('sha256');
  const files = [
    ...sources.flatMap((folder) => filesOf(join(root, folder))),
    ...single.map((file) => join(root, file)),
  ];
  for (const file of files) {
    hash.update(`${relative(root, file)}\0`);
    hash.update(readFileSync(file));
  }
  return hash.digest('hex');
};

const standing = existsSync(built) && existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
const wanted = vite === undefined ? standing : digest();
if (vite === undefined) {
  if (!existsSync(built))
    console.error(
      'The console is not built and its build tools are not installed: run "npm ci && npm run build:console" once.',
    );
} else if (standing !== wanted) {
  console.log('Building the console…');
  const { status } = spawnSync(
    process.execPath,
    [vite, 'build', '--logLevel', 'warn', join(root, 'console')],
    {
      cwd: join(root, 'console'),
      stdio: 'inherit',
    },
  );
  if (status === 0) {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted);
  } else {
    // Calls are recorded without it too.
    console.error('The console could not be built; the server starts all the same.');
    process.exitCode = process.argv.includes('--strict') ? 1 : 0;
  }
}
