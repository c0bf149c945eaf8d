import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { kindOfPacket } from './impairment.ts';
import { ImpairmentProxy, withoutCandidates } from './proxy.ts';
import { refusal, TurnStub } from './turn-stub.ts';

async function socketOnFreePort(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket;
}

const candidate = (port: number, rest = 'typ host generation 0'): string =>
  `candidate:1 1 udp 2122194687 127.0.0.1 ${port} ${rest}`;
const portIn = (text: string | undefined): number => Number(/127\.0\.0\.1 (\d+) /.exec(text ?? '')?.[1]);

async function nextPacket(socket: Socket): Promise<{ text: string; from: number }> {
  const [packet, { port }] = (await once(socket, 'message')) as [Buffer, { port: number }];
  return { text: packet.toString(), from: port };
}

describe('the impairment proxy', () => {
  it('stands between two participants, so that each sees only a port of the proxy', async () => {
    const proxy = new ImpairmentProxy(1);
    onTestFinished(async () => void (await proxy.stop()));
    const [a, b] = [await socketOnFreePort(), await socketOnFreePort()];
    const toA = portIn(await proxy.rewrite('a', candidate(a.address().port)));
    const toB = portIn(await proxy.rewrite('b', candidate(b.address().port)));
    a.send('hello', toB, '127.0.0.1');
    expect(await nextPacket(b)).toEqual({ text: 'hello', from: toA });
    b.send('good day', toA, '127.0.0.1');
    expect(await nextPacket(a)).toEqual({ text: 'good day', from: toB });
  });

  it('drops what does not come from an announced port, and what its line blocks', async () => {
    const proxy = new ImpairmentProxy(1);
    onTestFinished(async () => void (await proxy.stop()));
    const [a, b, stranger] = [await socketOnFreePort(), await socketOnFreePort(), await socketOnFreePort()];
    await proxy.rewrite('a', candidate(a.address().port));
    const toB = portIn(await proxy.rewrite('b', candidate(b.address().port)));
    const received: string[] = [];
    b.on('message', (packet) => received.push(packet.toString()));
    const send = (socket: Socket, text: string): Promise<void> =>
      new Promise((done) => socket.send(text, toB, '127.0.0.1', () => done()));
    await send(stranger, 'from a stranger');
    proxy.set('ab', { block: [kindOfPacket(Buffer.from('blocked'))] });
    await send(a, 'blocked');
    // Another kind of packet, sent later from the same socket: when it is there, the first two would be, too.
    await send(a, '\u0001 passed');
    await expect.poll(() => received).toEqual(['\u0001 passed']);
  });

  it('replaces the port of a candidate and nothing else, the same each time', async () => {
    const proxy = new ImpairmentProxy(1);
    onTestFinished(async () => void (await proxy.stop()));
    const rewritten = await proxy.rewrite('a', candidate(5000, 'typ host generation 0 ufrag x network-id 3'));
    expect(rewritten).toBe(candidate(portIn(rewritten), 'typ host generation 0 ufrag x network-id 3'));
    expect(portIn(rewritten)).not.toBe(5000);
    expect(await proxy.rewrite('a', candidate(5000))).toBe(candidate(portIn(rewritten)));
  });

  it.each([
    'candidate:1 1 udp 2122063615 192.0.2.2 34134 typ host generation 0',
    'candidate:1 1 udp 2122267903 ::1 50914 typ host generation 0',
    'candidate:1 1 tcp 1518214911 127.0.0.1 9 typ host tcptype active generation 0',
    '',
  ])('leaves out a candidate that would bypass it: %s', async (text) => {
    expect(await new ImpairmentProxy(1).rewrite('a', text)).toBeUndefined();
  });

  it('takes candidates out of descriptions', () => {
    const sdp = 'm=audio 9 UDP\r\na=candidate:1 1 udp 1 127.0.0.1 5 typ host\r\na=end-of-candidates\r\na=mid:0\r\n';
    expect(withoutCandidates(sdp)).toBe('m=audio 9 UDP\r\na=mid:0\r\n');
  });
});

describe('a TURN server that serves nobody', () => {
  /** An Allocate request (RFC 8656), with or without a user name. */
  function allocate(withUser: boolean): Buffer {
    const user = withUser ? [0x00, 0x06, 0x00, 0x04, 0x75, 0x73, 0x65, 0x72] : [];
    const head = [0x00, 0x03, 0x00, user.length, 0x21, 0x12, 0xa4, 0x42, ...Array(12).keys()];
    return Buffer.from([...head, ...user]);
  }
  const codeOf = (answer: Buffer | undefined): number => answer![26]! * 100 + answer![27]!;

  it('asks for credentials and refuses them', () => {
    expect(codeOf(refusal(allocate(false), 403))).toBe(401);
    expect(codeOf(refusal(allocate(true), 403))).toBe(403);
    const answer = refusal(allocate(true), 486)!;
    expect(answer.readUInt16BE(0)).toBe(0x0113);
    expect(answer.readUInt16BE(2)).toBe(answer.length - 20);
    expect(answer.subarray(4, 20)).toEqual(allocate(true).subarray(4, 20));
  });

  it('answers neither indications nor anything that is not STUN', () => {
    const indication = allocate(true);
    indication.writeUInt16BE(0x0016, 0);
    expect(refusal(indication, 403)).toBeUndefined();
    expect(refusal(Buffer.from('hello'), 403)).toBeUndefined();
  });

  it('is reachable, or silent', async () => {
    const [refusing, silent] = [await TurnStub.start(403), await TurnStub.start('silent')];
    onTestFinished(async () => void (await Promise.all([refusing.stop(), silent.stop()])));
    const client = await socketOnFreePort();
    client.send(allocate(true), silent.port, '127.0.0.1');
    await expect.poll(() => silent.requests).toBe(1);
    client.send(allocate(true), refusing.port, '127.0.0.1');
    const [, { port }] = (await once(client, 'message')) as [Buffer, { port: number }];
    expect(port).toBe(refusing.port);
  });
});
