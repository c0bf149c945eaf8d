import { setTimeout as pause } from 'node:timers/promises';
import type { LineFigures } from '../network/line-figures.ts';
import type { Side } from '../network/proxy.ts';
import { ProxyThread } from '../network/proxy-thread.ts';
import { TurnStub } from '../network/turn-stub.ts';
import type { Measured, ParticipantOptions } from '../page/interface.ts';
import { type Devices, ParticipantBrowser } from './browser.ts';
import type { CallPlan, ParticipantPlan, Step } from './contract.ts';
import { type MachineLoad, MachineMeter } from './machine.ts';
import { FRAME_RATE } from './media-files.ts';
import { Signaling } from './signaling.ts';

/** Where a call takes place. */
export interface Venue {
  /** The page of a participant. */
  readonly page: string;
  /** WebSocket URL of the gateway for the recording of a side. */
  gateway(side: Side): string;
  devices(side: Side, plan: ParticipantPlan): Devices;
  readonly seed: number;
}

/** What happened in a call. */
export interface CallResult {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly network: readonly LineFigures[];
  readonly machine: MachineLoad;
  readonly measured: Readonly<Partial<Record<Side, Measured>>>;
}

/** Makes a call between two browser processes in real time, with the faults of the plan. */
export async function makeCall(plan: CallPlan, venue: Venue): Promise<CallResult> {
  const proxy = new ProxyThread(venue.seed);
  const signaling = new Signaling(proxy, plan.signaling ?? {});
  const turn = plan.turn === undefined ? undefined : await TurnStub.start(plan.turn);
  const sides: Side[] = plan.b === null ? ['a'] : ['a', 'b'];
  const browsers = new Map<Side, ParticipantBrowser>();
  const measured: Partial<Record<Side, Measured>> = {};
  try {
    const join = async (side: Side): Promise<void> => {
      const participant = plan[side] ?? {};
      const receive = (message: string): void => signaling.receive(side, message);
      const browser = await ParticipantBrowser.launch(venue.page, venue.devices(side, participant), receive);
      browsers.set(side, browser);
      signaling.join(side, browser);
      await browser.start(optionsOf(participant, venue.gateway(side), turn?.port));
    };
    await Promise.all(sides.map(join));
    const meter = new MachineMeter();
    const errors = await Promise.all(sides.map((side) => browsers.get(side)!.call('openDevices')));
    const startedAt = Date.now();
    await proxy.begin();
    if (errors.every((error) => error === null)) {
      await Promise.all(sides.map((side) => browsers.get(side)!.call('addMedia')));
      const steps = plan.steps ?? [];
      // What is in force from the begin must be so before the first packet.
      for (const step of steps) if (step.at === 0) await take(step, browsers, proxy);
      await browsers.get('a')!.call('offer');
      for (const step of steps) {
        if (step.at === 0) continue;
        await until(startedAt + step.at * 1000);
        await take(step, browsers, proxy);
      }
    }
    await until(startedAt + plan.seconds * 1000);
    for (const [side, browser] of browsers) if (browser.isOpen) measured[side] = await browser.call('measured');
    await Promise.all(Array.from(browsers.values(), (browser) => browser.isOpen && browser.call('hangUp')));
    const { figures, lateMs } = await proxy.stop();
    const machine = meter.result(
      lateMs,
      Object.values(measured).map(({ lateness }) => lateness),
    );
    return { startedAt, network: figures, machine, measured };
  } finally {
    await Promise.all(Array.from(browsers.values(), (browser) => browser.close()));
    await Promise.all([proxy.terminate(), turn?.stop()]);
  }
}

/** @param time in milliseconds since the epoch */
async function until(time: number): Promise<void> {
  await pause(Math.max(0, time - Date.now()));
}

async function take(step: Step, browsers: ReadonlyMap<Side, ParticipantBrowser>, proxy: ProxyThread): Promise<void> {
  if (step.do === 'network') {
    if (step.route !== 'ba') await proxy.set('ab', step.impairment);
    if (step.route !== 'ab') await proxy.set('ba', step.impairment);
    return;
  }
  if (step.do === 'glare') {
    await Promise.all(Array.from(browsers.values(), (browser) => browser.call('offer')));
    return;
  }
  const browser = browsers.get(step.side)!;
  if (step.do === 'hangUp') await browser.call('hangUp');
  else if (step.do === 'page') await browser.call(step.action, ...(step.argument === undefined ? [] : [step.argument]));
  else await browser[step.do]();
}

function optionsOf(plan: ParticipantPlan, gateway: string, turnPort: number | undefined): ParticipantOptions {
  const { camera = 'moving', dataOnly = false } = plan;
  return {
    gateway,
    audio: dataOnly ? false : (plan.audio ?? true),
    video: dataOnly || camera === null ? false : (plan.video ?? { width: 320, height: 240, frameRate: FRAME_RATE }),
    blackCanvas: camera === 'black-canvas',
    separateStreams: plan.separateStreams ?? false,
    impatient: plan.impatient ?? false,
    answersRecvonly: plan.answersRecvonly ?? null,
    videoCodecs: plan.videoCodecs ?? null,
    iceServers:
      turnPort === undefined
        ? []
        : [{ urls: `turn:127.0.0.1:${turnPort}?transport=udp`, username: 'truth', credential: 'wrong' }],
  };
}
