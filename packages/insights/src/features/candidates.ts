import type { DumpEvent } from '@rtcstats-server/dump';
import { derivedIn } from '../stats/derived.ts';
import { member, present, stateOf, textOf } from './values.ts';

/** The parts of a candidate attribute (RFC 8839, section 5.1) that features need. */
export interface CandidateLine {
  readonly address: string;
  readonly port: number;
  readonly type: string | undefined;
  readonly passive: boolean;
}

/** Parses `candidate:1 1 udp 2122194687 192.168.1.34 37423 typ host …`; undefined if it is too short. */
export function parseCandidate(value: unknown): CandidateLine | undefined {
  const candidate = textOf(member(value, 'candidate'));
  if (!candidate) return undefined;
  const words = candidate.split(' ');
  if (words.length < 8) return undefined;
  const tcpType = words.indexOf('tcptype', 8);
  const passive = tcpType >= 0 && words[tcpType + 1] === 'passive';
  return { address: words[4]!, port: Number(words[5]), type: words[7], passive };
}

const PASSIVE_IN_SDP = /^a=candidate:[^\r\n]* tcptype passive(?![^\s])/m;

/** Which types of candidates there were. */
class CandidateTypes {
  host = false;
  mdns = false;
  srflx = false;
  relay = false;

  add({ type, address }: CandidateLine, extra: readonly unknown[]): void {
    if (type === 'host') {
      this.host = true;
      if (address.endsWith('.local') || derivedIn(extra, 'rtcstatsAddressClass') === 'mdns') this.mdns = true;
    } else if (type === 'srflx') this.srflx = true;
    else if (type === 'relay') this.relay = true;
  }
}

/** How long it took to gather the first relay candidate of each transport, during the first gathering. */
class GatheringTimes {
  #start: number | undefined;
  #complete = false;
  readonly #times = new Map<unknown, number>();

  stateChanged(state: string | undefined, time: number): void {
    if (state === 'complete') this.#complete = true;
    if (state === 'gathering' && !this.#complete) this.#start = time;
  }

  gathered(relayProtocol: unknown, time: number): void {
    if (this.#complete || this.#start === undefined || this.#times.has(relayProtocol)) return;
    if (relayProtocol === 'udp' || relayProtocol === 'tcp' || relayProtocol === 'tls') {
      this.#times.set(relayProtocol, time - this.#start);
    }
  }

  of(relayProtocol: string): number | undefined {
    return this.#times.get(relayProtocol);
  }
}

/** Features of a connection that come from the candidates it gathered and was given. */
export class Candidates {
  readonly #gathered = new CandidateTypes();
  readonly #added = new CandidateTypes();
  readonly #gatheringTimes = new GatheringTimes();
  #addedNull = false;
  #addedPassive = false;
  #failure: string | undefined;

  add({ method, value, extra, time }: DumpEvent): void {
    switch (method) {
      case 'onicecandidate': {
        this.#gatheringTimes.gathered(member(value, 'relayProtocol'), time);
        const candidate = parseCandidate(value);
        if (candidate !== undefined) this.#gathered.add(candidate, extra);
        break;
      }
      case 'addIceCandidate': {
        if (value === null) this.#addedNull = true;
        const candidate = parseCandidate(value);
        if (candidate === undefined) break;
        this.#added.add(candidate, extra);
        this.#addedPassive ||= candidate.passive;
        break;
      }
      case 'addIceCandidateOnFailure':
        this.#failure ??= textOf(value);
        break;
      case 'onicegatheringstatechange':
        this.#gatheringTimes.stateChanged(stateOf(value), time);
        break;
      case 'setRemoteDescription':
        this.#addedPassive ||= PASSIVE_IN_SDP.test(textOf(member(value, 'sdp')) ?? '');
        break;
    }
  }

  result() {
    return present({
      addIceCandidateFailure: this.#failure,
      addedHostCandidate: this.#added.host,
      addedMdnsCandidate: this.#added.mdns,
      addedSrflxCandidate: this.#added.srflx,
      addedTurnCandidate: this.#added.relay,
      addedNullCandidate: this.#addedNull,
      addedConnectableIceTcpCandidate: this.#addedPassive,
      gatheredHostCandidate: this.#gathered.host,
      gatheredMdnsCandidate: this.#gathered.mdns,
      gatheredSrflxCandidate: this.#gathered.srflx,
      gatheredTurnCandidate: this.#gathered.relay,
      gatheringTimeTurnUdp: this.#gatheringTimes.of('udp'),
      gatheringTimeTurnTcp: this.#gatheringTimes.of('tcp'),
      gatheringTimeTurnTls: this.#gatheringTimes.of('tls'),
    });
  }
}
