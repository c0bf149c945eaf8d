import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.ts';
import { Channel, type Transport } from './channel.ts';

interface Primary {
  add(numbers: readonly [number, number]): Promise<number>;
  fail(how: 'ours' | 'foreign'): Promise<never>;
  never(given: null): Promise<never>;
}
interface Worker {
  greet(name: string): Promise<string>;
}

let ports: { port1: MessagePort; port2: MessagePort };
let primary: Channel<Worker, Primary>;
let worker: Channel<Primary, Worker>;

/** A real connection that clones what it carries, as the one between processes does. */
function over(port: MessagePort): Transport {
  return {
    send(message, sent) {
      port.postMessage(message);
      sent(null);
      return true;
    },
  };
}

const primaryMethods: Primary = {
  add: ([a, b]) => Promise.resolve(a + b),
  fail: (how) =>
    Promise.reject(how === 'ours' ? new GatewayError('STORAGE_UNAVAILABLE', 'No bucket') : new Error('203.0.113.77')),
  never: () => new Promise(() => {}),
};

beforeEach(() => {
  ports = new MessageChannel();
  primary = new Channel(over(ports.port1), primaryMethods);
  worker = new Channel(over(ports.port2), { greet: (name) => Promise.resolve(`Hello, ${name}`) });
  ports.port1.on('message', (message) => primary.receive(message));
  ports.port2.on('message', (message) => worker.receive(message));
});
afterEach(async () => {
  const closed = once(ports.port2, 'close');
  ports.port1.close();
  await closed;
});

describe('Channel', () => {
  it('calls in both directions, and gives each call its own answer', async () => {
    const sums = Promise.all([worker.call('add', [1, 2]), worker.call('add', [3, 4])]);
    expect(await primary.call('greet', 'worker')).toBe('Hello, worker');
    expect(await sums).toEqual([3, 7]);
  });

  it('rejects with the code and the message of a GatewayError', async () => {
    await expect(worker.call('fail', 'ours')).rejects.toMatchObject({
      name: 'GatewayError',
      code: 'STORAGE_UNAVAILABLE',
      message: 'No bucket',
    });
  });

  it('tells nothing of other errors, whose messages may quote data', async () => {
    const error: unknown = await worker.call('fail', 'foreign').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'GatewayError', code: 'INTERNAL' });
    expect(String(error)).not.toContain('203.0.113.77');
  });

  it('rejects a call of a method that the other side does not have', async () => {
    const odd = worker as unknown as Channel<{ missing(given: null): Promise<void> }, Worker>;
    await expect(odd.call('missing', null)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('rejects what waits for an answer, and all later calls, when the other side has ended', async () => {
    const pending = worker.call('never', null);
    worker.close();
    await expect(pending).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(worker.call('add', [1, 2])).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it.each<[string, Transport]>([
    [
      'reports an error',
      {
        send(_message, sent) {
          sent(new Error('EPIPE'));
          return false;
        },
      },
    ],
    [
      'throws',
      {
        send() {
          throw new Error('ERR_IPC_CHANNEL_CLOSED');
        },
      },
    ],
  ])('rejects a call when sending %s', async (_, transport) => {
    const broken = new Channel<Primary, Worker>(transport, { greet: () => Promise.resolve('') });
    await expect(broken.call('add', [1, 2])).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('ignores an answer that comes after the channel was closed', async () => {
    const pending = worker.call('add', [1, 2]);
    worker.close();
    await expect(pending).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(() => worker.receive({ answer: 1, value: 3 })).not.toThrow();
  });
});
