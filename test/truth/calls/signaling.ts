import { setTimeout as pause } from 'node:timers/promises';
import { type Side, withoutCandidates } from '../network/proxy.ts';
import type { ProxyThread } from '../network/proxy-thread.ts';
import type { Signal } from '../page/interface.ts';
import type { ParticipantBrowser } from './browser.ts';
import type { SignalingPlan } from './contract.ts';

/**
 * The signaling server of a call: passes messages from one participant to the other in their order, with the candidates
 * replaced by those of the proxy, and makes the mistakes that the plan asks for.
 */
export class Signaling {
  readonly #proxy: ProxyThread;
  readonly #plan: SignalingPlan;
  readonly #participants = new Map<Side, ParticipantBrowser>();
  /** Messages of each side are handled one after the other. */
  readonly #queues = new Map<Side, Promise<void>>();
  /** The offer of A, while its candidates go first. */
  #heldOffer: Signal | undefined;
  #pickedUp: Promise<unknown> | undefined;

  constructor(proxy: ProxyThread, plan: SignalingPlan) {
    this.#proxy = proxy;
    this.#plan = plan;
  }

  join(side: Side, participant: ParticipantBrowser): void {
    this.#participants.set(side, participant);
  }

  /** A message from a participant. */
  receive(from: Side, message: string): void {
    const before = this.#queues.get(from) ?? Promise.resolve();
    const handled = before.then(() => this.#handle(from, JSON.parse(message) as Signal));
    // A participant who closed the tab takes no messages any more.
    this.#queues.set(
      from,
      handled.catch(() => {}),
    );
  }

  async #handle(from: Side, signal: Signal): Promise<void> {
    if (signal.type === 'candidate') {
      const candidate = await this.#proxy.rewrite(from, signal.candidate.candidate);
      if (candidate === undefined) return;
      await this.#deliver(from, { ...signal, candidate: { ...signal.candidate, candidate } });
      if (this.#heldOffer !== undefined && from === 'a') {
        const offer = this.#heldOffer;
        this.#heldOffer = undefined;
        await this.#deliver(from, offer);
      }
      return;
    }
    const { type, sdp } = signal.description;
    const description: Signal = {
      type: 'description',
      description: { type, sdp: this.#damage(type, withoutCandidates(sdp)) },
    };
    if (type === 'answer' && this.#plan.losesAnswer === true) return;
    if (type === 'offer' && from === 'a' && this.#plan.candidatesFirst === true) this.#heldOffer = description;
    else await this.#deliver(from, description);
  }

  async #deliver(from: Side, signal: Signal): Promise<void> {
    const to: Side = from === 'a' ? 'b' : 'a';
    if (to === 'b') {
      this.#pickedUp ??= pause((this.#plan.pickUpAfter ?? 0) * 1000);
      await this.#pickedUp;
    }
    await this.#participants.get(to)?.call('receive', signal);
  }

  #damage(type: string, sdp: string): string {
    const { damagesAnswer } = this.#plan;
    if (damagesAnswer === undefined || type !== 'answer') return sdp;
    return sdp
      .split('\r\n')
      .map((line) => (line.startsWith(damagesAnswer) ? `${damagesAnswer}?` : line))
      .join('\r\n');
  }
}
