import type { CallResult } from './calls/call.ts';
import type { CallPlan, ExpectedOfSide, Scenario } from './calls/contract.ts';
import type { Route } from './network/impairment.ts';
import type { LineFigures } from './network/line-figures.ts';
import type { Side } from './network/proxy.ts';
import type { ExpectedLabel, RecordingLabel } from './recordings.ts';
import { type Symptom, symptomsOf } from './symptoms.ts';

/** From which figures of the proxy on a cause shows, as in the labels of the given recordings. */
const SHOWS_FROM = { loss: 0.015, roundTripMs: 250, audioJitterMs: 25 };

/** The label of one side's recording, with the figures that it is based on. */
export interface LiveLabel extends RecordingLabel {
  readonly parameters: CallPlan['parameters'];
  readonly network: readonly LineFigures[];
  readonly machine: CallResult['machine'];
  /** True if the machine was too busy for the call, so that it proves nothing. */
  readonly overloaded: boolean;
}

/**
 * What ought to be found in the recording of a side: the injected causes, if the proxy's figures show them, and the
 * symptoms that the page measured.
 *
 * @param recordingStart time of the first message, in milliseconds since the epoch
 */
export function labelOf(
  side: Side,
  name: string,
  scenario: Scenario,
  plan: CallPlan,
  result: CallResult,
  recordingStart: number,
): LiveLabel {
  const offset = (result.startedAt - recordingStart) / 1000;
  const expected: ExpectedLabel[] = [];
  const acceptable = new Set(plan.acceptable?.[side]);
  for (const cause of plan.expected ?? []) {
    if (cause.side !== side) continue;
    if (shows(cause, result.network)) expected.push(shifted(cause, offset));
    else acceptable.add(cause.label);
  }
  const measured = result.measured[side];
  const symptoms = measured === undefined || plan.symptoms === 'none' ? [] : symptomsOf(measured);
  const isDisturbed = scenario.isHealthy && plan.symptoms !== 'acceptable' && symptoms.some(({ certain }) => certain);
  if (plan.symptoms === 'acceptable') for (const label of ['video-freeze', 'audio-concealment']) acceptable.add(label);
  else if (!isDisturbed) addSymptoms(symptoms, recordingStart, expected, acceptable);
  return {
    name,
    file: `${name}.dump.gz`,
    fault: { kind: scenario.isHealthy ? 'none' : scenario.name },
    expected,
    acceptable: Array.from(acceptable).toSorted(),
    parameters: plan.parameters,
    network: result.network,
    machine: result.machine,
    overloaded: result.machine.overloaded || isDisturbed,
  };
}

function addSymptoms(
  symptoms: readonly Symptom[],
  recordingStart: number,
  expected: ExpectedLabel[],
  acceptable: Set<string>,
): void {
  for (const { label, from, to, certain } of symptoms) {
    if (!certain) acceptable.add(label);
    else
      expected.push({
        label,
        direction: 'inbound',
        from: (from - recordingStart) / 1000,
        to: (to - recordingStart) / 1000,
      });
  }
}

function shifted({ side: _, ...label }: ExpectedOfSide, offset: number): ExpectedLabel {
  return {
    ...label,
    from: label.from + offset,
    to: label.to + offset,
    ...(label.effectTo !== undefined && { effectTo: label.effectTo + offset }),
  };
}

/** Whether the proxy's figures show a cause. Other causes are not measured: they were injected as they are. */
function shows({ side, label, direction, from }: ExpectedOfSide, network: readonly LineFigures[]): boolean {
  const during = (route: Route): LineFigures | undefined =>
    network.find((it) => it.route === route && Math.abs(it.from - from) < 1);
  const route: Route = (side === 'a') === (direction === 'outbound') ? 'ab' : 'ba';
  switch (label) {
    case 'packet-loss':
      return (during(route)?.loss ?? 0) >= SHOWS_FROM.loss;
    case 'high-jitter':
      return (during(route)?.audioJitterMs ?? 0) >= SHOWS_FROM.audioJitterMs;
    case 'high-rtt':
      return (during('ab')?.delayMs ?? 0) + (during('ba')?.delayMs ?? 0) >= SHOWS_FROM.roundTripMs;
    default:
      return true;
  }
}
