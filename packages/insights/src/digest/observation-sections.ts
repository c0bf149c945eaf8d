import { isProblem, isWorse, type Observation } from '../observations/observation.ts';
import { DETECTORS } from '../observations/registry.ts';
import type { Block, Section } from './budget.ts';
import type { Names } from './names.ts';
import type { CallClock } from './times.ts';
import { evidenceKey, figure, ownName, word } from './words.ts';

/** Places that are shown of an observation; a media server that loses packets affects every track. */
const MAX_PLACES = 4;
/** Problems that are certainly shown, with their explanations, before anything else is added. */
const MAX_FIRST = 8;

const DIRECTIONS = { in: 'inbound', out: 'outbound', both: 'both directions' } as const;

/** The same observation at several places, the worst first. */
interface Kind {
  readonly first: Observation;
  readonly all: readonly Observation[];
}

/** Problems, and minor observations. */
export function observationSections(observations: readonly Observation[], names: Names, clock: CallClock): Section[] {
  const kinds = kindsOf(observations);
  const problems = kinds.filter(({ first }) => isProblem(first));
  const minor = kinds.filter(({ first }) => !isProblem(first));
  const explained = new Set<string>();
  return [
    {
      title: 'Problems, the worst first',
      blocks:
        problems.length === 0
          ? [{ rank: 0, what: 'remarks', lines: ['none'] }]
          : problems.flatMap((kind, index) => {
              const isNew = !explained.has(kind.first.name);
              explained.add(kind.first.name);
              return [problemBlock(kind, index, names, clock), ...(isNew ? explanations(kind.first, index) : [])];
            }),
    },
    {
      title: 'Minor observations',
      blocks: minor.map((kind) => ({
        rank: 10,
        what: 'minor observations',
        count: kind.all.length,
        lines: placeLines(kind, names, clock, 2),
      })),
    },
  ];
}

function kindsOf(observations: readonly Observation[]): Kind[] {
  // A map keeps the order of the first of each kind, and observations are sorted by importance.
  const kinds = Map.groupBy(observations, ({ name, direction }) => `${name} ${direction}`);
  return Array.from(kinds.values(), (all) => {
    const sorted = all.toSorted((a, b) =>
      isWorse(a.severity, b.severity) ? -1 : isWorse(b.severity, a.severity) ? 1 : 0,
    );
    return { first: sorted[0]!, all: sorted };
  });
}

function problemBlock(kind: Kind, index: number, names: Names, clock: CallClock): Block {
  const lines = placeLines(kind, names, clock, MAX_PLACES);
  return { rank: index < MAX_FIRST ? 2 : 9, what: 'problems', count: kind.all.length, lines };
}

/** What an observation means, what to do about it, and what it can be confused with. */
function explanations({ name }: Observation, index: number): Block[] {
  const definition = DETECTORS.find((detector) => detector.definition.name === name)?.definition;
  if (definition === undefined) return [];
  const { meaning, advice, caveats } = definition;
  return [
    {
      rank: index < MAX_FIRST ? 3 : 11,
      what: 'explanations of problems',
      lines: [`  meaning: ${meaning}`, `  advice: ${advice}`],
    },
    ...caveats.map((caveat) => ({ rank: 12, what: 'caveats', lines: [`  caveat: ${caveat}`] })),
  ];
}

/** One line with severity, name and direction, then one for each place. */
function placeLines({ first, all }: Kind, names: Names, clock: CallClock, places: number): string[] {
  const { severity, name, direction, category } = first;
  const where = direction === null ? '' : `, ${DIRECTIONS[direction] ?? 'unknown direction'}`;
  return [
    `${severity}: ${ownName(name)} (${category}${where})`,
    ...all.slice(0, places).map((observation) => {
      const evidence = evidenceOf(observation);
      const own = observation.severity === severity ? '' : ` (${observation.severity})`;
      const when = clock.during(observation.intervals);
      return `  ${names.place(observation.scope)}${own} ${when}${evidence === '' ? '' : `: ${evidence}`}`;
    }),
    ...(all.length > places ? [`  and at ${all.length - places} more places`] : []),
  ];
}

/** `maxLossShare 0.0966, lostPackets 154` */
function evidenceOf({ evidence }: Observation): string {
  return Object.entries(evidence)
    .flatMap(([key, value]) => {
      const [name, shown] = [evidenceKey(key), figure(value) ?? word(value)];
      return name === undefined || shown === undefined ? [] : [`${name} ${shown}`];
    })
    .slice(0, 8)
    .join(', ');
}
