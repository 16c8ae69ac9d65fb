/** Forms that the linter has no rule for and that the house does without: each finding as a sentence with file and line. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const forms: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  {
    pattern: /\bas\s+unknown\s+as\b/,
    why: 'a cast through unknown hides what the value is: type it where it is made',
  },
  { pattern: /^\s*export \*/, why: 'no barrels: the import map is the door' },
];

const isCode = /\.tsx?$/;

/** Looks through every `.ts` and `.tsx` below the folders; folders that do not exist are passed over, generated code too. */
export const findForbiddenForms = (folders: readonly string[]): string[] =>
  folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && isCode.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort(),
    )
    .filter((file) => !file.endsWith(join('api', 'schema.ts')))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          forms
            .filter(({ pattern }) => pattern.test(line))
            .map(({ why }) => `${file}:${at + 1} ${why}`),
        ),
    );
