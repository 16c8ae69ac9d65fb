/** What the first page needs besides the scripts of every page, written into index.html for `src/begin.ts`, which is built here too. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OutputBundle, OutputChunk } from 'rolldown';
import { build, type Plugin } from 'vite';

/** What a page asks for when its address has no filter, and who may. */
export interface FirstList {
  readonly path: string;
  readonly right: string;
}

export interface FirstNeeds {
  /** Files by language. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** By the address of the page. */
  readonly pages: Readonly<
    Record<string, { readonly files: readonly string[]; readonly list: FirstList }>
  >;
}

/** Where people begin their day; the other pages ask when they are there. Files of `src/pages/`. */
const firstPages: Readonly<Record<string, { readonly file: string; readonly list: FirstList }>> = {
  '/calls': { file: 'calls.tsx', list: { path: '/api/v1/calls?limit=50', right: 'calls:read' } },
  '/recordings': {
    file: 'recordings.tsx',
    list: { path: '/api/v1/recordings?limit=50', right: 'recordings:read' },
  },
};

const languages = readdirSync(join(import.meta.dirname, 'src', 'locales'))
  .filter((file) => file.endsWith('.json'))
  .map((file) => basename(file, '.json'));

/** The chunk of a source file and what it imports, without what the page itself names. */
const filesOf = (bundle: OutputBundle, source: string, html: string): readonly string[] => {
  const chunks = Object.values(bundle).filter((each): each is OutputChunk => each.type === 'chunk');
  const own = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(source) ?? false);
  if (!own) throw new Error(`first-needs: no chunk is ${source}`);
  return [own.fileName, ...own.imports]
    .map((file) => `/${file}`)
    .filter((file) => !html.includes(`"${file}"`));
};

const needsOf = (html: string, bundle: OutputBundle | undefined): FirstNeeds => {
  const find = (source: string): readonly string[] =>
    bundle === undefined ? [] : filesOf(bundle, source, html);
  return {
    words: Object.fromEntries(
      languages.map((language) => [language, find(`/src/locales/${language}.json`)]),
    ),
    pages: Object.fromEntries(
      Object.entries(firstPages).map(([path, { file, list }]) => [
        path,
        { files: find(`/src/pages/${file}`), list },
      ]),
    ),
  };
};

const beginSource = '/src/begin.ts';

/** A plain script of its own that nobody else sees into. */
const builtBegin = async (): Promise<string> => {
  const built = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: `.${beginSource}`, formats: ['iife'], name: 'begin' },
    },
  });
  const files = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
  const chunk = files.find((each) => each.type === 'chunk');
  if (!chunk || files.length > 1) throw new Error('first-needs: what begins must be one script');
  return chunk.code;
};

export const firstNeeds = (): Plugin => ({
  name: 'callreel-first-needs',
  async renderStart() {
    this.emitFile({ type: 'asset', name: 'begin.js', source: await builtBegin() });
  },
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle }) => {
      const needs = JSON.stringify(needsOf(html, bundle)).replaceAll('"', '&quot;');
      const begin = Object.values(bundle ?? {}).find(
        (each) => each.type === 'asset' && each.names.includes('begin.js'),
      );
      const page = html.replace('__FIRST_NEEDS__', needs);
      // A server for development gives the source itself, which is a module before it is built.
      return begin
        ? page.replace(beginSource, `/${begin.fileName}`)
        : page.replace(`src="${beginSource}"`, `type="module" src="${beginSource}"`);
    },
  },
});
