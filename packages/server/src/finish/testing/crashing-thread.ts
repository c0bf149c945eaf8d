import { parentPort } from 'node:worker_threads';

/** Stands for a verifier that fails on a dump. */
parentPort!.on('message', () => {
  throw new Error('a fault of the verifier');
});
