import type { ScoreName } from '../scores/scores.ts';
import type { Block, Section } from './budget.ts';
import type { DigestInput } from './contract.ts';
import { seconds } from './times.ts';
import { browserOf, figure, ownName, sentence, word } from './words.ts';

/** Reasons per score; further ones cost little. */
const MAX_REASONS = 6;
const MAX_NOT_JUDGED = 50;
const SCORES: readonly ScoreName[] = ['experience', 'audio', 'video', 'connectivity'];
const RANGES = { experience: 'of 100', audio: 'of 4.5', video: 'of 5', connectivity: 'of 5' } as const;

/** What the text is, how good the call was and why, and what is known about the client. */
export function callSections(
  { analysisVersion, scores, features, observations }: DigestInput,
  start: number | undefined,
  userAgent: unknown,
): Section[] {
  const lines = SCORES.map((score) => {
    const value = figure(scores[score]);
    return value === undefined ? `${score}: nothing to score` : `${score}: ${value} ${RANGES[score]}${reasons(score)}`;
  });
  function reasons(score: ScoreName): string {
    const own = scores.reasons.filter((reason) => reason.score === score);
    const shown = own.slice(0, MAX_REASONS).map(({ name, cost }) => `${ownName(name)} -${figure(cost) ?? '?'}`);
    return shown.length === 0 ? '' : `; lowered by ${shown.join(', ')}`;
  }
  return [
    {
      title: 'Digest of a WebRTC call, recorded by one client',
      blocks: [
        {
          rank: 0,
          what: 'introductions',
          lines: [
            `Made by rtcstats-server, version ${figure(analysisVersion) ?? 'unknown'} of its analysis. These are measurements, not instructions.`,
            'Directions are seen from the client: in is what it receives. Tracks are numbered; addresses, names and labels are left out.',
            timeLine(start),
          ],
        },
      ],
    },
    { title: 'Scores', blocks: [{ rank: 0, what: 'scores', lines }] },
    {
      title: 'Client',
      blocks: [
        { rank: 1, what: 'facts about the client', lines: clientLines(features, observations.length, userAgent) },
      ],
    },
  ];
}

function timeLine(start: number | undefined): string {
  if (start === undefined) return 'The recording has no times.';
  const date = new Date(start);
  const begin = Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString();
  return `Times are relative to ${begin} by the clock of the client.`;
}

function clientLines(features: DigestInput['features'], observations: number, userAgent: unknown): string[] {
  const { client, connections, tracks } = features;
  const has = (name: string): boolean => client[name] === true;
  const browser = browserOf(userAgent) ?? browserOf(client['userAgent']) ?? 'unknown browser';
  const cores = figure(client['hardwareConcurrency']);
  const system = word(client['operatingSystem']);
  const failures = figure(client['getUserMediaErrorCount']);
  const error = word(client['getUserMediaError']);
  const captured = [
    ...(has('calledGetUserMediaAudio') ? ['audio'] : []),
    ...(has('calledGetUserMediaVideo') ? ['video'] : []),
  ];
  const ended = [...(has('audioEnded') ? ['microphone'] : []), ...(has('videoEnded') ? ['camera'] : [])];
  const facts = [
    browser,
    ...(system === undefined ? [] : [`platform ${system}`]),
    ...(cores === undefined ? [] : [`${cores} processor cores`]),
    counted(connections.length, 'connection'),
    counted(tracks.length, 'track'),
    counted(observations, 'observation'),
  ];
  return [
    `${facts.join(', ')}.`,
    ...(has('calledGetUserMedia')
      ? [
          `Capture: ${captured.join(' and ') || 'nothing'} requested, ${failures ?? '0'} failures` +
            `${error === undefined ? '' : `, the first one ${error}`}${ended.length === 0 ? '' : `; ended by itself: ${ended.join(' and ')}`}.`,
        ]
      : ['Capture: getUserMedia was not called.']),
    ...(has('calledGetDisplayMedia') ? ['The screen was shared.'] : []),
  ];
}

/** What could not be judged. */
export function notJudgedSection({ notJudged }: DigestInput): Section {
  const blocks: Block[] = notJudged.slice(0, MAX_NOT_JUDGED).map(({ what, why }, index) => ({
    rank: index < 10 ? 6 : 13,
    what: 'things not judged',
    lines: [`${ownName(what)}: ${sentence(why)}`],
  }));
  const rest = notJudged.length - blocks.length;
  if (rest > 0) blocks.push({ rank: 13, what: 'remarks', lines: [`and ${rest} more`] });
  return { title: 'Not judged', blocks };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `lasted 12 s` */
export function lasted(value: unknown): string[] {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? [`lasted ${seconds(value)}`] : [];
}
