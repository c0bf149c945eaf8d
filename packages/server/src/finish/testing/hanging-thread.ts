import { parentPort } from 'node:worker_threads';

/** Stands for a verifier that needs forever for a dump: takes chunks and never answers. */
parentPort!.on('message', () => {
  for (;;);
});
