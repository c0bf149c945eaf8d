import type { DumpEvent } from '@rtcstats-server/dump';
import type { ClientFeatures, EventAccumulator } from './contract.ts';
import { isObject, member, numberOf, present, textOf } from './values.ts';

const MEDIA = 'navigator.mediaDevices.';
/** Limits the memory for tracks of getUserMedia. The oldest are forgotten: they are the least likely to end now. */
const MAX_TRACKS = 1000;
/** A device whose track ends earlier than this (in milliseconds) did not work. */
const SHORT_DURATION = 1000;

/** A track that getUserMedia returned. */
interface Captured {
  readonly kind: string;
  readonly time: number;
}

/**
 * Whether an event belongs to the client. Chromium's own dumps give calls of mediaDevices a scope, that of the page
 * (`8-0`), which is not a connection.
 */
export function isOfClient({ scope, method }: Pick<DumpEvent, 'scope' | 'method'>): boolean {
  return scope === null || method.startsWith(MEDIA);
}

/** Computes the features of the client from its events. */
export class ClientAccumulator implements EventAccumulator<ClientFeatures> {
  #start: number | undefined;
  #end = 0;
  #created: Readonly<Record<string, unknown>> | undefined;
  #webSocketConnectionTime: number | undefined;
  #seenWebSocket = false;
  #enumerateDevicesCount = 0;
  readonly #userMedia = { called: false, audio: false, video: false, combined: false, successes: 0, errors: 0 };
  readonly #displayMedia = { called: false, audio: false, video: false, successes: 0, errors: 0 };
  #userMediaError: string | undefined;
  readonly #usbIds = new Map<string, string>();
  readonly #tracks = new Map<string, Captured>();
  readonly #ended = { audio: false, video: false };
  readonly #short = { audio: false, video: false };
  readonly #userAgent: string | undefined;

  /** @param userAgent for dumps whose client did not send it */
  constructor(userAgent?: string) {
    this.#userAgent = userAgent;
  }

  add({ method, value, time }: DumpEvent): void {
    this.#start ??= time;
    this.#end = time;
    switch (method) {
      case 'create':
        if (this.#created === undefined && isObject(value)) this.#created = value;
        break;
      case 'websocket':
        if (!this.#seenWebSocket) this.#webSocketConnectionTime = numberOf(member(value, 'connectionTime'));
        this.#seenWebSocket = true;
        break;
      case 'MediaStreamTrack.onended':
        this.#trackEnded(String(value), time);
        break;
      default:
        if (method.startsWith(MEDIA)) this.#media(method.slice(MEDIA.length), value, time);
    }
  }

  #media(method: string, value: unknown, time: number): void {
    switch (method) {
      case 'enumerateDevices':
        this.#enumerateDevicesCount += 1;
        break;
      case 'getUserMedia':
        this.#userMediaCalled(Boolean(member(value, 'audio')), Boolean(member(value, 'video')));
        break;
      case 'getUserMediaOnSuccess':
        this.#userMedia.successes += 1;
        if (Array.isArray(value)) for (const track of value as unknown[]) this.#captured(track, time);
        break;
      case 'getUserMediaOnFailure':
        if (this.#userMedia.errors === 0) this.#userMediaError = textOf(value);
        this.#userMedia.errors += 1;
        break;
      case 'getDisplayMedia':
        this.#displayMedia.called = true;
        this.#displayMedia.audio ||= Boolean(member(value, 'audio'));
        // Video is the default of getDisplayMedia, so only an explicit false excludes it.
        this.#displayMedia.video ||= member(value, 'video') !== false;
        break;
      case 'getDisplayMediaOnSuccess':
        this.#displayMedia.successes += 1;
        break;
      case 'getDisplayMediaOnFailure':
        this.#displayMedia.errors += 1;
        break;
    }
  }

  #userMediaCalled(audio: boolean, video: boolean): void {
    const media = this.#userMedia;
    media.called = true;
    media.audio ||= audio;
    media.video ||= video;
    media.combined ||= audio && video;
  }

  /** Tracks are `[kind, id, label, ...streams]`. */
  #captured(track: unknown, time: number): void {
    if (!Array.isArray(track)) return;
    const [kind, id, label] = track as unknown[];
    if (kind !== 'audio' && kind !== 'video') return;
    const usbId = usbIdOf(label);
    if (usbId !== undefined && !this.#usbIds.has(kind)) this.#usbIds.set(kind, usbId);
    this.#tracks.set(String(id), { kind, time });
    if (this.#tracks.size > MAX_TRACKS) this.#tracks.delete(this.#tracks.keys().next().value!);
  }

  #trackEnded(id: string, time: number): void {
    const track = this.#tracks.get(id);
    if (track?.kind !== 'audio' && track?.kind !== 'video') return;
    this.#ended[track.kind] = true;
    if (time - track.time < SHORT_DURATION) this.#short[track.kind] = true;
  }

  result(): ClientFeatures {
    const userAgent = this.#userAgent;
    return {
      ...(userAgent !== undefined && { userAgent }),
      ...this.#created,
      ...present({
        operatingSystem: textOf(member(member(this.#created, 'userAgentData'), 'platform')),
        startTime: this.#start,
        duration: this.#start === undefined ? undefined : this.#end - this.#start,
        webSocketConnectionTime: this.#webSocketConnectionTime,
        enumerateDevicesCount: this.#enumerateDevicesCount,
        audioEnded: this.#ended.audio || undefined,
        videoEnded: this.#ended.video || undefined,
        audioShortDuration: this.#short.audio || undefined,
        videoShortDuration: this.#short.video || undefined,
      }),
      ...this.#mediaFeatures(),
    };
  }

  #mediaFeatures() {
    return present({
      calledGetUserMedia: this.#userMedia.called,
      calledGetUserMediaAudio: this.#userMedia.audio,
      calledGetUserMediaVideo: this.#userMedia.video,
      calledGetUserMediaCombined: this.#userMedia.combined,
      getUserMediaError: this.#userMediaError,
      getUserMediaErrorCount: this.#userMedia.errors,
      getUserMediaSuccessCount: this.#userMedia.successes,
      audioDeviceUsbId: this.#usbIds.get('audio'),
      videoDeviceUsbId: this.#usbIds.get('video'),
      calledGetDisplayMedia: this.#displayMedia.called,
      calledGetDisplayMediaAudio: this.#displayMedia.audio,
      calledGetDisplayMediaVideo: this.#displayMedia.video,
      getDisplayMediaErrorCount: this.#displayMedia.errors,
      getDisplayMediaSuccessCount: this.#displayMedia.successes,
    });
  }
}

/** Chromium appends the USB id of a device to its label: `Logitech BRIO (046d:085e)`. */
function usbIdOf(label: unknown): string | undefined {
  if (typeof label !== 'string' || label.length < 10 || !label.endsWith(')')) return undefined;
  const id = label.slice(-10, -1);
  return id[4] === ':' ? id : undefined;
}
