import { parentPort } from 'node:worker_threads';
import type { VerifierRequest } from '../verifier-worker.ts';

/** Stands for an analysis that ends its thread, for example because it needs too much memory. */
parentPort!.on('message', (request: VerifierRequest) => {
  if ('policy' in request && request.analyze) process.exit(1);
});
