import type { DumpEvent } from '@rtcstats-server/dump';
import { describe, expect, it } from 'vitest';
import { Analysis } from '../analysis.ts';

/**
 * Situations that look like a fault but are not, each beside that fault. The numbers are those that
 * browsers report; calls of real browsers are in test/truth.test.ts.
 */

const START = 1_700_000_000_000;

function event(method: string, scope: string | null, value: unknown, seconds: number, ...extra: unknown[]): DumpEvent {
  const time = START + seconds * 1000;
  return { method, methodCode: method, scope, value, extra, delta: 0, time, line: 1 };
}

type Values = Record<string, number | string | boolean>;
type Reports = Record<string, Values>;

const CONNECTED = [
  event('create', 'PC_0', {}, 0),
  event('createOffer', 'PC_0', null, 0.1),
  event('oniceconnectionstatechange', 'PC_0', 'connected', 0.2),
  event('onconnectionstatechange', 'PC_0', 'connected', 0.3),
];

/** The names of the observations of a call with statistics per second. */
function observed(seconds: number, reports: (second: number) => Reports, more: readonly DumpEvent[] = []): string[] {
  const rows = Array.from({ length: seconds }, (_, second) =>
    event('getStats', 'PC_0', { ...reports(second), t: START + (second + 1) * 1000 }, second + 1),
  );
  const analysis = new Analysis();
  const events = [...CONNECTED, ...rows, ...more].sort((a, b) => a.time - b.time);
  for (const it of events) analysis.add(it);
  return analysis.result().observations.map(({ name }) => name);
}

const ramp = (second: number, perSecond: number): number => second * perSecond;

const path = (second: number, values: Values = {}): Reports => ({
  t1: { type: 'transport', selectedCandidatePairId: 'p' },
  p: { type: 'candidate-pair', bytesReceived: ramp(second, 1000), responsesReceived: second, ...values },
});

const inAudio = (second: number, values: Values = {}): Reports => ({
  ia: {
    type: 'inbound-rtp',
    kind: 'audio',
    trackIdentifier: 'A',
    packetsReceived: ramp(second, 50),
    packetsLost: 0,
    totalSamplesReceived: ramp(second, 48_000),
    concealedSamples: 0,
    ...values,
  },
});

const inVideo = (second: number, values: Values = {}): Reports => ({
  iv: {
    type: 'inbound-rtp',
    kind: 'video',
    trackIdentifier: 'V',
    bytesReceived: ramp(second, 100_000),
    packetsReceived: ramp(second, 100),
    packetsLost: 0,
    framesReceived: ramp(second, 15),
    framesDecoded: ramp(second, 15),
    totalFreezesDuration: 0,
    ...values,
  },
});

const outVideo = (second: number, values: Values = {}): Reports => ({
  ov: {
    type: 'outbound-rtp',
    kind: 'video',
    mediaSourceId: 's',
    bytesSent: ramp(second, 100_000),
    packetsSent: ramp(second, 100),
    framesEncoded: ramp(second, 15),
    frameWidth: 640,
    frameHeight: 360,
    ...values,
  },
  s: { type: 'media-source', kind: 'video', trackIdentifier: 'cam', frames: ramp(second, 15) },
});

/** A counter that stands still between two seconds. */
const paused = (second: number, from: number, to: number): number =>
  second <= from ? second : second >= to ? second - (to - from) : from;

describe('packet loss', () => {
  it('is a share of many packets', () => {
    expect(observed(30, (s) => inAudio(s, { packetsLost: ramp(s, 2) }))).toContain('packet-loss');
  });

  it('is not one packet among the few of silence', () => {
    const dtx = (s: number) => inAudio(s, { packetsReceived: ramp(s, 3), packetsLost: s > 10 ? 1 : 0 });
    expect(observed(30, dtx)).toEqual([]);
  });

  it('is not what arrives late after all', () => {
    expect(observed(30, (s) => inAudio(s, { packetsLost: s % 2 === 0 ? 0 : 3 }))).toEqual([]);
  });
});

describe('an interruption', () => {
  const silence = (from: number, to: number, values: (second: number) => Values, lost = 0) =>
    observed(40, (s) => {
      const running = paused(s, from, to);
      const missing = s > to ? lost : 0;
      return { ...path(running, values(s)), ...inAudio(running, { packetsLost: missing }) };
    });

  it('is a path on which nothing arrives', () => {
    expect(silence(15, 18, (s) => ({ responsesReceived: paused(s, 15, 18) }), 150)).toContain('media-interruption');
    expect(silence(15, 25, (s) => ({ responsesReceived: paused(s, 15, 25) }))).toContain('media-interruption');
  });

  it('is not a sender that is silent, on a path that answers checks', () => {
    expect(silence(15, 25, (s) => ({ responsesReceived: s }))).toEqual([]);
    expect(silence(15, 18, (s) => ({ responsesReceived: paused(s, 15, 18) }))).toEqual([]);
  });
});

describe('a freeze', () => {
  it('is a picture that stands still', () => {
    expect(observed(30, (s) => inVideo(s, { totalFreezesDuration: s > 12 ? 2 : 0 }))).toContain('video-freeze');
  });

  it('is also packets of which no frame comes, before the browser counts it', () => {
    expect(observed(30, (s) => inVideo(s, { framesDecoded: Math.min(150, s * 15) }))).toContain('video-freeze');
  });

  it('is not a camera that was turned off and on', () => {
    const off = (s: number) => {
      const running = paused(s, 10, 25);
      const frozen = s > 25 ? 15.4 : 0;
      return { ...path(s), ...inAudio(s), ...inVideo(running, { totalFreezesDuration: frozen, packetsLost: 0 }) };
    };
    expect(observed(40, off)).toEqual([]);
  });

  it('is not a screen that hardly changes', () => {
    const screen = (s: number) =>
      inVideo(s, { framesReceived: s, framesDecoded: s, bytesReceived: ramp(s, 4000), totalFreezesDuration: s * 0.3 });
    expect(observed(30, screen)).toEqual([]);
  });
});

describe('a limited bandwidth', () => {
  const limited = (s: number, reason: string, estimate: number) => ({
    ...path(s, { availableOutgoingBitrate: estimate }),
    ...outVideo(s, { qualityLimitationReason: reason }),
  });

  it('is an encoder that says so', () => {
    expect(observed(40, (s) => limited(s, s > 20 ? 'bandwidth' : 'none', 900_000))).toContain('bandwidth-limited');
  });

  it('is not the first seconds of video, nor an estimate that is far above what is sent', () => {
    expect(observed(40, (s) => limited(s, s < 12 ? 'bandwidth' : 'none', 900_000))).toEqual([]);
    expect(observed(40, (s) => limited(s, 'bandwidth', 4_000_000))).toEqual([]);
  });
});

describe('a silent microphone', () => {
  const microphone = (energy: (second: number) => number) =>
    observed(60, (s) => ({
      oa: { type: 'outbound-rtp', kind: 'audio', mediaSourceId: 'm', packetsSent: ramp(s, 50) },
      m: {
        type: 'media-source',
        kind: 'audio',
        trackIdentifier: 'mic',
        totalAudioEnergy: energy(s),
        totalSamplesDuration: s,
      },
    }));
  /** The sum of levels per second, in dBFS; null is digital silence. */
  const sum = (level: (second: number) => number | null) => (second: number) => {
    let energy = 0;
    for (let each = 1; each <= second; each++) {
      const now = level(each);
      energy += now === null ? 0 : 10 ** (now / 10);
    }
    return energy;
  };

  it('has digital silence, and comfort noise while others speak', () => {
    expect(microphone(sum((s) => (s % 10 < 5 ? null : -70)))).toEqual(['microphone-silent']);
  });

  it('is not one that the application muted', () => {
    expect(microphone(() => 0)).toEqual([]);
  });

  it('is not one of somebody who listens', () => {
    expect(microphone(sum((s) => -62 + (s % 3)))).toEqual([]);
  });

  it('is not a quiet one', () => {
    expect(microphone(sum((s) => (s % 10 < 4 ? -85 : -58)))).toEqual(['microphone-quiet']);
    expect(microphone(sum((s) => (s % 10 < 4 ? -85 : -25)))).toEqual([]);
  });
});

describe('one-way audio', () => {
  const call = (received: (second: number) => number, sent: (second: number) => number) =>
    observed(60, (s) => ({
      ...path(s, { bytesReceived: Math.floor(s / 5) * 100, responsesReceived: Math.floor(s / 5) }),
      ...inAudio(s, { packetsReceived: received(s), totalSamplesReceived: ramp(s, 48_000), remoteId: 'r' }),
      r: { type: 'remote-outbound-rtp', packetsSent: sent(Math.floor(s / 5) * 5) },
    }));

  it('is sent, as the sender reports, and does not arrive', () => {
    expect(
      call(
        (s) => Math.min(1000, s * 50),
        (s) => s * 50,
      ),
    ).toEqual(['one-way-audio']);
  });

  it('is not a sender that stops sending', () => {
    expect(
      call(
        (s) => Math.min(1000, s * 50),
        (s) => Math.min(1000, s * 50),
      ),
    ).toEqual([]);
  });
});

describe('a capture', () => {
  const call = 'navigator.mediaDevices.getDisplayMedia';

  it('of a screen that somebody canceled or stopped is no problem', () => {
    const analysis = new Analysis();
    const track = [['video', 'screen', 'label']];
    for (const it of [
      event(`${call}OnFailure`, null, 'NotAllowedError: Permission denied', 1, '63-0'),
      event(`${call}OnSuccess`, null, track, 2, '63-1'),
      event('MediaStreamTrack.onended', null, 'screen', 20),
      event('publicIP', null, [], 60),
    ]) {
      analysis.add(it);
    }
    expect(analysis.result().observations).toMatchObject([{ name: 'capture-failed', severity: 'info' }]);
  });
});

describe('signaling', () => {
  const run = (events: readonly DumpEvent[]): string[] => {
    const analysis = new Analysis();
    for (const it of events) analysis.add(it);
    return analysis.result().observations.map(({ name }) => name);
  };
  const state = (name: string, seconds: number) => event('onsignalingstatechange', 'PC_0', name, seconds);
  const collision = [
    ...CONNECTED,
    state('have-local-offer', 10),
    event('setRemoteDescription', 'PC_0', { type: 'offer', sdp: '' }, 10.1, '8-0'),
  ];

  it('in which somebody took long to pick up is not stuck', () => {
    const offer = [event('create', 'PC_0', {}, 0), state('have-local-offer', 1)];
    expect(run([...offer, state('stable', 40), event('publicIP', null, [], 60)])).toEqual([]);
    expect(run([...offer, event('publicIP', null, [], 60)])).toEqual(['negotiation-stuck']);
  });

  it('with a collision that was rolled back is not glare', () => {
    const resolved = [state('stable', 10.2), state('have-remote-offer', 10.3), state('stable', 10.5)];
    expect(run([...collision, ...resolved])).toEqual([]);
    const failure = event(
      'setRemoteDescriptionOnFailure',
      'PC_0',
      'InvalidStateError: Called in wrong state',
      11,
      '8-1',
    );
    expect(run([...collision, ...resolved, failure])).toContain('signalling-glare');
    const own = event('setLocalDescription', 'PC_0', { type: 'offer', sdp: '' }, 9.9, '6-0');
    const set = event('setLocalDescriptionOnSuccess', 'PC_0', null, 10, '6-0');
    const theirs = collision.at(-1)!;
    expect(run([...CONNECTED, own, theirs, failure])).toContain('signalling-glare');
    expect(run([...CONNECTED, own, set, state('stable', 10), theirs, failure])).not.toContain('signalling-glare');
  });

  it('that ends with a hang-up is not a lost connection', () => {
    const lost = [...CONNECTED, event('oniceconnectionstatechange', 'PC_0', 'disconnected', 30)];
    expect(run([...lost, event('close', 'PC_0', null, 36)])).toEqual([]);
    expect(run([...lost, event('close', 'PC_0', null, 55)])).toEqual(['ice-disconnected']);
  });
});
