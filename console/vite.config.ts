import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

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

export default defineConfig({
  root: import.meta.dirname,
  plugins: [compiledCatalogues(), react()],
  resolve: {
    alias: {
      '#core': join(import.meta.dirname, '..', 'src', 'core'),
      '#audio': join(import.meta.dirname, '..', 'src', 'audio'),
      '#base': join(import.meta.dirname, '..', 'src', 'base'),
    },
  },
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 900 },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
