import type { DumpEvent } from '@rtcstats-server/dump';
import { member, present, textOf } from './values.ts';

const ICE_LITE = /^a=ice-lite\r?$/m;

/** The first call of setLocalDescription or setRemoteDescription: its type and how long it took. */
class FirstCall {
  #call: { readonly id: unknown; readonly time: number; readonly type: string | undefined } | undefined;
  delay: number | undefined;
  failure: string | undefined;

  called(value: unknown, id: unknown, time: number): void {
    this.#call ??= { id, time, type: textOf(member(value, 'type')) };
  }

  /** Dumps made by Chromium have no correlation ids; there, the first success belongs to the first call. */
  succeeded(id: unknown, time: number): void {
    if (this.#call !== undefined && this.#call.id === id) this.delay ??= time - this.#call.time;
  }

  failed(value: unknown): void {
    this.failure ??= textOf(value);
  }

  get role(): string | undefined {
    return this.delay === undefined ? undefined : this.#call?.type;
  }
}

/** Features of a connection that come from its offers and answers. */
export class Descriptions {
  readonly #local = new FirstCall();
  readonly #remote = new FirstCall();
  #offeredAt: number | undefined;
  #signalingDelay: number | undefined;
  #restart: 'none' | 'created' | 'offered' | 'answered' = 'none';
  #iceLite = false;

  add({ method, value, extra, time }: DumpEvent): void {
    switch (method) {
      case 'createOffer':
        if (this.#restart === 'none' && member(value, 'iceRestart') === true) this.#restart = 'created';
        break;
      case 'setLocalDescription':
        this.#local.called(value, extra[0], time);
        if (member(value, 'type') === 'offer') this.#offered(time);
        break;
      case 'setLocalDescriptionOnSuccess':
        this.#local.succeeded(extra[0], time);
        break;
      case 'setLocalDescriptionOnFailure':
        this.#local.failed(value);
        break;
      case 'setRemoteDescription':
        this.#remote.called(value, extra[0], time);
        if (member(value, 'type') === 'answer') this.#answered(time);
        this.#iceLite ||= ICE_LITE.test(textOf(member(value, 'sdp')) ?? '');
        break;
      case 'setRemoteDescriptionOnSuccess':
        this.#remote.succeeded(extra[0], time);
        break;
      case 'setRemoteDescriptionOnFailure':
        this.#remote.failed(value);
        break;
    }
  }

  #offered(time: number): void {
    this.#offeredAt ??= time;
    if (this.#restart === 'created') this.#restart = 'offered';
  }

  #answered(time: number): void {
    if (this.#offeredAt !== undefined) this.#signalingDelay ??= time - this.#offeredAt;
    if (this.#restart === 'offered') this.#restart = 'answered';
  }

  result() {
    return present({
      signalingDelay: this.#signalingDelay,
      setLocalDescriptionDelay: this.#local.delay,
      setLocalDescriptionRole: this.#local.role,
      setLocalDescriptionFailure: this.#local.failure,
      setRemoteDescriptionDelay: this.#remote.delay,
      setRemoteDescriptionRole: this.#remote.role,
      setRemoteDescriptionFailure: this.#remote.failure,
      iceRestart: this.#restart !== 'none',
      iceRestartFollowedBySetRemoteDescription: this.#restart === 'answered',
      usingIceLite: this.#iceLite,
    });
  }
}
