import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { firstNeeds } from './first-needs.ts';

/** Catalogues are ICU text in the repository and parsed messages in the bundle: the browser carries no message parser. */
const compiledCatalogues = (): Plugin => ({
  name: 'callreel-catalogues',
  enforce: 'pre',
  load: (id) => {
    const [file = ''] = id.split('?');
    if (!/[\\/]src[\\/]locales[\\/]\w+\.json$/.test(file)) return null;
    const texts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    const compiled = Object.entries(texts).map(([key, text]) => [key, compileMessage(text)]);
    return JSON.stringify(Object.fromEntries(compiled));
  },
});

/**
 * Beside each text file its compressed forms: the server sends what the browser reads, and compresses nothing itself. Made of the files as
 * they were written: until then Vite still fills in what a chunk preloads.
 */
const compressedFiles = (): Plugin => ({
  name: 'callreel-compressed',
  apply: 'build',
  writeBundle({ dir = '' }, bundle) {
    for (const fileName of Object.keys(bundle)) {
      if (!/\.(js|css)$/.test(fileName)) continue;
      const file = join(dir, fileName);
      const bytes = readFileSync(file);
      if (bytes.length < 1000) continue;
      const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
      writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
      writeFileSync(`${file}.gz`, gzipSync(bytes));
    }
  },
});

export default defineConfig({
  root: import.meta.dirname,
  plugins: [compiledCatalogues(), react(), firstNeeds(), compressedFiles()],
  resolve: {
    alias: {
      '#core': join(import.meta.dirname, '..', 'src', 'core'),
      '#audio': join(import.meta.dirname, '..', 'src', 'audio'),
      '#base': join(import.meta.dirname, '..', 'src', 'base'),
    },
  },
  build: {
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        // Few files: over HTTP/1.1 a browser asks for six at a time, and each of a hundred small ones waits for its turn.
        codeSplitting: {
          groups: [
            { name: 'vendor', test: /node_modules/, minShareCount: 2, priority: 2 },
            { name: 'shared', test: /[\\/]src[\\/](?!locales)/, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
