import type { ConferenceNotJudged, ConferenceObservation } from './contract.ts';
import { overlap } from './intervals.ts';
import type { Participant } from './participants.ts';

/** Participants that a participant is compared with, at least. With one, the fault can be on either side. */
const MIN_OTHERS = 2;
/** A side is at fault if this share of its connections is affected, so one bad peer of a mesh call is not enough. */
const MIN_AFFECTED_SHARE = 0.8;
/** If this share of the others is affected too, the cause is a common one. */
const COMMON_SHARE = 0.5;
/** Receivers that are compared with a sender; more would take time without telling more. */
const MAX_RECEIVERS = 200;

export interface Judged {
  readonly observations: readonly ConferenceObservation[];
  readonly notJudged: readonly ConferenceNotJudged[];
}

/**
 * Finds participants whose own downlink or uplink is at fault: what they receive (send) is bad on all connections,
 * which is to all peers of a mesh call and to the server of an SFU call, while others receive (send) well.
 *
 * @param explained participants whose problems already have a cause; they are not compared, because they would make
 *   the problem of another one look common
 */
export function judgeSides(
  participants: readonly Participant[],
  direction: 'in' | 'out',
  explained: ReadonlySet<Participant>,
): Judged {
  const side = direction === 'in' ? 'receiving' : 'sending';
  const what = direction === 'in' ? 'participant-downlink' : 'participant-uplink';
  const known = participants.filter((one) => one[side].connections > 0 && !explained.has(one));
  const affected = known.filter((participant) => isAffected(participant[side]));
  const partly = known.filter((participant) => participant[side].affected > 0 && !isAffected(participant[side]));
  const notJudged: ConferenceNotJudged[] = [];
  const skip = (why: string): number => notJudged.push({ what, why });
  const verb = direction === 'in' ? 'received' : 'sent';
  if (known.length <= MIN_OTHERS) {
    skip(`${known.length} participants ${verb} media that was measured; ${MIN_OTHERS + 1} are needed`);
    return { observations: [], notJudged };
  }
  if (partly.length > 0) {
    skip(`on some connections only: ${partly.length} of ${known.length} participants; the fault can be on either end`);
  }
  // The share is the same for each of them, because the participant itself is not among the others.
  const othersAffected = affected.length - 1;
  const others = known.length - 1;
  if (affected.length > 0 && othersAffected / others >= COMMON_SHARE) {
    const cause = direction === 'in' ? 'the server, or a sender' : 'the server';
    skip(
      `${affected.length} of ${known.length} participants ${verb} badly, so the cause is a common one, such as ${cause}`,
    );
    return { observations: [], notJudged };
  }
  const observations = affected.map((participant): ConferenceObservation => {
    const { connections, severity, intervals } = participant[side];
    return {
      name: what,
      severity: severity!,
      category: 'network',
      scope: { type: 'conference', participant: participant.name },
      direction,
      from: intervals[0]![0],
      to: intervals.at(-1)![1],
      intervals,
      evidence: {
        participants: participants.length,
        connections,
        affectedConnections: participant[side].affected,
        others,
        othersAffected,
        ...(direction === 'out' && receiversOf(participant, participants)),
        clockUncertaintyMs: participant.uncertainty,
      },
    };
  });
  return { observations, notJudged };
}

function isAffected({ connections, affected, intervals }: Participant['receiving']): boolean {
  return intervals.length > 0 && affected / connections >= MIN_AFFECTED_SHARE;
}

/** How many others received badly at the same time. */
function receiversOf(sender: Participant, participants: readonly Participant[]) {
  const all = participants.filter((one) => one !== sender && one.receiving.connections > 0).slice(0, MAX_RECEIVERS);
  const affected = all.filter(({ receiving, uncertainty }) =>
    overlap(receiving.intervals, sender.sending.intervals, uncertainty + sender.uncertainty),
  );
  return { receivers: all.length, receiversAffected: affected.length };
}
