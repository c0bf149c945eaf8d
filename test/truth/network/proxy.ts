import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Random } from '../../fuzz/random.ts';
import { type Impairment, kindOfPacket, type Route } from './impairment.ts';
import { Line } from './line.ts';
import { LineCounter, type LineFigures } from './line-figures.ts';

const HOST = '127.0.0.1';
/** A UDP candidate of the loopback interface in SDP or in an `icecandidate` event (RFC 8839). */
const CANDIDATE = /(candidate:\S+ \d+ udp \d+) (?<host>\S+) (?<port>\d+) (?<rest>typ (?:host|relay)[^\r\n]*)/i;

export type Side = 'a' | 'b';

/** A socket that stands for one port of a participant: the other participant sends to it instead. */
interface Face {
  readonly side: Side;
  /** The real port. */
  readonly port: number;
  readonly socket: Socket;
}

/** The packets of one direction. */
interface Direction {
  readonly line: Line;
  counter: LineCounter;
  impairment: Impairment;
  since: number;
  /** Packets on their way, in the order of arrival. */
  readonly queue: { readonly arrival: number; readonly deliver: () => void }[];
  timer: NodeJS.Timeout | undefined;
}

/**
 * An impairment proxy for the media of a call, in user space. Each candidate that participants tell each other is
 * replaced by a socket of the proxy (`rewrite`). A packet that arrives at the socket for port P of A comes from a port Q
 * of B; it goes to port P from the socket for port Q. So each side sees only the proxy, as behind a NAT.
 */
export class ImpairmentProxy {
  readonly #faces: Face[] = [];
  readonly #directions: Readonly<Record<Route, Direction>>;
  readonly #figures: LineFigures[] = [];
  readonly #startedAt = performance.now();
  #callStart = 0;

  constructor(seed: number) {
    const direction = (offset: number): Direction => ({
      line: new Line(new Random(seed + offset)),
      counter: new LineCounter(),
      impairment: {},
      since: 0,
      queue: [],
      timer: undefined,
    });
    this.#directions = { ab: direction(1), ba: direction(2) };
  }

  /** Marks the begin of the call: times of figures count from here. */
  begin(): void {
    this.#callStart = this.#now();
    for (const direction of Object.values(this.#directions)) direction.since = this.#callStart;
  }

  /**
   * Replaces the port of a candidate from a participant.
   *
   * @returns the candidate; undefined if it is not UDP over the loopback interface, so that it would bypass the proxy
   */
  async rewrite(side: Side, candidate: string): Promise<string | undefined> {
    const match = CANDIDATE.exec(candidate);
    if (match?.groups === undefined || match.groups['host'] !== HOST) return undefined;
    const { socket } = await this.#face(side, Number(match.groups['port']));
    return candidate.replace(CANDIDATE, `$1 ${HOST} ${socket.address().port} $<rest>`);
  }

  /** Changes what happens to packets from now on. */
  set(route: Route, impairment: Impairment): void {
    const now = this.#now();
    this.#closeFigures(route, now);
    const direction = this.#directions[route];
    direction.impairment = impairment;
    direction.line.set(impairment, now);
  }

  /** Ends the proxy. @returns what happened to the packets of each direction, one entry per impairment */
  async stop(): Promise<LineFigures[]> {
    for (const route of ['ab', 'ba'] as const) {
      this.#closeFigures(route, this.#now());
      clearTimeout(this.#directions[route].timer);
      this.#directions[route].queue.length = 0;
    }
    await Promise.all(this.#faces.splice(0).map(({ socket }) => new Promise<void>((done) => socket.close(done))));
    return this.#figures;
  }

  #closeFigures(route: Route, now: number): void {
    const direction = this.#directions[route];
    const [from, to] = [direction.since - this.#callStart, now - this.#callStart];
    if (to > from) this.#figures.push(direction.counter.figures(route, direction.impairment, from / 1000, to / 1000));
    direction.counter = new LineCounter();
    direction.since = now;
  }

  #now(): number {
    return performance.now() - this.#startedAt;
  }

  async #face(side: Side, port: number): Promise<Face> {
    const known = this.#faces.find((face) => face.side === side && face.port === port);
    if (known !== undefined) return known;
    const socket = createSocket('udp4');
    const face: Face = { side, port, socket };
    this.#faces.push(face);
    // A closed port of a participant who left answers with an ICMP error, which is of no interest here.
    socket.on('error', () => {});
    socket.on('message', (packet, sender) => this.#forward(face, packet, sender.port));
    socket.bind(0, HOST);
    await once(socket, 'listening');
    return face;
  }

  /** A packet arrived at the socket for a port of `to`. */
  #forward(to: Face, packet: Buffer, port: number): void {
    const from = this.#faces.find((face) => face.side !== to.side && face.port === port);
    // A port that was never announced: another interface of the browser, which would bypass the proxy.
    if (from === undefined) return;
    const direction = this.#directions[from.side === 'a' ? 'ab' : 'ba'];
    const now = this.#now();
    const kind = kindOfPacket(packet);
    const arrival = direction.line.send(now, packet.length, kind);
    direction.counter.add(packet.length, kind, arrival === undefined ? undefined : arrival - now);
    if (arrival === undefined) return;
    const deliver = (): void => from.socket.send(packet, to.port, HOST);
    if (direction.queue.length === 0 && arrival <= now) {
      deliver();
      return;
    }
    direction.queue.push({ arrival, deliver });
    if (direction.timer === undefined) this.#schedule(direction);
  }

  #schedule(direction: Direction): void {
    const next = direction.queue[0];
    if (next === undefined) {
      direction.timer = undefined;
      return;
    }
    direction.timer = setTimeout(
      () => {
        const now = this.#now();
        while (direction.queue[0] !== undefined && direction.queue[0].arrival <= now)
          direction.queue.shift()!.deliver();
        this.#schedule(direction);
      },
      Math.max(0, next.arrival - this.#now()),
    );
  }
}

/** Removes all candidates of a session description; they are sent one by one (trickle ICE). */
export function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r\n/gm, '');
}
