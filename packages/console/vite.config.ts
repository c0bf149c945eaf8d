import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Writes a compressed copy beside each file, because the admin listener does not compress while it serves. */
function precompress(): Plugin {
  let output = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: ({ root, build }) => {
      output = resolve(root, build.outDir);
    },
    closeBundle: {
      order: 'post',
      handler: async () => {
        const names = await readdir(output, { recursive: true });
        const texts = names.filter((name) => /\.(?:html|js|css|svg)$/.test(name));
        await Promise.all(
          texts.map(async (name) => {
            const path = join(output, name);
            await writeFile(`${path}.gz`, await promisify(gzip)(await readFile(path)));
          }),
        );
      },
    },
  };
}

/**
 * The admin listener serves the build under a Content-Security-Policy that forbids inline content and other origins,
 * hence no inlined assets and no polyfill.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [precompress()],
  oxc: { jsx: { runtime: 'automatic' } },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
});
