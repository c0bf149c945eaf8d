import { parentPort } from 'node:worker_threads';
import type { VerifierRequest } from '../verifier-worker.ts';

/**
 * Stands for an analysis that ends its thread, for example because it needs too much memory. Without an analysis, the
 * thread is the real one.
 */
parentPort!.on('message', (request: VerifierRequest) => {
  if ('policy' in request && request.analyze) process.exit(1);
});
await import('../verifier-worker.ts');
