import { fileURLToPath } from 'node:url';

// Builds the console at the end of `npm ci`. This is JavaScript because npm may run it with an older Node.js than the
// one that the gateway requires. A failed build does not fail the installation: without the pages, the rest of the
// gateway works, and it says how to build them.
try {
  const { build } = await import('vite');
  await build({ configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)), logLevel: 'error' });
} catch (error) {
  const reason = error?.code === 'ERR_MODULE_NOT_FOUND' ? 'Vite is not installed' : String(error?.message ?? error);
  console.warn(`The console was not built (${reason}). To build it, run: npm run build -w packages/console`);
}
