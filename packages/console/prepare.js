import { fileURLToPath } from 'node:url';

// Builds the console at the end of `npm ci`. JavaScript, because it may be run by an older Node.js than the one that runs the rest.
// Never fails: without its pages the gateway does everything else all the same, and says how to build them.
try {
  const { build } = await import('vite');
  await build({ configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)), logLevel: 'error' });
} catch (error) {
  const reason = error?.code === 'ERR_MODULE_NOT_FOUND' ? 'Vite is not installed' : String(error?.message ?? error);
  console.warn(`The console was not built (${reason}). \`npm run build -w packages/console\` builds it.`);
}
