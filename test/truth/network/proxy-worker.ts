import { setPriority } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { ImpairmentProxy } from './proxy.ts';
import type { ProxyAnswer, ProxyRequest, ProxyResult } from './proxy-thread.ts';

const RESOLUTION_MS = 5;

/** A packet that waits for a core would look like jitter of the network. The thread itself needs little time. */
const PRIORITY = -15;
try {
  setPriority(PRIORITY);
} catch {
  // Only root may raise a priority. Calls on a busy machine are then marked as overloaded.
}

const proxy = new ImpairmentProxy(workerData as number);
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

parentPort!.on('message', (request: ProxyRequest) => {
  void answer(request).then((value) => {
    parentPort!.postMessage({ id: request.id, value } satisfies ProxyAnswer);
  });
});

async function answer(request: ProxyRequest): Promise<unknown> {
  switch (request.do) {
    case 'rewrite':
      return await proxy.rewrite(request.side, request.candidate);
    case 'begin':
      delays.enable();
      proxy.begin();
      return undefined;
    case 'set':
      proxy.set(request.route, request.impairment);
      return undefined;
    case 'stop': {
      // The histogram contains the interval of its own timer.
      const lateMs = Math.max(0, delays.percentile(99) / 1e6 - RESOLUTION_MS);
      return { figures: await proxy.stop(), lateMs } satisfies ProxyResult;
    }
  }
}
